//! Many files at once: the same bytes to each, a stream to each, or batches as they come.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit};
use serde::{Deserialize, Serialize};

mod absent;
mod all;
mod batches;
mod calls;
mod config;
mod each;
mod entry;
mod pool;
mod report;
mod run;
mod stop;
mod target;

use crate::part::{folder_of, sync_folder};
use crate::{Action, CancelToken, Durability, Faults, RetryPolicy, WriteError};
use entry::Entry;
use stop::Stop;

pub use batches::Message;
pub use config::{FileSetConfig, RetryConfig};
pub use each::FileSink;
pub use entry::Status;
pub use report::{FileReport, FolderFault, Report};

/// What becomes of bytes that a file has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mode {
    /// They stay, and new ones follow them.
    #[default]
    Append,
    /// They are removed when the file is opened.
    Truncate,
    /// They stay until the new ones are whole, which then take their place by a rename: whoever
    /// reads sees the one or the other, even after a crash of the process. The file keeps its
    /// permissions, and a link stays a link.
    Atomic,
}

/// Writes to many files at once.
///
/// A set is a description: between calls it holds no handle and no thread, and a call that was
/// cancelled or ran out of time leaves it as good as new. Within a call a failure that is
/// [transient](WriteError::is_transient) is tried again behind the last byte known to be written,
/// while the other files go on; any other ends that file alone.
///
/// A file that is listed twice is written once: its second place in the list ends as an error, and
/// so do directories, pipes and sockets. Devices are files, but none that could be replaced. Links
/// are not looked through: a file that is listed under two names is written under each. No two calls
/// may write the same file at a time.
///
/// ```
/// use inrush_writers::FileSet;
///
/// let folder = tempfile::tempdir()?;
/// let paths = ["a", "b", "c"].map(|name| folder.path().join(name));
/// let report = FileSet::append(&paths).write_all(b"hello\n")?;
/// assert_eq!((report.n_files(), report.bytes()), (3, 18));
/// assert_eq!(std::fs::read(&paths[2])?, b"hello\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileSet {
    paths: Arc<[PathBuf]>,
    mode: Mode,
    workers: Option<usize>,
    max_open: Option<usize>,
    retry: RetryPolicy,
    timeout: Option<Duration>,
    cancel: CancelToken,
    durability: Durability,
    faults: Option<Faults>,
}

/// Why a call on a set did not write everything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// Some files are not written; the report says which, and why.
    #[error("{0}")]
    Incomplete(Box<Report>),
    /// A message was for a file that the list does not have. What came before it may be written, as
    /// the report says.
    #[error("message to file {file} of a set of {n_files}")]
    NoSuchFile {
        /// The number that the message gave.
        file: usize,
        /// How many files there are.
        n_files: usize,
        /// What became of them.
        report: Box<Report>,
    },
    /// A set cannot work with this number: nothing was written.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// The configuration is none.
    #[error("{0}")]
    Config(String),
}

impl SetError {
    /// The report, where files were tried.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Incomplete(report) | Self::NoSuchFile { report, .. } => Some(report),
            _ => None,
        }
    }
}

/// What all files of a call have in common.
#[derive(Debug)]
struct Settings<'a> {
    mode: Mode,
    durability: Durability,
    retry: RetryPolicy,
    faults: Option<&'a Faults>,
    stop: Stop,
}

/// Handles that the rest of the program is left.
const SPARE_HANDLES: u64 = 64;

/// From how many files on a second thread pays.
const FEW_FILES: usize = 64;

impl FileSet {
    /// A set of these files, to be appended to unless [`mode`](Self::mode) says otherwise.
    pub fn new<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Self {
        Self {
            paths: files.into_iter().map(|path| path.as_ref().to_owned()).collect(),
            mode: Mode::Append,
            workers: None,
            max_open: None,
            retry: RetryPolicy::default(),
            timeout: None,
            cancel: CancelToken::default(),
            durability: Durability::None,
            faults: None,
        }
    }

    /// A set of these files, to be appended to.
    pub fn append<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Self {
        Self::new(files)
    }

    /// What becomes of bytes that are there; [`Mode::Append`] by default.
    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// How many threads write; by default as many as there are processors, and one where the files
    /// are few.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: Some(workers), ..self }
    }

    /// How many files may be open at a time; by default what the process may open, but for some that
    /// are left to others. There are no more workers than this.
    #[must_use]
    pub fn max_open(self, max_open: usize) -> Self {
        Self { max_open: Some(max_open), ..self }
    }

    /// How transient failures are tried again; three attempts by default.
    #[must_use]
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// How long a call may take; without an end by default. The time is looked at between system
    /// calls: one that hangs cannot be ended.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// A token that stops calls: files that were not begun are left alone, pauses end at once, and
    /// what is unfinished of an atomic set is removed.
    #[must_use]
    pub fn cancel(self, cancel: CancelToken) -> Self {
        Self { cancel, ..self }
    }

    /// How far each file is forced to the disk; not at all by default. Folders are forced once each,
    /// at the end.
    #[must_use]
    pub fn fsync(self, durability: Durability) -> Self {
        Self { durability, ..self }
    }

    /// Lets steps fail by a script, to test what is built on a set.
    #[must_use]
    pub fn faults(self, faults: Faults) -> Self {
        Self { faults: Some(faults), ..self }
    }

    /// The files, in the order of the list.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Writes `message` to every file.
    ///
    /// # Errors
    /// [`SetError::Incomplete`] where a file is not written.
    pub fn write_all(&self, message: &[u8]) -> Result<Report, SetError> {
        self.call(|paths, entries, settings, n_workers, _| {
            run::run(&all::Message(message), paths, entries, settings, n_workers);
            Ok(())
        })
    }

    /// Lets `write` write every file: it is given the file's number and something to write to, and
    /// what it fails with, or that it panicked, is that file's error.
    ///
    /// ```
    /// use std::io::Write as _;
    /// use inrush_writers::{FileSet, Mode};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let paths: Vec<_> = (0..100).map(|i| folder.path().join(format!("{i}.txt"))).collect();
    /// let set = FileSet::new(&paths).mode(Mode::Atomic);
    /// set.write_each(|i, file| writeln!(file, "I am number {i}."))?;
    /// assert_eq!(std::fs::read_to_string(&paths[7])?, "I am number 7.\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SetError::Incomplete`] where a file is not written.
    pub fn write_each(
        &self,
        write: impl Fn(usize, &mut FileSink<'_>) -> io::Result<()> + Sync,
    ) -> Result<Report, SetError> {
        self.call(|paths, entries, settings, n_workers, _| {
            run::run(&each::Streams(write), paths, entries, settings, n_workers);
            Ok(())
        })
    }

    /// Writes batches of [messages](Message) as they come, each message to every file or to one.
    /// Every file has its messages in order; all that one batch has for a file goes in one write.
    ///
    /// Files stay open as long as [`max_open`](Self::max_open) allows; above that, those that were
    /// used least recently are closed and opened again. A batch is in memory once, however many
    /// files there are, and few batches are under way at a time.
    ///
    /// ```
    /// use inrush_writers::FileSet;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let set = FileSet::new(["a", "b"].map(|name| folder.path().join(name)));
    /// set.write_batches([["to ", "all, "], ["in ", "order"]])?;
    /// set.write_batches([[(1, ".")]])?;
    /// assert_eq!(std::fs::read_to_string(&set.paths()[0])?, "to all, in order");
    /// assert_eq!(std::fs::read_to_string(&set.paths()[1])?, "to all, in order.");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SetError::Incomplete`] where a file is not written, [`SetError::NoSuchFile`] where a
    /// message is for none of them.
    pub fn write_batches<B>(&self, batches: impl IntoIterator<Item = B>) -> Result<Report, SetError>
    where
        B: IntoIterator<Item: Message>,
    {
        let batches = batches.into_iter();
        self.call(|paths, entries, settings, n_workers, max_open| {
            batches::run(batches, paths, entries, settings, n_workers, max_open)
        })
    }

    /// Lets `write` work on all files but those that cannot be, and reports.
    fn call(
        &self,
        write: impl FnOnce(&[PathBuf], &mut [Entry], &Settings<'_>, usize, usize) -> Result<(), usize>,
    ) -> Result<Report, SetError> {
        let start = Instant::now();
        let deadline = self.timeout.and_then(|timeout| start.checked_add(timeout));
        let settings = Settings {
            mode: self.mode,
            durability: self.durability,
            retry: self.retry,
            faults: self.faults.as_ref(),
            stop: Stop::new(self.cancel.clone(), deadline),
        };
        let max_open = match self.max_open {
            Some(0) => return Err(SetError::Zero("max_open")),
            Some(max_open) => max_open,
            None => handles_allowed(),
        };
        let n_workers = match self.workers {
            Some(0) => return Err(SetError::Zero("workers")),
            Some(workers) => workers,
            None if self.paths.len() < FEW_FILES => 1,
            None => thread::available_parallelism().map_or(1, usize::from),
        };
        let n_workers = n_workers.min(max_open).min(self.paths.len()).max(1);
        let mut entries: Vec<Entry> = self.paths.iter().map(|_| Entry::default()).collect();
        self.refuse_duplicates(&mut entries);
        if self.mode == Mode::Atomic && n_workers > 1 {
            absent::note_absent(&self.paths, &mut entries);
        }
        let written = write(&self.paths, &mut entries, &settings, n_workers, max_open);
        if self.durability == Durability::Directory {
            sync_folders(&self.paths, &mut entries);
        }
        let report = Report::new(Arc::clone(&self.paths), entries, start.elapsed());
        if let Err(file) = written {
            let n_files = self.paths.len();
            return Err(SetError::NoSuchFile { file, n_files, report: report.into() });
        }
        if report.is_complete() { Ok(report) } else { Err(SetError::Incomplete(report.into())) }
    }

    /// Fails what stands in the list a second time.
    fn refuse_duplicates(&self, entries: &mut [Entry]) {
        let mut first: HashMap<&Path, usize> = HashMap::with_capacity(self.paths.len());
        for (i, (path, entry)) in self.paths.iter().zip(entries).enumerate() {
            let name = path.strip_prefix(".").unwrap_or(path);
            let first = *first.entry(name).or_insert(i);
            if first != i {
                let message = format!("is listed twice, first as number {first}");
                let source = io::Error::new(io::ErrorKind::InvalidInput, message);
                entry.status = Status::Failed;
                entry.error = Some(Box::new(WriteError::new(Action::Create, path, source)));
            }
        }
    }
}

/// How many files the process may open, but for some that are left to others.
fn handles_allowed() -> usize {
    let soft = getrlimit(Resource::RLIMIT_NOFILE).map_or(1024, |(soft, _)| soft);
    usize::try_from(soft.saturating_sub(SPARE_HANDLES).max(soft / 2)).unwrap_or(usize::MAX).max(1)
}

/// Forces the entries of written files in their folders, each folder once.
fn sync_folders(paths: &[PathBuf], entries: &mut [Entry]) {
    let mut folders: HashMap<PathBuf, Result<(), (io::ErrorKind, String)>> = HashMap::new();
    for (path, entry) in paths.iter().zip(entries) {
        if entry.status != Status::Written {
            continue;
        }
        // A link's file has its name elsewhere.
        let target = path.is_symlink().then(|| fs::canonicalize(path)).and_then(Result::ok);
        let folder = folder_of(target.as_deref().unwrap_or(path));
        if !folders.contains_key(folder) {
            let synced = sync_folder(folder);
            let synced = synced.map_err(|error| (error.kind(), error.to_string()));
            folders.insert(folder.to_owned(), synced);
        }
        if let Err((kind, message)) = &folders[folder] {
            let source = io::Error::new(*kind, format!("folder: {message}"));
            entry.status = Status::Failed;
            entry.error = Some(Box::new(WriteError::new(Action::Sync, path, source)));
        }
    }
}
