//! `swap-buffer-queue`: two buffers, of which producers fill one by a compare-exchange on one word.

use std::ops::Range;
use std::sync::Arc;

use swap_buffer_queue::SynchronizedQueue;
use swap_buffer_queue::buffer::{IntoValueIter, VecBuffer};

use super::pieces;
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `enqueue` of so many items, and `dequeue` of all there are.
#[derive(Debug)]
pub(crate) struct SwapBuffer<const AT_ONCE: usize>;

#[derive(Clone, Debug)]
pub(crate) struct SwapDoor<const AT_ONCE: usize>(Arc<Closer>);

/// Closes the queue when the last door is gone.
struct Closer(Arc<SynchronizedQueue<VecBuffer<u64>>>);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl std::fmt::Debug for Closer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Closer").field("len", &self.0.len()).finish()
    }
}

impl<const AT_ONCE: usize> FanInSubject for SwapBuffer<AT_ONCE> {
    type Door = SwapDoor<AT_ONCE>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let queue = Arc::new(SynchronizedQueue::with_capacity(setting.capacity));
        let door = SwapDoor(Arc::new(Closer(Arc::clone(&queue))));
        let worker = Worker::thread(move || {
            while let Ok(items) = queue.dequeue() {
                sink.many(&items);
            }
        });
        (vec![door; setting.producers], worker)
    }
}

impl<const AT_ONCE: usize> Door for SwapDoor<AT_ONCE> {
    #[inline]
    fn push(&mut self, item: u64) {
        self.0.0.enqueue([item]).expect("the queue is open");
    }

    #[inline]
    fn burst(&mut self, items: Range<u64>) {
        if AT_ONCE == 1 {
            return items.for_each(|item| self.push(item));
        }
        for piece in pieces(items, AT_ONCE) {
            // The crate knows exact sizes of 32 bits at the most, which a range of u64 has not.
            let (from, n) = (piece.start, (piece.end - piece.start) as u32);
            let piece = (0..n).map(|i| from + u64::from(i));
            let is_open = self.0.0.enqueue(piece.into_value_iter()).is_ok();
            assert!(is_open, "the queue is open");
        }
    }
}
