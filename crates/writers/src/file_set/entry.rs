//! How far a file of a set has come.

use std::path::Path;
use std::time::Instant;

use super::stop::Why;
use super::target::{Target, discard};
use super::{Mode, Settings};
use crate::WriteError;

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Everything is written.
    Written,
    /// Something is not, for the reason given.
    Failed,
    /// The set was cancelled before the file was whole.
    Cancelled,
    /// The time was up before the file was whole.
    TimedOut,
    /// Not yet known; no report shows it.
    #[default]
    #[doc(hidden)]
    Pending,
}

/// The state of a file between its attempts.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) status: Status,
    /// Whether the file was opened, so that it must not be truncated again.
    pub(super) begun: bool,
    /// Whether there was no file of that name when the call began.
    pub(super) is_absent: bool,
    /// Why this file is given up while others may go on: its pause would outlast the time.
    pub(super) stopped: Option<Why>,
    /// How often writing was begun or gone on with.
    pub(super) attempts: u32,
    /// How many attempts in a row have failed.
    pub(super) failures: u32,
    /// The bytes known to be in the file.
    pub(super) written: u64,
    pub(super) error: Option<Box<WriteError>>,
}

impl Entry {
    /// Opens the file where it was left.
    pub(super) fn open<'a>(
        &mut self,
        settings: &Settings<'a>,
        index: usize,
        path: &'a Path,
    ) -> Result<Target<'a>, WriteError> {
        let written = self.begun.then_some(self.written);
        let target = Target::open(settings, index, path, written, self.is_absent)?;
        self.begun = true;
        Ok(target)
    }

    /// Notes a failed attempt. Returns when to try again, if that is to be done and `may_resume`.
    pub(super) fn fail(
        &mut self,
        settings: &Settings<'_>,
        path: &Path,
        error: WriteError,
        may_resume: bool,
    ) -> Option<Instant> {
        let why = settings.stop.why().or(self.stopped);
        self.failures += 1;
        let pause = settings.retry.pause(self.failures);
        let pause = pause.filter(|_| may_resume && error.is_transient());
        self.error = Some(Box::new(error));
        let due = pause.map(|pause| Instant::now() + pause);
        match (why, due) {
            (Some(why), _) => self.stop(settings.mode, path, why),
            (None, None) => self.end(settings.mode, path, Status::Failed),
            // What cannot be tried again in time need not wait for the end of it.
            (None, Some(due)) if !settings.stop.has_time_until(|| due) => {
                self.stop(settings.mode, path, Why::TimedOut);
            }
            (None, Some(due)) => return Some(due),
        }
        None
    }

    /// Notes that the file is whole.
    pub(super) fn succeed(&mut self) {
        self.status = Status::Written;
        self.error = None;
    }

    /// Notes that the file was not finished because the set stopped.
    pub(super) fn stop(&mut self, mode: Mode, path: &Path, why: Why) {
        let status = match why {
            Why::Cancelled => Status::Cancelled,
            Why::TimedOut => Status::TimedOut,
        };
        self.end(mode, path, status);
    }

    fn end(&mut self, mode: Mode, path: &Path, status: Status) {
        self.status = status;
        if mode == Mode::Atomic {
            self.written = 0;
            if self.begun {
                discard(path, mode, self.is_absent);
            }
        }
    }
}
