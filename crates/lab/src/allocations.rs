//! What the program allocates, where its allocator counts.

use std::hint::black_box;
use std::sync::OnceLock;

use stats_alloc::{INSTRUMENTED_SYSTEM, Stats};

/// Allocations and growths since the program began; none where `INSTRUMENTED_SYSTEM` is not its
/// allocator.
pub(crate) fn allocations() -> Option<u64> {
    Allocated::now().map(|allocated| allocated.times)
}

/// What was allocated, freed again or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allocated {
    /// Allocations and growths.
    pub(crate) times: u64,
    /// Bytes that were asked for; of what grew, the growth.
    pub(crate) bytes: u64,
}

impl Allocated {
    /// Since the program began, where its allocator counts.
    pub(crate) fn now() -> Option<Self> {
        static COUNTS: OnceLock<bool> = OnceLock::new();
        let does_count = || {
            let before = Self::of(&INSTRUMENTED_SYSTEM.stats());
            drop(black_box(Box::new(0u8)));
            Self::of(&INSTRUMENTED_SYSTEM.stats()) != before
        };
        COUNTS.get_or_init(does_count).then(|| Self::of(&INSTRUMENTED_SYSTEM.stats()))
    }

    /// Between `earlier` and this.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        Self { times: self.times - earlier.times, bytes: self.bytes - earlier.bytes }
    }

    fn of(stats: &Stats) -> Self {
        let times = stats.allocations + stats.reallocations;
        Self { times: times as u64, bytes: stats.bytes_allocated as u64 }
    }
}
