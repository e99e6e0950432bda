//! The writing end of a lane.

use core::fmt;
use std::collections::VecDeque;

use super::blocks::Origin;
use super::outcome::{Answer, PushError, Pushed, Refusal};
use super::shared::{CALL, CLOSED, FENCE, Shared};
use crate::barrier;
use crate::shim::Arc;
use crate::shim::atomic::Ordering::{Acquire, Relaxed, Release};

/// The end of a [`lane`](crate::lane) that values go into. Dropping it publishes what it holds.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
    /// Finds the cells of the current block.
    origin: Origin<T>,
    /// The position behind the current block. A sender without a block stands at its limit.
    limit: usize,
    /// How many pushes there are to a publication.
    every: usize,
    /// The position of the next value, unless each is published: then it is the published position,
    /// and the window stays empty.
    cursor: usize,
    /// The position at which the cursor stops to publish.
    window: usize,
    /// The numbers of the blocks that are free to write. They take turns, so that the lines asked for
    /// behind the end of one are as a rule those of the next.
    free: VecDeque<u32>,
    /// The returned blocks that have been taken.
    n_taken: usize,
    /// Set once the receiver is known to have closed the lane.
    is_closed: bool,
    /// Where dropped values pass through; keeps its capacity.
    scrap: Vec<T>,
}

impl<T> Sender<T> {
    pub(super) fn new(shared: Arc<Shared<T>>) -> Self {
        let blocks = u32::try_from(shared.n_blocks()).expect("checked when the lane was made");
        // The first block is number 0, as `order` says from the start; the others are free.
        let free = (1..blocks).collect();
        let limit = shared.block_items;
        let origin = shared.blocks.origin(0, 0);
        Self {
            shared,
            origin,
            limit,
            every: 1,
            cursor: 0,
            window: 0,
            free,
            n_taken: 0,
            is_closed: false,
            scrap: Vec::new(),
        }
    }

    /// Publishes after every `n` pushes instead of after each; 0 counts as 1. A full block is
    /// published all the same, and so is what is left when the sender goes. What is held back when
    /// the lane closes is taken for pushed until its publication.
    #[must_use]
    pub fn publish_every(mut self, n: usize) -> Self {
        self.set_publish_every(n);
        self
    }

    /// As [`publish_every`](Self::publish_every), from now on.
    pub fn set_publish_every(&mut self, n: usize) {
        self.publish();
        self.cursor = self.published();
        self.every = n.max(1);
        self.open_window();
    }

    /// Pushes a value.
    ///
    /// Does not wake the receiver: when what comes back says that it calls, [`answer`](Self::answer).
    ///
    /// # Errors
    ///
    /// The value, when there is no room for it, or when the receiver has closed the lane and will not
    /// receive it.
    #[inline(always)]
    pub fn push(&mut self, value: T) -> Result<Pushed, PushError<T>> {
        // Without windows, the cursor stands still at the end of one.
        let (cursor, window) = (self.cursor, self.window);
        if cursor == window {
            return self.push_and_publish(value);
        }
        // SAFETY: the position lies below `limit`, in the block that this end owns, and above every
        // position written so far; a new block is empty.
        unsafe { self.origin.write_and_ask(cursor, value) };
        let next = cursor.wrapping_add(1);
        self.cursor = next;
        if next == window { self.publish_window() } else { Ok(Pushed::HELD_BACK) }
    }

    /// Pushes a value of a sender that publishes each, or stands at the end of a block.
    #[inline(always)]
    fn push_and_publish(&mut self, value: T) -> Result<Pushed, PushError<T>> {
        // What is loaded behind the write of the value would be loaded anew.
        let (shared, limit) = (&*self.shared, self.limit);
        // The published position serves as the cursor: a second one would be a second store, and a
        // store buffer full of waiting lines is what limits the pace.
        // ORDERING: Relaxed: only this end writes it.
        let position = shared.published.load(Relaxed);
        // The look behind the publication would do for the receiver, but not for a caller whose value
        // is taken in when the lane has been closed for long.
        if position == limit || self.is_told_to_close() {
            return self.push_in_next_block(value);
        }
        // SAFETY: as in `push`.
        unsafe { self.origin.write_and_ask(position, value) };
        let next = position.wrapping_add(1);
        // ORDERING: Release, from-side of `published`.
        shared.published.store(next, Release);
        barrier::light_prepared();
        // ORDERING: Relaxed: the barrier orders it behind the publication; where it has to be a
        // fence, `FENCE` is set and `look_up` looks again behind one.
        if next == limit || shared.attention.load(Relaxed) != 0 {
            return self.look_up(next);
        }
        Ok(Pushed::PUBLISHED)
    }

    /// Pushes a value behind the current block, if there is another and the lane is not closed.
    #[cold]
    #[inline(never)]
    fn push_in_next_block(&mut self, value: T) -> Result<Pushed, PushError<T>> {
        match self.make_room() {
            Ok(()) => self.push(value),
            Err(refusal) => Err(refusal.of(value)),
        }
    }

    /// Publishes a whole window, whose last value has just been pushed.
    #[inline(never)]
    fn publish_window(&mut self) -> Result<Pushed, PushError<T>> {
        // ORDERING: Release, from-side of `published`.
        self.shared.published.store(self.cursor, Release);
        self.open_window();
        self.look_around()
    }

    /// Behind a publication: whether there is something to do.
    #[inline]
    fn look_around(&mut self) -> Result<Pushed, PushError<T>> {
        let position = self.position();
        barrier::light_prepared();
        // ORDERING: Relaxed: as in `push`.
        if position == self.limit || self.shared.attention.load(Relaxed) != 0 {
            return self.look_up(position);
        }
        Ok(Pushed::PUBLISHED)
    }

    /// Finds out what there is to do after a publication.
    #[cold]
    fn look_up(&mut self, position: usize) -> Result<Pushed, PushError<T>> {
        let block_filled = position == self.limit;
        barrier::light();
        // ORDERING: Relaxed: the barrier orders it behind the publication.
        let attention = self.shared.attention.load(Relaxed);
        if attention & CLOSED != 0 {
            self.halt();
            let is_sealed = self.shared.seal.lock().is_some();
            if is_sealed && let Some(value) = self.take_back() {
                return Err(PushError::Closed(value));
            }
        }
        Ok(Pushed { is_published: true, block_filled, is_called: attention & CALL != 0 })
    }

    /// Pushes values into the block at hand until it is full or there are no more, and publishes them
    /// together with what was held back. Returns that, and whether there were no more. What the
    /// iterator gave before a panic of its own is published like the rest.
    ///
    /// Does not wake the receiver, and does not go on to another block: [`push`](Self::push) does.
    ///
    /// # Errors
    ///
    /// The last value, when the receiver has closed the lane and will not receive it;
    /// [`take_back`](Self::take_back) has those before it.
    #[inline]
    pub fn push_many(
        &mut self,
        values: &mut impl Iterator<Item = T>,
    ) -> Result<(Pushed, bool), PushError<T>> {
        let end = if self.is_closed { self.position() } else { self.limit };
        let mut filling = Filling { position: self.position(), sender: self };
        let mut is_end = false;
        while filling.position != end {
            let Some(value) = values.next() else {
                is_end = true;
                break;
            };
            // SAFETY: as in `push`; the guard publishes the position.
            unsafe { filling.sender.origin.write(filling.position, value) };
            filling.position = filling.position.wrapping_add(1);
        }
        drop(filling);
        Ok((self.look_around()?, is_end))
    }

    /// Publishes what has been pushed.
    ///
    /// Does not wake the receiver: look at [`is_called`](Self::is_called) behind it.
    #[inline]
    pub fn publish(&mut self) {
        if self.every != 1 {
            // ORDERING: Release, from-side of `published`.
            self.shared.published.store(self.cursor, Release);
            self.open_window();
        }
    }

    /// Sets the window: from the cursor to the next publication, or to the block's end. It is empty
    /// where each value is published, and once the lane is closed.
    #[inline]
    fn open_window(&mut self) {
        let len = if self.is_closed {
            // What was held back does not count: nothing more is pushed.
            self.limit = self.published();
            0
        } else if self.every == 1 {
            0
        } else {
            self.every.min(self.limit.wrapping_sub(self.cursor))
        };
        self.window = self.cursor.wrapping_add(len);
    }

    /// The values that this lane has been given since it was made, less those taken back; wraps.
    #[inline]
    pub fn position(&self) -> usize {
        if self.every == 1 { self.published() } else { self.cursor }
    }

    #[inline]
    fn published(&self) -> usize {
        // ORDERING: Relaxed: only this end writes it.
        self.shared.published.load(Relaxed)
    }

    /// Whether a value would find room now, after taking what the receiver has given back.
    pub fn has_room(&mut self) -> bool {
        !self.is_closed && (self.position() != self.limit || self.take_block())
    }

    /// Goes on to a free block, or says why not. It never sees the value, so that the way around it
    /// keeps its result in registers.
    #[cold]
    fn make_room(&mut self) -> Result<(), Refusal> {
        if self.has_closed() {
            Err(Refusal::Closed)
        } else if self.take_block() {
            Ok(())
        } else {
            Err(Refusal::Full)
        }
    }

    /// Goes on to a free block, if there is one. The current one is full and published.
    fn take_block(&mut self) -> bool {
        self.collect_returned();
        let Some(block) = self.free.pop_front() else { return false };
        let start = self.limit;
        // ORDERING: Relaxed: `published` carries it, together with the first value of the block.
        self.shared.order[self.shared.place(start)].store(block, Relaxed);
        let first_cell = block as usize * self.shared.block_items;
        self.origin = self.shared.blocks.origin(first_cell, start);
        self.limit = start.wrapping_add(self.shared.block_items);
        self.open_window();
        true
    }

    fn collect_returned(&mut self) {
        // ORDERING: Acquire, to-side of `returned`.
        let n_returned = self.shared.returned.load(Acquire);
        while self.n_taken != n_returned {
            let place = self.shared.spare_place(self.n_taken);
            // ORDERING: Relaxed: written before the count that has been acquired.
            self.free.push_back(self.shared.spares[place].load(Relaxed));
            self.n_taken = self.n_taken.wrapping_add(1);
        }
    }

    /// Makes room by dropping the oldest block that the receiver has not begun, and returns how many
    /// values that were; 0 when there is room already, or when the lane is closed.
    pub fn drop_oldest(&mut self) -> usize {
        let mut dropped = core::mem::take(&mut self.scrap);
        let n = self.remove_oldest(&mut dropped);
        dropped.clear();
        self.scrap = dropped;
        n
    }

    /// As [`drop_oldest`](Self::drop_oldest), but moves the values to the end of `out`: for those who
    /// hold a lock around this end, under which no value should be dropped.
    pub fn remove_oldest(&mut self, out: &mut Vec<T>) -> usize {
        // A closed lane is at its limit inside a block.
        if self.is_closed || self.has_room() {
            return 0;
        }
        let shared = Arc::clone(&self.shared);
        // The lock keeps the receiver from sealing the lane over a block that is being dropped.
        let seal = shared.seal.lock();
        // ORDERING: Acquire, to-side of `claimed`: if the last full block is claimed, then those
        // before it have been returned, and are found below.
        let mut head = shared.head.load(Acquire);
        while seal.is_none() && head != self.limit {
            let next = head.wrapping_add(shared.block_items);
            // ORDERING: Acquire on failure, to-side of `claimed`, for the same reason; Relaxed on
            // success, which finds what has been acquired already.
            match shared.head.compare_exchange(head, next, Relaxed, Acquire) {
                Err(moved) => head = moved,
                Ok(_) => {
                    let first = shared.cell(head);
                    // SAFETY: this end wrote the whole block, and moving `head` past it keeps the
                    // receiver away.
                    unsafe { shared.blocks.move_into(first..first + shared.block_items, out) };
                    // ORDERING: Relaxed: written by this end.
                    self.free.push_back(shared.order[shared.place(head)].load(Relaxed));
                    return shared.block_items;
                }
            }
        }
        drop(seal);
        self.has_room();
        0
    }

    /// Whether the receiver wants something, which [`answer`](Self::answer) tells. To be asked
    /// after [`publish`](Self::publish).
    #[inline]
    pub fn is_called(&self) -> bool {
        barrier::light();
        // ORDERING: Relaxed: the barrier orders it behind the publication.
        self.shared.attention.load(Relaxed) & !FENCE != 0
    }

    /// Answers the receiver, and wakes it if it waits in [`recv_into`](super::Receiver::recv_into).
    #[cold]
    pub fn answer(&mut self) -> Answer {
        // ORDERING: Relaxed: the read-modify-write gives the call to one answer; whatever then wakes
        // the receiver orders the rest.
        let bits = self.shared.attention.fetch_and(!CALL, Relaxed);
        if bits & CALL != 0 {
            self.shared.filled.notify_all();
        }
        if bits & CLOSED != 0 {
            self.halt();
            return if self.shared.seal.lock().is_some() {
                Answer::Closed
            } else {
                Answer::Closing
            };
        }
        if bits & CALL != 0 { Answer::Call } else { Answer::Nothing }
    }

    /// Takes back the value that was pushed last, if the receiver will never receive it: it was
    /// written and not published, or published behind the receiver's last look at a lane that it
    /// has closed.
    pub fn take_back(&mut self) -> Option<T> {
        let end = self.position();
        let published = self.published();
        let last = end.wrapping_sub(1);
        if end == published {
            let sealed = *self.shared.seal.lock();
            if sealed.is_none_or(|sealed| sealed == published) {
                return None;
            }
            // ORDERING: Relaxed: the receiver has sealed the lane below it and looks no more.
            self.shared.published.store(last, Relaxed);
            // The sender may not have seen it yet. Its block may begin behind `last`.
            self.is_closed = true;
        }
        self.cursor = last;
        self.open_window();
        // SAFETY: this end wrote the value, and the receiver will not read it: it was not published,
        // or the receiver has sealed the lane before it. It is behind `position` from now on.
        Some(unsafe { self.shared.blocks.read(self.shared.cell(last)) })
    }

    /// Whether a push would not find the lane full now.
    pub fn has_room_or_is_closed(&mut self) -> bool {
        self.has_room() || self.has_closed()
    }

    /// Whether the receiver has closed the lane, as far as it is known here.
    pub(super) fn has_closed(&mut self) -> bool {
        self.is_closed || self.sees_close()
    }

    fn sees_close(&mut self) -> bool {
        let is_closed = self.is_told_to_close();
        if is_closed {
            self.halt();
        }
        is_closed
    }

    #[inline(always)]
    fn is_told_to_close(&self) -> bool {
        // ORDERING: Relaxed: a later look sees it; the seal is behind a lock.
        self.shared.attention.load(Relaxed) & CLOSED != 0
    }

    /// Lets no further value in.
    fn halt(&mut self) {
        self.is_closed = true;
        self.open_window();
    }

    pub(super) fn shared(&self) -> &Arc<Shared<T>> {
        &self.shared
    }
}

/// Publishes what has been written so far, even if the source of the values panics.
struct Filling<'a, T> {
    sender: &'a mut Sender<T>,
    /// Behind the last value.
    position: usize,
}

impl<T> Drop for Filling<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Release, from-side of `published`.
        self.sender.shared.published.store(self.position, Release);
        self.sender.cursor = self.position;
        self.sender.open_window();
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.publish();
        // ORDERING: Release, from-side of `gone`.
        self.shared.sender_gone.store(true, Release);
        if self.is_called() {
            self.answer();
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("position", &self.position())
            .field("is_closed", &self.is_closed)
            .finish_non_exhaustive()
    }
}
