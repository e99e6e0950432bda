//! Where the bytes of a file go: one trait, [`Sink`], and its back ends.
//!
//! A sink takes bytes in order and then either [finishes](Sink::finish), which makes the whole
//! file visible, or is [aborted](Sink::abort) or dropped, which leaves nothing behind. It knows
//! nothing of formats.
//!
//! | sink | bytes go | appears |
//! |---|---|---|
//! | [`File`] | to a temporary name in the same folder | by a rename at the end |
//! | [`Stream`] | to an open stream, such as standard output | at once |
//! | [`Memory`] | into a [`MemoryStore`] | at the end |
//! | [`Null`] | nowhere | never |
//! | [`Compare`] | nowhere: they are held against a file that is there | never |
//! | `Object` | to an `ObjectStore`, with the feature `object-store` | at the end |
//! | [`Checksum`] | to the sink inside, which it hashes by the way | as that one does |
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

mod checksum;
mod compare;
mod error;
mod file;
mod memory;
mod null;
#[cfg(feature = "object-store")]
mod objects;
mod sink;
mod stream;

pub use checksum::Checksum;
pub use compare::Compare;
pub use error::{Action, WriteError};
pub use file::{Durability, File, PART_SUFFIX};
pub use memory::{Memory, MemoryStore};
pub use null::Null;
#[cfg(feature = "object-store")]
pub use objects::{
    Environment, Integrity, Object, ObjectEntry, ObjectReader, ObjectStore, ObjectStoreOptions,
    OpenError,
};
pub use sink::{Sink, Written};
pub use stream::Stream;
