//! The worker's side of the ring.

use core::fmt;

use inrush_sync::shim::Arc;
use inrush_sync::{Alignment, Bytes};

use super::Ring;
use super::ring::State;
use crate::comparators::patience::{self, Look};
use crate::comparators::worker::Source;

/// Takes the items out of one block after the other.
pub struct Collector<T, const N: usize>
where
    Bytes<N>: Alignment,
{
    ring: Arc<Ring<T, N>>,
    /// The sequence whose items come next.
    sequence: u64,
    batch: Vec<T>,
}

impl<T, const N: usize> Collector<T, N>
where
    Bytes<N>: Alignment,
{
    pub(super) fn new(ring: Arc<Ring<T, N>>) -> Self {
        let batch = Vec::with_capacity(ring.batch_size);
        Self { ring, sequence: 0, batch }
    }

    fn look(&mut self, known: Option<std::time::Instant>) -> Option<Look<T>> {
        loop {
            match self.ring.state(self.sequence) {
                State::Complete => self.ring.empty_into(self.sequence, &mut self.batch),
                State::Closed => self.ring.take_rest_into(self.sequence, &mut self.batch),
                State::Ended => return Some(Look::End),
                State::Open(deadline) => {
                    return (deadline != known).then_some(Look::Deadline(deadline));
                }
                State::Spent => return known.is_some().then_some(Look::Deadline(None)),
            }
            self.sequence += 1;
            // Every place of a block may have been given up.
            if !self.batch.is_empty() {
                return Some(Look::Batch(core::mem::take(&mut self.batch)));
            }
        }
    }
}

impl<T, const N: usize> Source<T> for Collector<T, N>
where
    Bytes<N>: Alignment,
{
    fn next(&mut self) -> Option<Vec<T>> {
        let ring = Arc::clone(&self.ring);
        patience::next_batch(&ring.filled, |known| self.look(known))
    }

    fn give_back(&mut self, mut emptied: Vec<T>) {
        // `deliver` may have kept the memory.
        emptied.reserve_exact(self.ring.batch_size);
        self.batch = emptied;
    }
}

impl<T, const N: usize> Drop for Collector<T, N>
where
    Bytes<N>: Alignment,
{
    fn drop(&mut self) {
        self.ring.close();
    }
}

impl<T, const N: usize> fmt::Debug for Collector<T, N>
where
    Bytes<N>: Alignment,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}
