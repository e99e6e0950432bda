//! A bounded channel that carries items one by one.
//!
//! | edge    | from    | to     | carries                                      |
//! |---------|---------|--------|----------------------------------------------|
//! | `flush` | `flush` | `look` | what the flushing thread knows to be pushed  |
//!
//! Invariants:
//! 1. Whoever sends is inside the gate, and nobody waits there. When the gate is quiet, the channel
//!    holds everything that was accepted and gets no more.
//! 2. The channel has room for all batches under way but the one in the worker's hands.

use core::fmt;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use inrush_sync::Event;
use inrush_sync::shim::Arc;
use inrush_sync::shim::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use inrush_sync::shim::channel::{Receiver, SyncSender, TrySendError, sync_channel};
use inrush_sync::shim::thread;

use super::gate::Gate;
use super::patience::{self, Look, Refused};
use super::worker::{Source, Worker};
use crate::{Batching, PushError, Setting};

/// A batcher whose producers send every item through one bounded channel of the standard library,
/// from which the worker collects a batch.
///
/// A channel wakes a sleeping receiver for each item, and closing one by dropping its receiver
/// loses what somebody is just sending. So the channel is used without its own waiting, and a gate
/// tells when the last sender is out; both cost less than they replace, but not nothing.
///
/// The age of an item counts from when the worker took it out of the channel: to read the clock for
/// every item would cost as much as the channel does.
pub struct ChannelBatcher<T> {
    intake: Arc<Intake<T>>,
    worker: Worker,
}

impl<T: Send + 'static> Batching<T> for ChannelBatcher<T> {
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self {
        let (intake, taker) = Intake::new(setting, available_parallelism().map_or(1, usize::from));
        Self { intake, worker: Worker::spawn(taker, deliver) }
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), PushError<T>> {
        self.intake.push(item, || self.worker.is_current())
    }

    fn flush(&self) {
        self.intake.flush();
    }

    fn close(&self) -> u64 {
        self.intake.close();
        self.worker.join()
    }
}

impl<T> Drop for ChannelBatcher<T> {
    fn drop(&mut self) {
        self.intake.close();
        self.worker.join();
    }
}

impl<T> fmt::Debug for ChannelBatcher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelBatcher").field("worker", &self.worker).finish_non_exhaustive()
    }
}

/// What producers share.
pub struct Intake<T> {
    sender: SyncSender<T>,
    gate: Gate,
    wants_flush: AtomicBool,
    /// The worker waits here for items.
    filled: Event,
    /// Producers wait here for room.
    freed: Event,
}

impl<T> Intake<T> {
    /// Producers' and worker's side of a batcher, whose producers enter by that many shards of a
    /// gate.
    ///
    /// # Panics
    ///
    /// The batches do not fit into memory.
    pub fn new(setting: Setting, shards: usize) -> (Arc<Self>, Taker<T>) {
        let Setting { batch_size, linger, batches } = setting.rounded();
        let capacity = batch_size.checked_mul(batches - 1).expect("batches that fit into memory");
        let (sender, receiver) = sync_channel(capacity);
        let intake = Arc::new(Self {
            sender,
            gate: Gate::new(shards),
            wants_flush: AtomicBool::new(false),
            // It is notified for every item.
            filled: Event::asymmetric(),
            freed: Event::new(),
        });
        let taker = Taker {
            intake: Arc::clone(&intake),
            receiver,
            batch: Vec::with_capacity(batch_size),
            deadline: None,
            is_flushing: false,
            batch_size,
            linger,
        };
        (intake, taker)
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
        let Some(inside) = self.gate.enter() else { return Err(Refused::Closed(item)) };
        let sent = self.sender.try_send(item);
        drop(inside);
        match sent {
            Ok(()) => {
                self.filled.notify_all();
                Ok(())
            }
            Err(TrySendError::Full(item)) => Err(Refused::Full(item)),
            Err(TrySendError::Disconnected(item)) => Err(Refused::Closed(item)),
        }
    }

    /// Asks for everything that has been pushed.
    pub fn flush(&self) {
        // ORDERING: Release, from-side of `flush`. Unmodelled: as its other side.
        self.wants_flush.store(true, Release);
        self.filled.notify_all();
    }

    /// Takes no more items.
    pub fn close(&self) {
        self.gate.shut();
        self.filled.notify_all();
        self.freed.notify_all();
    }
}

impl<T> fmt::Debug for Intake<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("gate", &self.gate).finish_non_exhaustive()
    }
}

/// The worker's side.
pub struct Taker<T> {
    intake: Arc<Intake<T>>,
    receiver: Receiver<T>,
    /// What has been collected so far.
    batch: Vec<T>,
    /// When it has to leave.
    deadline: Option<Instant>,
    /// Whether it leaves as soon as the channel is empty.
    is_flushing: bool,
    batch_size: usize,
    linger: Duration,
}

impl<T> Taker<T> {
    fn look(&mut self, known: Option<Instant>) -> Option<Look<T>> {
        // What is asked for is heeded only after a look into the channel behind it.
        // ORDERING: Acquire, to-side of `flush`. Unmodelled: the channel of a
        // model is behind a lock, which carries as much.
        self.is_flushing |= self.intake.wants_flush.swap(false, Acquire);
        let is_closed = self.intake.gate.is_shut();
        if is_closed {
            // Nobody waits inside, so this is over as soon as they all had a processor.
            while !self.intake.gate.is_quiet() {
                thread::yield_now();
            }
        }
        self.collect();
        let is_full = self.batch.len() == self.batch_size;
        let is_due = || self.deadline.is_some_and(|deadline| deadline <= Instant::now());
        if is_full || (!self.batch.is_empty() && (is_closed || self.is_flushing || is_due())) {
            // A full batch says nothing about what is left in the channel.
            self.is_flushing &= is_full;
            self.deadline = None;
            return Some(Look::Batch(core::mem::take(&mut self.batch)));
        }
        if self.batch.is_empty() {
            self.is_flushing = false;
            return is_closed.then_some(Look::End);
        }
        (self.deadline != known).then_some(Look::Deadline(self.deadline))
    }

    /// Takes what the channel holds and the batch has room for.
    fn collect(&mut self) {
        let n_before = self.batch.len();
        let room = self.batch_size - n_before;
        self.batch.extend(self.receiver.try_iter().take(room));
        let n_taken = self.batch.len() - n_before;
        if n_taken > 0 {
            self.intake.freed.notify(n_taken);
        }
        if n_before == 0 && n_taken > 0 && n_taken < room {
            self.deadline = Instant::now().checked_add(self.linger);
        }
    }
}

impl<T> Source<T> for Taker<T> {
    fn next(&mut self) -> Option<Vec<T>> {
        let intake = Arc::clone(&self.intake);
        patience::next_batch(&intake.filled, |known| self.look(known))
    }

    fn give_back(&mut self, mut emptied: Vec<T>) {
        // `deliver` may have kept the memory.
        emptied.reserve_exact(self.batch_size);
        self.batch = emptied;
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        self.intake.close();
    }
}

impl<T> fmt::Debug for Taker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taker").field("batch_size", &self.batch_size).finish_non_exhaustive()
    }
}
