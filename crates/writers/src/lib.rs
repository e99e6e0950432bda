//! Where the bytes of a file go: one trait, [`Sink`], its back ends, and sets of files.
//!
//! A sink takes bytes in order and then either [finishes](Sink::finish), which makes the whole
//! file visible, or is [aborted](Sink::abort) or dropped, which leaves nothing behind. It knows
//! nothing of formats.
//!
//! | sink | bytes go | appears |
//! |---|---|---|
//! | [`File`] | to a temporary name in the same folder | by a rename at the end |
//! | [`Direct`] | the same, but past the page cache | by a rename at the end |
//! | [`Stream`] | to an open stream, such as standard output | at once |
//! | [`Memory`] | into a [`MemoryStore`] | at the end |
//! | [`Null`] | nowhere | never |
//! | [`Compare`] | nowhere: they are held against a file that is there | never |
//! | `Object` | to an `ObjectStore`, with the feature `object-store` | at the end |
//! | [`Checksum`] | to the sink inside, which it hashes by the way | as that one does |
//! | [`Retry`], [`Throttle`], [`Faulty`] | to the sink inside: again, no faster than asked, or not | as that one does |
//!
//! A [`FileSet`] writes to thousands of files at once.
//!
//! ```
//! use inrush_writers::{MemoryStore, Sink};
//!
//! let store = MemoryStore::default();
//! let mut sink = Box::new(store.sink("greeting"));
//! sink.write(b"hello ")?;
//! sink.write(b"world")?;
//! assert_eq!(sink.finish()?.bytes, 11);
//! assert_eq!(store.get("greeting").as_deref(), Some(&b"hello world"[..]));
//! # Ok::<(), inrush_writers::WriteError>(())
//! ```
#![forbid(unsafe_code)]

mod cancel;
mod checksum;
mod compare;
mod direct;
mod error;
mod faults;
mod file;
mod file_set;
#[cfg(doctest)]
mod guide;
mod memory;
mod null;
#[cfg(feature = "object-store")]
mod objects;
mod part;
mod retry;
mod sink;
mod stream;
mod throttle;

pub use cancel::CancelToken;
pub use checksum::Checksum;
pub use compare::Compare;
pub use direct::Direct;
pub use error::{Action, WriteError};
pub use faults::{Fault, Faults, Faulty, Step};
pub use file::File;
pub use file_set::{
    FileReport, FileSet, FileSetConfig, FileSink, FolderFault, Message, Mode, Report, RetryConfig,
    SetError, Status,
};
pub use memory::{Memory, MemoryStore};
pub use null::Null;
#[cfg(feature = "object-store")]
pub use objects::{
    Environment, Integrity, Object, ObjectEntry, ObjectReader, ObjectStore, ObjectStoreOptions,
    OpenError,
};
pub use part::{Durability, PART_SUFFIX};
pub use retry::{Retry, RetryPolicy};
pub use sink::{Sink, Written};
pub use stream::Stream;
pub use throttle::{Rate, Throttle};
