//! Where whole files lie, with the manifest that says which they are.

use std::io::{self, Read};
use std::path::PathBuf;

use inrush_writers::{Sink, WriteError};

use crate::manifest::{Entry, Manifest, Totals};
use crate::spec::OpenSpec;
use crate::{Error, Existing};

/// A place that outlasts the job: a folder, or a prefix in an object store.
pub(crate) trait Place: Sync {
    /// Makes it ready for the files of `spec`.
    fn ready(&self, spec: &OpenSpec, existing: Existing) -> Result<Ready, Error>;

    /// Begins the file `name`.
    fn sink(&self, name: &str) -> Result<Box<dyn Sink>, WriteError>;

    /// What was noted of the files that are there.
    fn manifest(&self) -> Result<Manifest, Error>;

    /// Reads the file `name`.
    fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>>;

    /// A sink that holds what it is given against the file `name`.
    fn compare(&self, name: &str) -> Result<Box<dyn Sink>, WriteError>;

    /// Where the file `name` lies in the file system, if it does.
    fn path(&self, name: &str) -> Option<PathBuf>;
}

/// A place that is ready, with the entries of files that need not be made again.
pub(crate) struct Ready {
    pub(crate) ledger: Box<dyn Ledger>,
    pub(crate) kept: Vec<Entry>,
}

/// The manifest while a job runs.
pub(crate) trait Ledger: Send {
    /// Notes that a file is whole. Where that fails, the entry is kept and tried again with the
    /// next one.
    fn add(&mut self, entry: Entry) -> Result<(), Error>;

    /// Ends a run that left some files out: what is whole is noted once more, if it could not be
    /// before.
    fn suspend(&mut self) -> Result<(), Error>;

    /// Ends a job: the manifest is sorted and has its totals, which are the mark of a complete job.
    fn commit(self: Box<Self>) -> Result<Totals, Error>;
}
