//! A job from its specification to verified files.
//!
//! This is the one place where generators, formats, coordinators and sinks meet. The command and
//! other front ends are thin over it: they make a [`Spec`] and [`RunOptions`], call [`run`],
//! and show the [`Summary`].
//!
//! ```
//! use inrush_dataset::{CancelToken, Destination, FileFormat, RunOptions, TableSpec, run, verify};
//! use inrush_tables::Schema;
//!
//! let folder = tempfile::tempdir()?;
//! let spec = TableSpec::new(&Schema::builtin("seed7")?, 1_000, 3, FileFormat::csv())?;
//! let options = RunOptions::new(Destination::Folder(folder.path().into()));
//! let summary = run(&spec.into(), &options, &CancelToken::default(), &())?;
//! assert_eq!((summary.files, summary.rows), (3, 1_000));
//! assert!(folder.path().join("seed7-00000-of-00003.csv").exists());
//!
//! let report = verify(&options.destination, None, &CancelToken::default(), &())?;
//! assert!(report.mismatches.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The bytes of a file depend only on the specification and the file's index: not on the number of
//! jobs, the coordinator, the chunk size or the machine. A folder describes itself by its
//! [`Manifest`]: what was asked for, and every file with its rows, bytes and checksum.
//!
//! So processes and machines share a job without a word between them: each makes a [`Shard`] of it
//! in the same place, and [`merge`] makes one manifest of theirs.
#![forbid(unsafe_code)]

mod bucket;
mod claim;
mod destination;
mod error;
mod folder;
mod job;
mod journal;
mod manifest;
mod merge;
mod options;
mod place;
mod plan;
mod process;
mod progress;
mod quantity;
mod records;
mod run;
mod shard;
mod share;
mod source;
mod spec;
mod summary;
mod verify;

pub use destination::Destination;
pub use error::Error;
pub use inrush_bytes::{Model, Spec as ObjectSpec, SpecError};
pub use inrush_coordinator::{CancelToken, Stalls};
pub use inrush_marc::{CsvColumns, Problem, TextFormat};
pub use inrush_writers::{Durability, OpenError};
pub use manifest::{Entry, Header, MANIFEST_NAME, Manifest, Totals, root_hash};
pub use merge::{Merge, merge};
pub use options::{CoordinatorKind, Existing, RunOptions};
pub use process::peak_rss_bytes;
pub use progress::{Progress, Work};
pub use quantity::{ByteCount, RowCount};
pub use records::{Conversion, LeftOut, ReadOptions, Survey, TagCount, convert, survey};
pub use run::run;
pub use shard::Shard;
pub use spec::{BytesSpec, Codec, FileFormat, MarcSpec, Sizes, Spec, TableSpec};
pub use summary::{Cause, Failure, Summary};
pub use verify::{Mismatch, Verification, verify, verify_shard};
