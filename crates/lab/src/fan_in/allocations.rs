//! What the program allocates, where its allocator counts.

use std::hint::black_box;
use std::sync::OnceLock;

use stats_alloc::INSTRUMENTED_SYSTEM;

/// Allocations and growths since the program began; none where `INSTRUMENTED_SYSTEM` is not its
/// allocator.
pub(super) fn allocations() -> Option<u64> {
    static COUNTS: OnceLock<bool> = OnceLock::new();
    let does_count = || {
        let before = count();
        drop(black_box(Box::new(0u8)));
        count() != before
    };
    COUNTS.get_or_init(does_count).then(count)
}

fn count() -> u64 {
    let stats = INSTRUMENTED_SYSTEM.stats();
    (stats.allocations + stats.reallocations) as u64
}
