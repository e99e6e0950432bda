//! What this process has cost so far, as the system counts it.

use std::time::Instant;
use std::{fs, io};

use anyhow::{Context, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};

use crate::Counted;

/// Processor time, context switches and counters of all threads of this process, ended ones included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// Seconds in user mode.
    pub user_s: f64,
    /// Seconds in the kernel.
    pub system_s: f64,
    /// Times that a thread gave the processor up, to wait.
    pub voluntary_switches: u64,
    /// Times that a thread was made to give it up.
    pub involuntary_switches: u64,
    /// What the processor has counted.
    pub counted: Counted,
}

impl Usage {
    /// The usage since the process began.
    ///
    /// Some systems sample what a thread is doing at the ticks of a clock: over a few milliseconds
    /// the sum of both times is then right, and how it is divided is not.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn now() -> io::Result<Self> {
        let usage = Self::of(UsageWho::RUSAGE_SELF)?;
        Ok(Self { counted: Counted::now(), ..usage })
    }

    /// The usage of the processes that this one has started and seen end, with theirs.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn of_children() -> io::Result<Self> {
        Self::of(UsageWho::RUSAGE_CHILDREN)
    }

    /// Seconds of processor time, user and system.
    pub fn cpu_s(&self) -> f64 {
        self.user_s + self.system_s
    }

    fn of(who: UsageWho) -> io::Result<Self> {
        let usage = getrusage(who)?;
        Ok(Self {
            user_s: seconds(usage.user_time()),
            system_s: seconds(usage.system_time()),
            voluntary_switches: count(usage.voluntary_context_switches()),
            involuntary_switches: count(usage.involuntary_context_switches()),
            counted: Counted::default(),
        })
    }

    /// What was used between `earlier` and this.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            user_s: self.user_s - earlier.user_s,
            system_s: self.system_s - earlier.system_s,
            voluntary_switches: self.voluntary_switches - earlier.voluntary_switches,
            involuntary_switches: self.involuntary_switches - earlier.involuntary_switches,
            counted: self.counted.since(&earlier.counted),
        }
    }
}

/// The wall and the processor time of `work` in seconds, and what it returns.
///
/// # Errors
/// That of `work`, and where the system does not say what a process uses.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64, f64)> {
    let before = Usage::now().context("read the usage of the process")?;
    let started = Instant::now();
    let done = work()?;
    let wall_s = started.elapsed().as_secs_f64();
    let cpu_s = Usage::now().context("read the usage of the process")?.since(&before).cpu_s();
    Ok((done, wall_s, cpu_s))
}

/// The memory of this process that is in the machine's now; none where the system does not tell.
pub(crate) fn rss_bytes() -> Option<u64> {
    // proc(5): the second number of `statm` is the resident set, in pages.
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

fn seconds(time: TimeVal) -> f64 {
    time.num_microseconds() as f64 / 1e6
}

fn count(value: std::ffi::c_long) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_never_shrinks() {
        let before = Usage::now().expect("the system says");
        let after = Usage::now().expect("the system says");
        let spent = after.since(&before);
        assert!(spent.user_s >= 0.0 && spent.system_s >= 0.0, "{spent:?}");
    }
}
