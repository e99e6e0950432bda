//! What is to be done, and who decides how: the two traits.

use std::io;

use inrush_writers::{Sink, WriteError};

use crate::{CancelToken, Outcome, Output, Report};

/// The files to make. Files are told apart by their index, and any thread may make any of them.
pub trait Job: Sync {
    /// How many files there are.
    fn n_files(&self) -> usize;

    /// Opens the sink of a file.
    ///
    /// # Errors
    /// Where it cannot be opened; the file has then failed.
    fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError>;

    /// Writes all bytes of a file to `out`.
    ///
    /// # Errors
    /// What `out` returned, or a failure of the generator itself; the file has then failed.
    fn generate(&self, file: usize, out: &mut dyn Output) -> io::Result<()>;

    /// Called as each file ends, by the thread that ended it.
    ///
    /// A panic here is passed on by [`Coordinator::run`] once the other files have ended.
    fn ended(&self, outcome: &Outcome) {
        let _ = outcome;
    }
}

/// Makes all files of a job.
pub trait Coordinator {
    /// Runs `job` until every file has ended, or `cancel` has stopped the ones that were left.
    ///
    /// Files that `cancel` kept from starting have no outcome in the report.
    ///
    /// # Panics
    /// Where [`Job::n_files`] or [`Job::ended`] did. Other panics end one file.
    fn run(&self, job: &dyn Job, cancel: &CancelToken) -> Report;
}
