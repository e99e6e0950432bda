//! A spin lock around the current buffer, and a mutex to wait behind when there is none: the design
//! of a published batcher.
//!
//! | a buffer is     | where                     | who may touch it                     |
//! |-----------------|---------------------------|--------------------------------------|
//! | being filled    | in `Back`                 | who holds the spin lock              |
//! | full            | in the lane to the worker | nobody                               |
//! | being delivered | in the worker's hands     | the worker                           |
//! | empty           | in the lane back          | nobody                               |
//! | being brought   | in `refill`               | who holds the mutex of the empty ones |
//!
//! Invariants:
//! 1. There are `batches` buffers, and each lane has room for all, so that handing one over never
//!    waits.
//! 2. A buffer enters the lane to the worker under the spin lock, so that batches arrive in the
//!    order in which they were filled, and an empty lane seen under the lock is empty.
//! 3. Only who holds the mutex puts a buffer into an empty place, and nobody waits for one with the
//!    spin lock taken.
//! 4. `n_free` counts the empty buffers that are in the lane or being brought: as long as it is not
//!    0, who holds the mutex gets on without the worker's help.

use core::fmt;
use std::time::Instant;

use inrush_sync::shim::Arc;
use inrush_sync::shim::lock::Mutex;
use inrush_sync::shim::thread;
use inrush_sync::{Event, LaneReceiver, LaneSender, Padded, Shape, YieldSpinLock, lane};

use super::filling::{Filling, Put};
use super::patience::{self, Look};
use super::worker::{Source, Worker};
use crate::{Batching, PushError, Setting};

/// A batcher whose producers push into one buffer, behind a lock that tries, yields and tries again.
///
/// The fast path is an uncontended lock around a `Vec::push`. A full buffer goes to the worker
/// through a lane, and an empty one comes back through another. Where there is none, one producer
/// waits for it with a mutex taken and the others queue up behind that mutex, so that none of them
/// spins meanwhile.
///
/// It keeps what is good about the original (an item costs as little as a lock can, and a slow
/// worker slows its producers) and mends what was not: the age of the oldest item decides when a
/// batch leaves, not a clock that ticks for itself; `close` delivers what is left; a push after it
/// returns the item.
pub struct SpinBatcher<T> {
    front: Arc<Front<T>>,
    worker: Worker,
}

impl<T: Send + 'static> Batching<T> for SpinBatcher<T> {
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self {
        let (front, taker) = Front::new(setting);
        Self { front, worker: Worker::spawn(taker, deliver) }
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), PushError<T>> {
        self.front.push(item, || self.worker.is_current())
    }

    fn flush(&self) {
        self.front.flush();
    }

    fn close(&self) -> u64 {
        self.front.close();
        self.worker.join()
    }
}

impl<T> Drop for SpinBatcher<T> {
    fn drop(&mut self) {
        self.front.close();
        self.worker.join();
    }
}

impl<T> fmt::Debug for SpinBatcher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpinBatcher").field("worker", &self.worker).finish_non_exhaustive()
    }
}

/// What producers share.
pub struct Front<T> {
    back: Padded<YieldSpinLock<Back<T>>>,
    empties: Mutex<Inlet<T>>,
    /// The worker waits here for something to deliver.
    filled: Event,
    /// The producer that holds the mutex waits here for an empty buffer.
    freed: Event,
}

/// What the spin lock protects.
struct Back<T> {
    filling: Filling<T>,
    full: LaneSender<Vec<T>>,
    n_free: usize,
    is_closed: bool,
}

impl<T> Back<T> {
    /// Sends a buffer to the worker.
    fn hand_over(&mut self, buffer: Vec<T>) {
        if self.full.push(buffer).is_err() {
            // The lane closes with the worker, which closes the batcher first; then the items have
            // nowhere to go.
            debug_assert!(self.is_closed, "a lane without room for every buffer");
        }
    }

    /// Sends what there is to the worker, and returns whether there was anything.
    fn hand_over_rest(&mut self) -> bool {
        let Some(buffer) = self.filling.take() else { return false };
        self.hand_over(buffer);
        true
    }
}

/// The end of a lane that buffers come out of, one at a time.
struct Inlet<T> {
    lane: LaneReceiver<Vec<T>>,
    /// Where a buffer passes through; keeps its memory.
    passing: Vec<Vec<T>>,
}

impl<T> Inlet<T> {
    fn new(lane: LaneReceiver<Vec<T>>) -> Self {
        Self { lane, passing: Vec::with_capacity(1) }
    }

    fn take(&mut self) -> Option<Vec<T>> {
        self.lane.drain_into(&mut self.passing, 1);
        self.passing.pop()
    }
}

impl<T> Front<T> {
    /// Producers' and worker's side of a batcher.
    pub fn new(setting: Setting) -> (Arc<Self>, Taker<T>) {
        let Setting { batch_size, linger, batches } = setting.rounded();
        let shape = Shape { blocks: 2, block_items: batches };
        let (full, full_inlet) = lane(shape);
        let (mut empties, empties_inlet) = lane(shape);
        for _ in 1..batches {
            let is_sent = empties.push(Vec::with_capacity(batch_size)).is_ok();
            debug_assert!(is_sent, "a lane without room for every buffer");
        }
        let filling = Filling::new(batch_size, linger);
        let back = Back { filling, full, n_free: batches - 1, is_closed: false };
        let front = Arc::new(Self {
            back: Padded::new(YieldSpinLock::new(back)),
            empties: Mutex::new(Inlet::new(empties_inlet)),
            filled: Event::new(),
            freed: Event::new(),
        });
        let full = Inlet::new(full_inlet);
        let taker = Taker { front: Arc::clone(&front), full, empties, batch_size };
        (front, taker)
    }

    /// Pushes an item. `is_worker` tells whether this is the thread that delivers.
    ///
    /// # Errors
    ///
    /// The item, when the batcher is closed, or when it is full and this is the worker.
    #[inline]
    pub fn push(&self, item: T, is_worker: impl Fn() -> bool) -> Result<(), PushError<T>> {
        let mut item = item;
        loop {
            let mut back = self.back.lock();
            if back.is_closed {
                return Err(PushError::Closed(item));
            }
            match back.filling.put(item) {
                Ok(Put::Next) => return Ok(()),
                Ok(Put::First) => {
                    drop(back);
                    self.filled.notify_all();
                    return Ok(());
                }
                Ok(Put::Full(buffer)) => {
                    back.hand_over(buffer);
                    drop(back);
                    self.filled.notify_all();
                    return Ok(());
                }
                Err(refused) => item = refused,
            }
            drop(back);
            if !is_worker() {
                self.refill();
            } else if !self.try_refill() {
                return Err(PushError::InCallback(item));
            }
        }
    }

    /// Waits for an empty buffer and brings it to where there is none, unless somebody else did, or
    /// the batcher is closed.
    #[cold]
    fn refill(&self) {
        let mut empties = self.empties.lock();
        if !self.lacks_buffer() {
            return;
        }
        let buffer = patience::wait(&self.freed, || match empties.take() {
            Some(buffer) => Some(Some(buffer)),
            None => self.back.lock().is_closed.then_some(None),
        });
        if let Some(buffer) = buffer {
            self.supply(buffer);
        }
    }

    /// As `refill`, but returns false rather than wait for a buffer that only this thread, the
    /// worker, could empty.
    #[cold]
    fn try_refill(&self) -> bool {
        loop {
            if let Some(mut empties) = self.empties.try_lock() {
                if self.lacks_buffer() {
                    let Some(buffer) = empties.take() else { return false };
                    self.supply(buffer);
                }
                return true;
            }
            let back = self.back.lock();
            if back.is_closed || back.filling.has_buffer() {
                return true;
            }
            if back.n_free == 0 {
                return false;
            }
            drop(back);
            // Who holds the mutex finds a buffer and lets go of it.
            thread::yield_now();
        }
    }

    fn lacks_buffer(&self) -> bool {
        let back = self.back.lock();
        !back.is_closed && !back.filling.has_buffer()
    }

    /// Puts a buffer into the empty place. The caller holds the mutex.
    fn supply(&self, buffer: Vec<T>) {
        let mut back = self.back.lock();
        back.filling.supply(buffer);
        back.n_free -= 1;
    }

    /// Sends what there is to the worker.
    pub fn flush(&self) {
        let is_sent = self.back.lock().hand_over_rest();
        if is_sent {
            self.filled.notify_all();
        }
    }

    /// Takes no more items, and sends what there is to the worker.
    pub fn close(&self) {
        let mut back = self.back.lock();
        back.is_closed = true;
        back.hand_over_rest();
        drop(back);
        self.filled.notify_all();
        self.freed.notify_all();
    }
}

impl<T> fmt::Debug for Front<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").finish_non_exhaustive()
    }
}

/// The worker's side.
pub struct Taker<T> {
    front: Arc<Front<T>>,
    full: Inlet<T>,
    empties: LaneSender<Vec<T>>,
    batch_size: usize,
}

impl<T> Taker<T> {
    fn look(&mut self, known: Option<Instant>) -> Option<Look<T>> {
        if let Some(batch) = self.full.take() {
            return Some(Look::Batch(batch));
        }
        let mut back = self.front.back.lock();
        // What came before the lock was taken goes first.
        if let Some(batch) = self.full.take() {
            return Some(Look::Batch(batch));
        }
        if back.is_closed {
            return Some(Look::End);
        }
        if let Some(batch) = back.filling.take_due() {
            return Some(Look::Batch(batch));
        }
        let deadline = back.filling.deadline();
        (deadline != known).then_some(Look::Deadline(deadline))
    }
}

impl<T> Source<T> for Taker<T> {
    fn next(&mut self) -> Option<Vec<T>> {
        let front = Arc::clone(&self.front);
        patience::next_batch(&front.filled, |known| self.look(known))
    }

    fn give_back(&mut self, mut emptied: Vec<T>) {
        // `deliver` may have kept the memory.
        emptied.reserve_exact(self.batch_size);
        let mut back = self.front.back.lock();
        // Whoever finds the buffer in the lane waits for the lock before counting it off again.
        let is_sent = self.empties.push(emptied).is_ok();
        debug_assert!(is_sent, "a lane without room for every buffer");
        back.n_free += 1;
        drop(back);
        self.front.freed.notify(1);
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        self.front.close();
    }
}

impl<T> fmt::Debug for Taker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taker").finish_non_exhaustive()
    }
}
