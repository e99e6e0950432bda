//! What others take of the processors meanwhile.

use std::time::Instant;

use super::linux;
use crate::Usage;

/// Who else uses the processors from now on.
#[derive(Debug)]
pub(crate) struct Others {
    ticks_before: Option<linux::Ticks>,
    cpu_s_before: f64,
    started: Instant,
}

/// What others took of the processor time of a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Taken {
    /// Other programs, and the kernel's own threads.
    pub(crate) other_fraction: f64,
    /// Other machines.
    pub(crate) steal_fraction: f64,
}

impl Others {
    pub(crate) fn begin() -> Self {
        Self { ticks_before: linux::ticks(), cpu_s_before: own_cpu_s(), started: Instant::now() }
    }

    /// What they took; none where the system does not tell. It counts in clock ticks, of which a
    /// short span has few.
    pub(crate) fn end(self) -> Option<Taken> {
        let shares = linux::ticks()?.shares_since(&self.ticks_before?)?;
        let all_s = self.started.elapsed().as_secs_f64() * shares.n_processors as f64;
        let other = (shares.busy - (own_cpu_s() - self.cpu_s_before) / all_s).max(0.0);
        Some(Taken { other_fraction: rounded(other), steal_fraction: rounded(shares.steal) })
    }
}

/// Seconds of processor time of this process and of those that it has seen end.
fn own_cpu_s() -> f64 {
    let usages = [Usage::now(), Usage::of_children()];
    usages.iter().flatten().map(Usage::cpu_s).sum()
}

/// To four decimals: the clock ticks behind a share are coarser than its last digits.
fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}
