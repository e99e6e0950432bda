//! The processors of this machine, and a thread's place on one.

use std::num::NonZero;
use std::thread::available_parallelism;

pub(crate) use native::{all, pin};

/// How many processors there are for this process, whether threads can be pinned to them or not.
pub(crate) fn count() -> usize {
    let pinnable = all().len();
    if pinnable > 0 { pinnable } else { available_parallelism().map_or(1, NonZero::get) }
}

#[cfg(target_os = "linux")]
mod native {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// The processors that the calling thread may use.
    pub(crate) fn all() -> Vec<usize> {
        let Ok(set) = sched_getaffinity(None) else { return Vec::new() };
        (0..CpuSet::MAX_CPU).filter(|&processor| set.is_set(processor)).collect()
    }

    /// Keeps the calling thread, and those that it will start, on a processor. Returns whether the
    /// system did so.
    pub(crate) fn pin(processor: usize) -> bool {
        let mut set = CpuSet::new();
        set.set(processor);
        sched_setaffinity(None, &set).is_ok()
    }
}

/// macOS on arm64 refuses to pin a thread, and others have not been tried: there is none to put one on.
#[cfg(not(target_os = "linux"))]
mod native {
    pub(crate) fn all() -> Vec<usize> {
        Vec::new()
    }

    pub(crate) fn pin(_: usize) -> bool {
        false
    }
}
