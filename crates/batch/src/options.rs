//! How a batcher behaves, and the checks of what it is asked for.

use core::fmt;
use std::time::Duration;

use inrush_sync::Shape;

/// What a push does when its lane is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// Waits until there is room.
    #[default]
    Block,
    /// Waits that long, then returns the item.
    BlockFor(Duration),
    /// Returns the item.
    Fail,
    /// Drops the item that was to be pushed, and counts it.
    DropNewest,
    /// Drops the oldest block of items that no worker has begun, counts them, and pushes.
    DropOldest,
}

/// How a worker waits for items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
    /// Looks for items all the time: the shortest delay, and one processor busy for ever.
    Spin,
    /// Looks for some microseconds, then sleeps until a producer wakes it.
    #[default]
    Park,
}

/// What the shared door promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The items of one thread stay in the order in which it pushed them.
    #[default]
    PerThread,
    /// Nothing. A push goes to another lane rather than wait for a thread that lost its processor.
    Any,
}

/// Why a batcher cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// A number that must be at least 1 is 0.
    Zero(&'static str),
    /// A batch or a lane does not fit into memory.
    TooLarge(&'static str),
    /// The system refused a thread.
    Spawn(std::io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero(what) => write!(f, "{what} is 0, and must be at least 1"),
            Self::TooLarge(what) => write!(f, "{what} does not fit into memory"),
            Self::Spawn(_) => f.write_str("start a worker thread"),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Spawn(error) => Some(error),
            Self::Zero(_) | Self::TooLarge(_) => None,
        }
    }
}

/// What a batcher is asked for; [`Builder`](crate::Builder) sets it.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) batch_size: usize,
    pub(crate) linger: Option<Duration>,
    pub(crate) queue: Option<usize>,
    pub(crate) shared_queue: Option<usize>,
    pub(crate) producers: usize,
    pub(crate) shared_lanes: Option<usize>,
    pub(crate) order: Order,
    pub(crate) when_full: WhenFull,
    pub(crate) wait: Wait,
    pub(crate) close_deadline: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            batch_size: 1024,
            linger: Some(Duration::from_millis(1)),
            queue: None,
            shared_queue: None,
            producers: 4096,
            shared_lanes: None,
            order: Order::default(),
            when_full: WhenFull::default(),
            wait: Wait::default(),
            close_deadline: Duration::from_secs(30),
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        let counts = [
            ("the batch size", Some(self.batch_size)),
            ("the queue", self.queue),
            ("the shared queue", self.shared_queue),
            ("the number of producers", Some(self.producers)),
            ("the number of shared lanes", self.shared_lanes),
        ];
        match counts.into_iter().find(|&(_, count)| count == Some(0)) {
            Some((what, _)) => Err(BuildError::Zero(what)),
            None => Ok(()),
        }
    }

    /// The memory of a producer's lane: four blocks of a batch each, unless a queue says otherwise.
    pub(crate) fn shape(&self) -> Shape {
        self.shape_of(self.queue, 4)
    }

    /// The memory of a shared lane. Several threads may wait for room in it: with more room each has
    /// more to do when it is woken.
    pub(crate) fn shared_shape(&self) -> Shape {
        self.shape_of(self.shared_queue, 16)
    }

    fn shape_of(&self, queue: Option<usize>, batches: usize) -> Shape {
        match queue {
            None => Shape { blocks: batches, block_items: self.batch_size },
            Some(queue) if queue < 8 => Shape { blocks: 2, block_items: queue.div_ceil(2) },
            Some(queue) => Shape { blocks: 4, block_items: queue.div_ceil(4) },
        }
    }

    /// The most lanes of items of this size behind the shared door: a power of two, if there is such a
    /// number.
    pub(crate) fn n_shared_lanes(&self, item_bytes: usize) -> Option<usize> {
        if let Some(lanes) = self.shared_lanes {
            return lanes.checked_next_power_of_two();
        }
        let lane_bytes = self.shared_shape().capacity()?.saturating_mul(item_bytes);
        let n = (SHARED_BYTES / lane_bytes.max(1)).clamp(LEAST_SHARED_LANES, MOST_SHARED_LANES);
        Some(1 << n.ilog2())
    }
}

/// The memory that the lanes of the shared door may take together.
const SHARED_BYTES: usize = 128 << 20;
/// With fewer, threads that happen to run at the same time share one too often.
const LEAST_SHARED_LANES: usize = 16;
/// With more, the worker's round takes longer than what it finds is worth.
const MOST_SHARED_LANES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_lanes_fit_into_their_memory() {
        let lanes = |item_bytes| Options::default().n_shared_lanes(item_bytes);
        assert_eq!(
            [0, 1, 8, 24, 256, 1 << 20, usize::MAX].map(lanes),
            [Some(1024), Some(1024), Some(1024), Some(256), Some(32), Some(16), Some(16),]
        );
        let asked = |n| Options { shared_lanes: Some(n), ..Options::default() }.n_shared_lanes(8);
        assert_eq!([1, 3, 4096, usize::MAX].map(asked), [Some(1), Some(4), Some(4096), None]);
    }
}
