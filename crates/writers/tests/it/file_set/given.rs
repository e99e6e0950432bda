//! What the tests of sets begin with: a folder and a script of failures.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use inrush_writers::{Action, Fault, Faults, FileReport, Report, RetryPolicy, SetError, Status};
use nix::errno::Errno;
use tempfile::TempDir;

/// A folder of its own for each test.
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(super) fn at(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The names of so many files, of which none is there.
    pub(super) fn paths(&self, n_files: usize) -> Vec<PathBuf> {
        (0..n_files).map(|i| self.path(&format!("file-{i}"))).collect()
    }

    /// The path of a file that has these bytes.
    pub(super) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// So many files that all have these bytes.
    pub(super) fn put_all(&self, n_files: usize, bytes: &[u8]) -> Vec<PathBuf> {
        let paths = self.paths(n_files);
        paths.iter().for_each(|path| fs::write(path, bytes).unwrap());
        paths
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Everything that lies in the folder, under whatever name, in order.
    pub(super) fn names(&self) -> Vec<String> {
        names(self.at())
    }
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[track_caller]
pub(super) fn assert_all(paths: &[PathBuf], bytes: impl AsRef<[u8]>) {
    for path in paths {
        let there = fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(there == bytes.as_ref(), "{path:?} has other bytes");
    }
}

/// The report of a call that did not write everything.
#[track_caller]
pub(super) fn incomplete(result: Result<Report, SetError>) -> Report {
    match result {
        Err(SetError::Incomplete(report)) => *report,
        other => panic!("not incomplete: {other:?}"),
    }
}

pub(super) fn statuses(report: &Report) -> Vec<Status> {
    report.files().map(|file| file.status).collect()
}

/// The only file that is not written.
#[track_caller]
pub(super) fn only_failure(report: &Report) -> FileReport<'_> {
    let mut failures = report.failures();
    let first = failures.next().unwrap();
    assert!(failures.next().is_none(), "{report}");
    first
}

#[track_caller]
pub(super) fn assert_failed(file: &FileReport<'_>, action: Action, errno: Errno) {
    assert_eq!(file.status, Status::Failed);
    let error = file.error.unwrap();
    assert_eq!(error.action, action, "{error}");
    assert_eq!(error.source.raw_os_error(), Some(errno as i32), "{error}");
    assert_eq!(error.path, file.path);
}

/// So many attempts, and no pause between them.
pub(super) fn at_once(attempts: u32) -> RetryPolicy {
    RetryPolicy::attempts(attempts).base(Duration::ZERO)
}

/// A script that fails single steps: of which file, which step, at which try of it.
pub(super) fn script(steps: impl IntoIterator<Item = (usize, Action, u64, Fault)>) -> Faults {
    let steps: BTreeMap<_, _> = steps
        .into_iter()
        .map(|(file, action, nth, fault)| ((file, action.to_string(), nth), fault))
        .collect();
    Faults::new(move |step| steps.get(&(step.file, step.action.to_string(), step.nth)).copied())
}

/// A script that always fails one step of one file.
pub(super) fn always(file: usize, action: Action, errno: Errno) -> Faults {
    Faults::new(move |step| (step.file == file && step.action == action).then_some(fault(errno)))
}

pub(super) fn fault(errno: Errno) -> Fault {
    Fault::Errno(errno as i32)
}
