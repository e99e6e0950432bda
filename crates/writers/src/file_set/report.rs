//! What became of the files of a set.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::Access;
use serde::Serialize;
use serde::ser::SerializeStruct;

use super::entry::{Entry, Status};
use crate::part::folder_of;
use crate::{Action, WriteError};

/// What became of every file of a set, and of all of them together.
///
/// As text it is a line of totals and the failures, of which many are counted rather than shown.
/// Serialised it has the totals, and every file with its path, status, attempts, bytes and error.
#[derive(Debug)]
pub struct Report {
    paths: Arc<[PathBuf]>,
    entries: Vec<Entry>,
    folders: Vec<FolderFault>,
    elapsed: Duration,
}

/// What became of one file.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FileReport<'r> {
    /// The file as it was named in the list.
    pub path: &'r Path,
    /// How it ended.
    pub status: Status,
    /// How often it was begun or gone on with; 0 where the set ended before its turn.
    pub attempts: u32,
    /// The bytes that this call has put into the file for certain. In an atomic set a file that is
    /// not whole has none.
    pub bytes: u64,
    /// The last failure. A file that was cancelled or timed out before its turn has none.
    pub error: Option<&'r WriteError>,
}

/// A folder in which no file can be made, whatever its name.
#[derive(Debug)]
#[non_exhaustive]
pub struct FolderFault {
    /// The folder.
    pub path: PathBuf,
    /// How many files failed for it.
    pub n_files: usize,
    /// What is wrong with it.
    pub source: io::Error,
}

impl Report {
    pub(super) fn new(paths: Arc<[PathBuf]>, entries: Vec<Entry>, elapsed: Duration) -> Self {
        let folders = faulty_folders(&paths, &entries);
        Self { paths, entries, folders, elapsed }
    }

    /// Whether every file is written.
    pub fn is_complete(&self) -> bool {
        self.entries.iter().all(|entry| entry.status == Status::Written)
    }

    /// The number of files that were listed.
    pub fn n_files(&self) -> usize {
        self.entries.len()
    }

    /// The number of files that ended so.
    pub fn count(&self, status: Status) -> usize {
        self.entries.iter().filter(|entry| entry.status == status).count()
    }

    /// The share of files that are written, from 0 to 1; 1 where there are none.
    pub fn success_rate(&self) -> f64 {
        match self.entries.len() {
            0 => 1.0,
            n => self.count(Status::Written) as f64 / n as f64,
        }
    }

    /// The bytes that this call has put into all files.
    pub fn bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.written).sum()
    }

    /// The attempts at all files.
    pub fn attempts(&self) -> u64 {
        self.entries.iter().map(|entry| u64::from(entry.attempts)).sum()
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// What became of each file, in the order of the list.
    pub fn files(&self) -> impl ExactSizeIterator<Item = FileReport<'_>> {
        self.paths.iter().zip(&self.entries).map(|(path, entry)| FileReport {
            path,
            status: entry.status,
            attempts: entry.attempts,
            bytes: entry.written,
            error: entry.error.as_deref(),
        })
    }

    /// The files that are not written.
    pub fn failures(&self) -> impl Iterator<Item = FileReport<'_>> {
        self.files().filter(|file| file.status != Status::Written)
    }

    /// The folders whose fault it is that files failed.
    pub fn folders(&self) -> &[FolderFault] {
        &self.folders
    }

    /// Whether a file failed for lack of space.
    pub fn is_out_of_space(&self) -> bool {
        self.failures().any(|file| file.error.is_some_and(WriteError::is_out_of_space))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        let n_written = self.count(Status::Written);
        write!(
            f,
            "{n_written} of {} files written ({:.1}%), {} bytes in {:.3} s",
            self.n_files(),
            (self.success_rate() * 1000.0).floor() / 10.0,
            self.bytes(),
            self.elapsed.as_secs_f64(),
        )?;
        for folder in &self.folders {
            write!(f, "\n  {folder}")?;
        }
        let n_failed = self.n_files() - n_written;
        for file in self.failures().take(SHOWN) {
            write!(f, "\n  {file}")?;
        }
        if n_failed > SHOWN {
            write!(f, "\n  and {} more", n_failed - SHOWN)?;
        }
        Ok(())
    }
}

impl fmt::Display for FileReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self.status {
            Status::Written => "written",
            Status::Failed | Status::Pending => "failed",
            Status::Cancelled => "cancelled",
            Status::TimedOut => "timed out",
        };
        match self.error {
            Some(error) => {
                write!(f, "{status}: {error}")?;
                if self.attempts > 1 {
                    write!(f, " ({} attempts)", self.attempts)?;
                }
                Ok(())
            }
            None => write!(f, "{status}: `{}`", self.path.display()),
        }
    }
}

impl fmt::Display for FolderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, n_files, source } = self;
        write!(f, "folder `{}`: {source}; it was to hold {n_files} of them", path.display())
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 10)?;
        report.serialize_field("files", &self.n_files())?;
        report.serialize_field("written", &self.count(Status::Written))?;
        report.serialize_field("failed", &self.count(Status::Failed))?;
        report.serialize_field("cancelled", &self.count(Status::Cancelled))?;
        report.serialize_field("timed_out", &self.count(Status::TimedOut))?;
        report.serialize_field("success_rate", &self.success_rate())?;
        report.serialize_field("bytes", &self.bytes())?;
        report.serialize_field("attempts", &self.attempts())?;
        report.serialize_field("seconds", &self.elapsed.as_secs_f64())?;
        report.serialize_field("outcomes", &self.files().collect::<Vec<_>>())?;
        report.end()
    }
}

impl Serialize for FileReport<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut file = serializer.serialize_struct("FileReport", 6)?;
        file.serialize_field("path", &self.path.to_string_lossy())?;
        file.serialize_field("status", &self.status)?;
        file.serialize_field("attempts", &self.attempts)?;
        file.serialize_field("bytes", &self.bytes)?;
        file.serialize_field("action", &self.error.map(|error| error.action))?;
        file.serialize_field("error", &self.error.map(|error| error.source.to_string()))?;
        file.end()
    }
}

/// The folders that cannot take a file, of those in which one could not be made or named.
fn faulty_folders(paths: &[PathBuf], entries: &[Entry]) -> Vec<FolderFault> {
    let mut counts: BTreeMap<&Path, usize> = BTreeMap::new();
    for (path, entry) in paths.iter().zip(entries) {
        let action = entry.error.as_ref().map(|error| error.action);
        if matches!(action, Some(Action::Create | Action::Rename)) {
            *counts.entry(folder_of(path)).or_default() += 1;
        }
    }
    let fault = |(path, n_files): (&Path, usize)| {
        let source = fault_of(path).err()?;
        Some(FolderFault { path: path.to_owned(), n_files, source })
    };
    counts.into_iter().filter_map(fault).collect()
}

fn fault_of(folder: &Path) -> io::Result<()> {
    if !fs::metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    // By the rights that opening goes by, not by those of whoever started the program.
    let (access, flags) = (Access::WRITE_OK | Access::EXEC_OK, rustix::fs::AtFlags::EACCESS);
    Ok(rustix::fs::accessat(rustix::fs::CWD, folder, access, flags)?)
}
