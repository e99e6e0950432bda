//! Many files at once: generators that make bytes, sinks that take them, and what stands between.
//!
//! A [`Job`] knows how to open the sink of a file and how to generate its bytes. A
//! [`Coordinator`] decides which thread does what:
//!
//! | coordinator | between generator and sink | memory |
//! |---|---|---|
//! | [`PerFile`] | a lane of recycled chunks for each file in flight; nothing is shared | fixed |
//! | [`SharedMutex`] | one queue of whole files behind a mutex: the baseline | the files in flight |
//!
//! Both put out the same bytes. An error or a panic in one file ends that file alone.
//!
//! ```
//! use std::io;
//! use inrush_coordinator::{CancelToken, Coordinator, Job, Output, PerFile};
//! use inrush_writers::{MemoryStore, Sink, WriteError};
//!
//! struct Greetings(MemoryStore);
//!
//! impl Job for Greetings {
//!     fn n_files(&self) -> usize {
//!         3
//!     }
//!     fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError> {
//!         Ok(Box::new(self.0.sink(&format!("{file}.txt"))))
//!     }
//!     fn generate(&self, file: usize, out: &mut dyn Output) -> io::Result<()> {
//!         writeln!(out, "hello from {file}")
//!     }
//! }
//!
//! let job = Greetings(MemoryStore::default());
//! let report = PerFile::new(2).run(&job, &CancelToken::default());
//! assert!(report.outcomes.iter().all(|outcome| outcome.result.is_ok()));
//! assert_eq!(job.0.get("2.txt").as_deref(), Some(&b"hello from 2\n"[..]));
//! ```
#![forbid(unsafe_code)]

mod guard;
mod job;
mod outcome;
mod output;
mod per_file;
mod shared_mutex;
mod workers;

pub use inrush_writers::CancelToken;
pub use job::{Coordinator, Job};
pub use outcome::{FileError, Outcome, Report, Stalls};
pub use output::Output;
pub use per_file::PerFile;
pub use shared_mutex::SharedMutex;
