//! A mutex around the current buffer, and a list of full ones.
//!
//! Everything is behind the mutex but two events: the worker waits at `filled`, producers at
//! `freed`. A buffer is the worker's from when `look` takes it out of the list until `give_back`
//! puts it to the spare ones, so that nobody delivers or clears with the mutex taken.

use core::fmt;
use std::collections::VecDeque;
use std::time::Instant;

use inrush_sync::shim::Arc;
use inrush_sync::shim::lock::Mutex;
use inrush_sync::{Event, Padded};

use super::filling::{Filling, Put};
use super::patience::{self, Look, Refused};
use super::worker::{Source, Worker};
use crate::{Batching, PushError, Setting};

/// A batcher whose producers push into one vector behind a mutex, which the worker exchanges for an
/// empty one.
///
/// The obvious design, and a good one where items come in tens rather than one by one: the mutex
/// then costs next to nothing per item. What it costs with one item at a time is what this batcher
/// shows.
pub struct MutexBatcher<T> {
    desk: Arc<Desk<T>>,
    worker: Worker,
}

impl<T: Send + 'static> Batching<T> for MutexBatcher<T> {
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self {
        let (desk, taker) = Desk::new(setting);
        Self { desk, worker: Worker::spawn(taker, deliver) }
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), PushError<T>> {
        self.desk.push(item, || self.worker.is_current())
    }

    fn flush(&self) {
        self.desk.flush();
    }

    fn close(&self) -> u64 {
        self.desk.close();
        self.worker.join()
    }
}

impl<T> Drop for MutexBatcher<T> {
    fn drop(&mut self) {
        self.desk.close();
        self.worker.join();
    }
}

impl<T> fmt::Debug for MutexBatcher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MutexBatcher").field("worker", &self.worker).finish_non_exhaustive()
    }
}

/// What producers share.
pub struct Desk<T> {
    state: Padded<Mutex<State<T>>>,
    /// The worker waits here for something to deliver.
    filled: Event,
    /// Producers wait here for an empty buffer.
    freed: Event,
    batch_size: usize,
}

struct State<T> {
    filling: Filling<T>,
    full: VecDeque<Vec<T>>,
    spare: Vec<Vec<T>>,
    is_closed: bool,
}

impl<T> State<T> {
    /// Puts the current buffer behind the full ones, unless it is empty, and returns whether it was
    /// not.
    fn set_aside(&mut self) -> bool {
        let buffer = self.filling.take();
        let is_something = buffer.is_some();
        self.full.extend(buffer);
        is_something
    }
}

impl<T> Desk<T> {
    /// Producers' and worker's side of a batcher.
    pub fn new(setting: Setting) -> (Arc<Self>, Taker<T>) {
        let Setting { batch_size, linger, batches } = setting.rounded();
        let state = State {
            filling: Filling::new(batch_size, linger),
            full: VecDeque::with_capacity(batches),
            spare: (1..batches).map(|_| Vec::with_capacity(batch_size)).collect(),
            is_closed: false,
        };
        let desk = Arc::new(Self {
            state: Padded::new(Mutex::new(state)),
            filled: Event::new(),
            freed: Event::new(),
            batch_size,
        });
        let taker = Taker { desk: Arc::clone(&desk) };
        (desk, taker)
    }

    /// Pushes an item. `is_worker` tells whether this is the thread that delivers.
    ///
    /// # Errors
    ///
    /// The item, when the batcher is closed, or when it is full and this is the worker.
    #[inline]
    pub fn push(&self, item: T, is_worker: impl Fn() -> bool) -> Result<(), PushError<T>> {
        match self.try_push(item) {
            Ok(()) => Ok(()),
            Err(Refused::Closed(item)) => Err(PushError::Closed(item)),
            Err(Refused::Full(item)) if is_worker() => Err(PushError::InCallback(item)),
            Err(Refused::Full(item)) => {
                patience::push(&self.freed, item, |item| self.try_push(item))
            }
        }
    }

    #[inline]
    fn try_push(&self, item: T) -> Result<(), Refused<T>> {
        let mut state = self.state.lock();
        if state.is_closed {
            return Err(Refused::Closed(item));
        }
        if !state.filling.has_buffer() {
            let Some(buffer) = state.spare.pop() else { return Err(Refused::Full(item)) };
            state.filling.supply(buffer);
        }
        match state.filling.put(item) {
            Ok(Put::Next) => return Ok(()),
            Ok(Put::First) => {}
            Ok(Put::Full(buffer)) => state.full.push_back(buffer),
            Err(item) => return Err(Refused::Full(item)),
        }
        drop(state);
        self.filled.notify_all();
        Ok(())
    }

    /// Hands what there is to the worker.
    pub fn flush(&self) {
        let is_something = self.state.lock().set_aside();
        if is_something {
            self.filled.notify_all();
        }
    }

    /// Takes no more items, and hands what there is to the worker.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        state.set_aside();
        drop(state);
        self.filled.notify_all();
        self.freed.notify_all();
    }

    /// What the worker may deliver now.
    fn look(&self, known: Option<Instant>) -> Option<Look<T>> {
        let mut state = self.state.lock();
        if let Some(batch) = state.full.pop_front() {
            return Some(Look::Batch(batch));
        }
        if state.is_closed {
            return Some(Look::End);
        }
        if let Some(batch) = state.filling.take_due() {
            return Some(Look::Batch(batch));
        }
        let deadline = state.filling.deadline();
        (deadline != known).then_some(Look::Deadline(deadline))
    }
}

impl<T> fmt::Debug for Desk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("batch_size", &self.batch_size).finish_non_exhaustive()
    }
}

/// The worker's side.
pub struct Taker<T> {
    desk: Arc<Desk<T>>,
}

impl<T> Source<T> for Taker<T> {
    fn next(&mut self) -> Option<Vec<T>> {
        patience::next_batch(&self.desk.filled, |known| self.desk.look(known))
    }

    fn give_back(&mut self, mut emptied: Vec<T>) {
        // `deliver` may have kept the memory.
        emptied.reserve_exact(self.desk.batch_size);
        self.desk.state.lock().spare.push(emptied);
        self.desk.freed.notify(self.desk.batch_size);
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        self.desk.close();
    }
}

impl<T> fmt::Debug for Taker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taker").finish_non_exhaustive()
    }
}
