//! When a set is to stop before it is done.

use std::sync::OnceLock;
use std::time::Instant;

use crate::CancelToken;

/// Until when a set may go on.
#[derive(Debug)]
pub(super) struct Stop {
    cancel: CancelToken,
    deadline: Option<Instant>,
    /// Once stopped, it stays so, whatever becomes of the token: what was left out then must not be
    /// taken for done.
    stopped: OnceLock<Why>,
}

/// Why a set stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Cancelled,
    TimedOut,
}

impl Stop {
    pub(super) fn new(cancel: CancelToken, deadline: Option<Instant>) -> Self {
        Self { cancel, deadline, stopped: OnceLock::new() }
    }

    /// Stops.
    pub(super) fn now(&self, why: Why) -> Why {
        *self.stopped.get_or_init(|| why)
    }

    /// Why nothing further may begin, if that is so.
    pub(super) fn why(&self) -> Option<Why> {
        if let Some(&why) = self.stopped.get() {
            Some(why)
        } else if self.cancel.is_cancelled() {
            Some(self.now(Why::Cancelled))
        } else if !self.has_time_until(Instant::now) {
            Some(self.now(Why::TimedOut))
        } else {
            None
        }
    }

    /// Whether the time is not up at a moment, which is asked for only where that matters.
    pub(super) fn has_time_until(&self, moment: impl FnOnce() -> Instant) -> bool {
        self.deadline.is_none_or(|deadline| moment() < deadline)
    }

    /// Waits until `due`, or until the set is to stop: then says why. What is due only when the time
    /// is up is not waited for; other files may still be in time.
    pub(super) fn sleep_until(&self, due: Instant) -> Result<(), Why> {
        if let Some(why) = self.why() {
            return Err(why);
        }
        if !self.has_time_until(|| due) {
            return Err(Why::TimedOut);
        }
        self.cancel.sleep_until(due);
        self.why().map_or(Ok(()), Err)
    }
}
