//! Where whole files lie, with the manifest that says which they are.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use inrush_writers::{Sink, WriteError};

use crate::manifest::{Entry, Manifest, Totals};
use crate::share::Share;
use crate::{Error, Existing};

/// A place that outlasts the job: a folder, or a prefix in an object store.
pub(crate) trait Place: Sync {
    /// Makes it ready for the files of `share`.
    fn ready(&self, share: &Share<'_>, existing: Existing) -> Result<Ready, Error>;

    /// Begins the file `name`.
    fn sink(&self, name: &str) -> Result<Box<dyn Sink>, WriteError>;

    /// What errors call the place.
    fn location(&self) -> &Path;

    /// What they call the file `name`.
    fn at(&self, name: &str) -> PathBuf {
        self.location().join(name)
    }

    /// The sizes of the files that are there, by name.
    fn listing(&self) -> Result<HashMap<String, u64>, Error>;

    /// The manifest `name`, as it lies there; `None` as with [`Manifest::read`].
    fn manifest(&self, name: &str) -> Result<Option<Manifest>, Error>;

    /// What is noted of the files of `share` beside a manifest that is not complete.
    fn notes(&self, share: &Share<'_>) -> Result<Vec<Entry>, Error>;

    /// Keeps jobs and mergers away as long as what it returns lives, where the place can do that.
    fn lock(&self) -> Result<Option<fs::File>, Error>;

    /// Puts the manifest of the whole job in its place in one step, to stay.
    fn put_manifest(&self, text: &[u8]) -> Result<(), Error>;

    /// Removes the manifests that another has made superfluous.
    fn remove_manifests(&self, names: &[String]) -> Result<(), Error>;

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
    /// Keeps away, while the run lasts, whoever may not write beside it.
    pub(crate) lock: Option<fs::File>,
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
