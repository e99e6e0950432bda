//! Blocks of places that take turns.
//!
//! A block serves one *sequence* after the other: block `i` of `n` serves `i`, `i + n`, `i + 2n`.
//!
//! | block    | cursor           | done             | owner                                        |
//! |----------|------------------|------------------|----------------------------------------------|
//! | open     | next free place  | below            | each place its reserver's                    |
//! | spent    | at least a batch | below            | each place its reserver's, if not done       |
//! | complete | at least a batch | a batch          | the collector                                |
//! | empty    | at least a batch | 0                | nobody; places are empty                     |
//!
//! | edge        | from    | to            | carries                                    |
//! |-------------|---------|---------------|--------------------------------------------|
//! | `opened`    | `open`  | `try_reserve` | that the block is empty, its clock not set |
//! | `committed` | `count` | `is_complete` | that a place holds its item, or never will |
//!
//! Invariants:
//! 1. At most one block is open. The next one is opened by whoever took the last place, or by the
//!    collector when the block was not empty then; both hold the lock of `turn`.
//! 2. A `fetch_add` on the cursor of any block at any time is harmless: it gets a place of whichever
//!    sequence the block serves then, or none. So a thread that read `current` long ago needs no
//!    protection, and its items still stay in order: a place that it reserves is never of an earlier
//!    sequence than one that it has reserved before, since all earlier ones are spent.
//! 3. A block is complete when every place was committed, given up, or shut before anybody reserved
//!    it. Nobody but the collector touches it then, until it is opened again.
//! 4. After `close` blocks are not opened again. The collector fills the places that nobody has
//!    filled, one by one, and who comes later to one finds it taken: an item is either delivered or
//!    returned.

use core::fmt;
use std::time::{Duration, Instant};

use inrush_sync::shim::Arc;
use inrush_sync::shim::atomic::{
    AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use inrush_sync::shim::lock::{Mutex, MutexGuard};
use inrush_sync::shim::thread;
use inrush_sync::{Alignment, Bytes, Event, Padded, Slots};

use super::Collector;
use crate::Setting;
use crate::comparators::patience;

/// What producers share: the blocks, and whose turn it is.
pub struct Ring<T, const N: usize>
where
    Bytes<N>: Alignment,
{
    blocks: Box<[Block<T, N>]>,
    /// The block that was opened last.
    current: Padded<AtomicUsize, N>,
    turn: Mutex<Turn>,
    /// The collector waits here for a complete block.
    pub(super) filled: Event,
    /// Producers wait here for an open block.
    freed: Event,
    pub(super) batch_size: usize,
    /// None for ever.
    linger_ns: Option<u64>,
    epoch: Instant,
}

struct Block<T, const N: usize>
where
    Bytes<N>: Alignment,
{
    /// How many places have been asked for.
    cursor: Padded<AtomicUsize, N>,
    /// How many have been committed, given up or shut.
    n_done: Padded<AtomicUsize, N>,
    /// When the block has to leave, counted from the epoch; 0 as long as that is not known.
    due_ns: AtomicU64,
    /// None in a place that was given up.
    slots: Slots<Option<T>, N>,
}

/// Whose turn it is. What producers look at without the lock is written with it.
struct Turn {
    /// The sequence that was opened last.
    sequence: u64,
    /// How many sequences the collector has emptied.
    n_emptied: u64,
    /// The last opened block is spent, and the next one was not empty when that happened.
    is_stalled: bool,
    is_closed: bool,
}

/// A reserved place.
#[derive(Debug)]
pub struct Place {
    block: usize,
    index: usize,
}

/// Why there is no place.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There will never be one.
    Closed,
    /// No block is empty.
    Full,
}

/// What the collector finds at a sequence.
pub(super) enum State {
    /// The block is complete.
    Complete,
    /// The block is open, and has to leave by then.
    Open(Option<Instant>),
    /// The block waits for somebody to commit.
    Spent,
    /// The batcher is closed, and this is the last sequence or an earlier one.
    Closed,
    /// The batcher is closed, and there was no such sequence.
    Ended,
}

impl<T, const N: usize> Ring<T, N>
where
    Bytes<N>: Alignment,
{
    /// Producers' and worker's side of a batcher. One of the batches under way is in the worker's
    /// hands, and each of the others has a block.
    pub fn new(setting: Setting) -> (Arc<Self>, Collector<T, N>) {
        let Setting { batch_size, linger, batches } = setting.rounded();
        let block = |i: usize| Block {
            cursor: Padded::new(AtomicUsize::new(if i == 0 { 0 } else { batch_size })),
            n_done: Padded::new(AtomicUsize::new(0)),
            due_ns: AtomicU64::new(0),
            slots: Slots::new(batch_size),
        };
        let turn = Turn { sequence: 0, n_emptied: 0, is_stalled: false, is_closed: false };
        let ring = Arc::new(Self {
            blocks: (0..batches - 1).map(block).collect(),
            current: Padded::new(AtomicUsize::new(0)),
            turn: Mutex::new(turn),
            filled: Event::new(),
            freed: Event::new(),
            batch_size,
            linger_ns: u64::try_from(linger.as_nanos()).ok(),
            epoch: Instant::now(),
        });
        let collector = Collector::new(Arc::clone(&ring));
        (ring, collector)
    }

    /// Reserves a place, if there is an open block.
    #[inline]
    pub fn try_reserve(&self) -> Option<Place> {
        // ORDERING: Relaxed: any number will do, as the cursor tells whether that block is open.
        let block = self.current.load(Relaxed);
        // ORDERING: Acquire, to-side of `opened`.
        let index = self.blocks[block].cursor.fetch_add(1, Acquire);
        if index >= self.batch_size {
            return None;
        }
        if index + 1 == self.batch_size {
            self.open_next();
        } else if index == 0 {
            self.start_clock(block);
        }
        Some(Place { block, index })
    }

    /// Waits until it can reserve a place.
    ///
    /// # Errors
    ///
    /// The batcher is closed.
    pub fn reserve(&self) -> Result<Place, Refusal> {
        patience::wait(&self.freed, || {
            if let Some(place) = self.try_reserve_again() {
                return Some(Ok(place));
            }
            self.turn.lock().is_closed.then_some(Err(Refusal::Closed))
        })
    }

    /// Reserves a place, and waits only for what does not need the worker.
    ///
    /// # Errors
    ///
    /// The batcher is closed, or full.
    pub fn reserve_as_worker(&self) -> Result<Place, Refusal> {
        loop {
            if let Some(place) = self.try_reserve_again() {
                return Ok(place);
            }
            let turn = self.turn.lock();
            if turn.is_closed {
                return Err(Refusal::Closed);
            }
            if turn.is_stalled {
                return Err(Refusal::Full);
            }
            drop(turn);
            // Whoever took the last place is about to open the next block.
            thread::yield_now();
        }
    }

    /// As `try_reserve`, without moving the cursor of a block that is known to be spent.
    fn try_reserve_again(&self) -> Option<Place> {
        // ORDERING: Relaxed: a hint that `try_reserve` checks again.
        let block = self.current.load(Relaxed);
        // ORDERING: Relaxed: a hint that `try_reserve` checks again.
        let is_open = self.blocks[block].cursor.load(Relaxed) < self.batch_size;
        if is_open { self.try_reserve() } else { None }
    }

    /// Fills a place.
    ///
    /// # Errors
    ///
    /// The item, when the batcher was closed and did not wait for it.
    #[inline]
    pub fn commit(&self, place: Place, item: T) -> Result<(), T> {
        let Place { block, index } = place;
        let result = self.blocks[block].slots.put(index, Some(item));
        self.count(block, 1);
        match result {
            Err(Some(item)) => Err(item),
            Ok(()) | Err(None) => Ok(()),
        }
    }

    /// Leaves a place without an item.
    pub fn give_up(&self, place: Place) {
        self.count(place.block, 1);
    }

    /// Counts places as done, and tells the collector when they were the last ones.
    #[inline]
    fn count(&self, block: usize, n: usize) {
        // ORDERING: Release, from-side of `committed`. Unmodelled: as its other side.
        let n_before = self.blocks[block].n_done.fetch_add(n, Release);
        if n_before + n == self.batch_size {
            self.filled.notify_all();
        }
    }

    /// Notes when the block has to leave; for who took its first place.
    fn start_clock(&self, block: usize) {
        let Some(linger_ns) = self.linger_ns else { return };
        let due_ns = self.now_ns().saturating_add(linger_ns).max(1);
        // ORDERING: Relaxed: a number without data, which the event orders before the look of who
        // waits for it. The place is not done yet, so that the block still serves this sequence.
        self.blocks[block].due_ns.store(due_ns, Relaxed);
        self.filled.notify_all();
    }

    fn now_ns(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Opens the next block; for who took the last place of the current one.
    #[cold]
    fn open_next(&self) {
        let is_open = self.open(&mut self.turn.lock());
        if is_open {
            self.freed.notify(self.batch_size);
        }
    }

    /// Opens the next block if it is empty, and returns whether it was. The current one is spent.
    fn open(&self, turn: &mut Turn) -> bool {
        if turn.is_closed {
            return false;
        }
        turn.is_stalled = turn.n_emptied + self.blocks.len() as u64 == turn.sequence + 1;
        if turn.is_stalled {
            return false;
        }
        turn.sequence += 1;
        let block = self.block_of(turn.sequence);
        // ORDERING: Release, from-side of `opened`.
        let n_asked = self.blocks[block].cursor.swap(0, Release);
        debug_assert!(n_asked >= self.batch_size, "a block is opened that was not shut");
        // ORDERING: Relaxed: a hint; who waits for the opening is notified behind it.
        self.current.store(block, Relaxed);
        true
    }

    fn block_of(&self, sequence: u64) -> usize {
        // The remainder is below a `usize`.
        (sequence % self.blocks.len() as u64) as usize
    }

    /// Shuts the current block if somebody has reserved a place in it, and opens the next one.
    pub fn flush(&self) {
        self.shut(self.turn.lock());
    }

    fn shut(&self, mut turn: MutexGuard<'_, Turn>) {
        let block = self.block_of(turn.sequence);
        let cursor = &self.blocks[block].cursor;
        // ORDERING: Relaxed: re-read by the compare-exchange.
        let mut n_reserved = cursor.load(Relaxed);
        while (1..self.batch_size).contains(&n_reserved) {
            // ORDERING: Relaxed: the lock carries the opening of the block, and shutting it carries
            // nothing; as a read-modify-write it passes `opened` on.
            match cursor.compare_exchange(n_reserved, self.batch_size, Relaxed, Relaxed) {
                Err(moved) => n_reserved = moved,
                Ok(_) => {
                    let is_open = self.open(&mut turn);
                    drop(turn);
                    self.count(block, self.batch_size - n_reserved);
                    if is_open {
                        self.freed.notify(self.batch_size);
                    }
                    return;
                }
            }
        }
    }

    /// Lets nobody reserve any more.
    pub fn close(&self) {
        let mut turn = self.turn.lock();
        turn.is_closed = true;
        let cursor = &self.blocks[self.block_of(turn.sequence)].cursor;
        // ORDERING: Relaxed: shutting a block carries nothing.
        cursor.fetch_max(self.batch_size, Relaxed);
        drop(turn);
        self.filled.notify_all();
        self.freed.notify_all();
    }

    /// What there is at a sequence. A block whose time has come is shut.
    pub(super) fn state(&self, sequence: u64) -> State {
        if self.is_complete(sequence) {
            return State::Complete;
        }
        let turn = self.turn.lock();
        if turn.is_closed {
            return if sequence > turn.sequence { State::Ended } else { State::Closed };
        }
        let block = &self.blocks[self.block_of(sequence)];
        // ORDERING: Relaxed: the lock carries the opening; reservations carry nothing.
        let n_reserved = block.cursor.load(Relaxed);
        if turn.sequence != sequence || n_reserved >= self.batch_size {
            return State::Spent;
        }
        // ORDERING: Relaxed: the event orders it; until then the block has no deadline.
        match block.due_ns.load(Relaxed) {
            0 => State::Open(None),
            due_ns if due_ns > self.now_ns() => {
                State::Open(self.epoch.checked_add(Duration::from_nanos(due_ns)))
            }
            _ => {
                // With the lock held it is still this block that is shut.
                self.shut(turn);
                if self.is_complete(sequence) { State::Complete } else { State::Spent }
            }
        }
    }

    fn is_complete(&self, sequence: u64) -> bool {
        let block = &self.blocks[self.block_of(sequence)];
        // ORDERING: Acquire, to-side of `committed`. Unmodelled: without it a place could still look
        // empty to a compare-exchange that fails, but loom gives that the newest value.
        block.n_done.load(Acquire) == self.batch_size
    }

    /// Takes the items out of a complete block and makes it empty.
    pub(super) fn empty_into(&self, sequence: u64, batch: &mut Vec<T>) {
        let block = &self.blocks[self.block_of(sequence)];
        batch.extend((0..self.batch_size).filter_map(|index| block.slots.take(index)).flatten());
        let mut turn = self.turn.lock();
        // ORDERING: Relaxed: `opened` carries it.
        block.n_done.store(0, Relaxed);
        // ORDERING: Relaxed: `opened` carries it.
        block.due_ns.store(0, Relaxed);
        turn.n_emptied = sequence + 1;
        let is_open = turn.is_stalled && self.open(&mut turn);
        drop(turn);
        if is_open {
            self.freed.notify(self.batch_size);
        }
    }

    /// Takes the items out of a block of a closed batcher, complete or not.
    pub(super) fn take_rest_into(&self, sequence: u64, batch: &mut Vec<T>) {
        let slots = &self.blocks[self.block_of(sequence)].slots;
        for index in 0..self.batch_size {
            // A place that somebody is filling just now is full soon.
            while slots.put(index, None).is_err() {
                if let Some(item) = slots.take(index) {
                    batch.extend(item);
                    break;
                }
                thread::yield_now();
            }
        }
    }
}

impl<T, const N: usize> fmt::Debug for Ring<T, N>
where
    Bytes<N>: Alignment,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("blocks", &self.blocks.len()).finish_non_exhaustive()
    }
}
