//! What a batcher has done so far.

use std::time::Duration;

use inrush_sync::Padded;
use inrush_sync::shim::atomic::{AtomicU64, Ordering::Relaxed};

use crate::batch::Cause;

/// Counts since the start.
///
/// When a batcher has been closed in time and its producers are gone,
/// `pushed == delivered + dropped_oldest + failed + abandoned`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Items that pushes have taken in and published.
    pub pushed: u64,
    /// Items of batches that the callback took without an error, or that a receiver received.
    pub delivered: u64,
    /// Batches of those items.
    pub batches: Batches,
    /// Items that a full lane did not take, under [`WhenFull::DropNewest`](crate::WhenFull).
    pub dropped_newest: u64,
    /// Items that made room, under [`WhenFull::DropOldest`](crate::WhenFull).
    pub dropped_oldest: u64,
    /// Items of batches that went to the error policy for good.
    pub failed: u64,
    /// Items that were taken in and not delivered because the batcher ended first.
    pub abandoned: u64,
    /// How long pushes have waited for room, all together.
    pub blocked: Duration,
}

/// Batches by what made them leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batches {
    /// Full ones.
    pub by_size: u64,
    /// Those whose oldest item was old enough.
    pub by_age: u64,
    /// Those that somebody asked for.
    pub by_flush: u64,
    /// Those of the end.
    pub by_close: u64,
}

/// The counts that threads add to, each on its way off the hot path.
#[derive(Debug)]
pub(crate) struct Counters {
    delivered: Padded<AtomicU64>,
    batches: [AtomicU64; 4],
    failed: AtomicU64,
    abandoned: AtomicU64,
    late: AtomicU64,
    dropped_newest: Padded<AtomicU64>,
    dropped_oldest: AtomicU64,
    blocked_ns: AtomicU64,
}

/// Adds to a count.
fn add(count: &AtomicU64, n: u64) {
    // ORDERING: Relaxed: a count; what it counts is handed over elsewhere.
    count.fetch_add(n, Relaxed);
}

fn get(count: &AtomicU64) -> u64 {
    // ORDERING: Relaxed: a count to show, behind which nothing is read.
    count.load(Relaxed)
}

impl Counters {
    pub(crate) fn new() -> Self {
        let zero = || AtomicU64::new(0);
        Self {
            delivered: Padded::new(zero()),
            batches: [zero(), zero(), zero(), zero()],
            failed: zero(),
            abandoned: zero(),
            late: zero(),
            dropped_newest: Padded::new(zero()),
            dropped_oldest: zero(),
            blocked_ns: zero(),
        }
    }

    pub(crate) fn batch_delivered(&self, n_items: u64, cause: Cause) {
        add(&self.batches[cause as usize], 1);
        add(&self.delivered, n_items);
    }

    /// Items that the callback had moved out before it failed.
    pub(crate) fn items_delivered(&self, n: u64) {
        add(&self.delivered, n);
    }

    pub(crate) fn items_failed(&self, n: u64) {
        add(&self.failed, n);
    }

    pub(crate) fn items_abandoned(&self, n: u64) {
        add(&self.abandoned, n);
    }

    /// Items that were pushed, and came too late to be seen.
    pub(crate) fn items_late(&self, n: u64) {
        add(&self.late, n);
        add(&self.abandoned, n);
    }

    pub(crate) fn newest_dropped(&self) {
        add(&self.dropped_newest, 1);
    }

    pub(crate) fn oldest_dropped(&self, n: usize) {
        add(&self.dropped_oldest, n as u64);
    }

    pub(crate) fn waited(&self, time: Duration) {
        add(&self.blocked_ns, u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// The counts, with what has been published in the lanes.
    pub(crate) fn metrics(&self, published: u64) -> Metrics {
        let [by_size, by_age, by_flush, by_close] =
            [0, 1, 2, 3].map(|cause| get(&self.batches[cause]));
        Metrics {
            pushed: published + get(&self.late),
            delivered: get(&self.delivered),
            batches: Batches { by_size, by_age, by_flush, by_close },
            dropped_newest: get(&self.dropped_newest),
            dropped_oldest: get(&self.dropped_oldest),
            failed: get(&self.failed),
            abandoned: get(&self.abandoned),
            blocked: Duration::from_nanos(get(&self.blocked_ns)),
        }
    }
}
