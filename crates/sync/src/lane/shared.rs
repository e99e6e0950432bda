//! What both ends of a lane share, and how a lane is made.

use core::fmt;

use super::blocks::Blocks;
use super::{Receiver, Sender};
use crate::barrier;
use crate::event::Event;
use crate::padded::Padded;
use crate::shim::Arc;
use crate::shim::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use crate::shim::lock::Mutex;

/// The receiver has stopped looking, and wants a call after the next publication.
pub(super) const CALL: u32 = 1;
/// The receiver takes no more than what it finds when it seals the lane.
pub(super) const CLOSED: u32 = 2;
/// The sender has to pass a fence between a publication and its look at the others: the system has
/// no barrier that does without. Set from the start, or never.
pub(super) const FENCE: u32 = 4;

/// How a lane's memory is cut up. Both numbers are rounded up to powers of two.
///
/// Large blocks are fast: the two sides meet once a block. A lane holds `blocks * block_items`
/// values at most; the sender goes on when a whole block is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The number of blocks; at least 2.
    pub blocks: usize,
    /// The values that fit into one; at least 1.
    pub block_items: usize,
}

impl Shape {
    /// The number of blocks, the values of one, and the values of all, unless that is beyond memory.
    fn rounded(self) -> Option<(usize, usize, usize)> {
        let blocks = self.blocks.max(2).checked_next_power_of_two()?;
        let block_items = self.block_items.max(1).checked_next_power_of_two()?;
        let len = blocks.checked_mul(block_items)?;
        u32::try_from(blocks).ok()?;
        Some((blocks, block_items, len))
    }

    /// The most values that a lane of this shape holds, if such a number exists.
    pub fn capacity(self) -> Option<usize> {
        self.rounded().map(|(_, _, len)| len)
    }
}

/// Makes a lane.
///
/// ```
/// use inrush_sync::{Shape, lane};
///
/// let (mut sender, mut receiver) = lane(Shape { blocks: 2, block_items: 64 });
/// let receiving = std::thread::spawn(move || {
///     let mut out = Vec::new();
///     while receiver.recv_into(&mut out, 64).is_ok() {}
///     out
/// });
/// for value in 0..100 {
///     sender.send(value).expect("the receiver is there");
/// }
/// drop(sender);
/// assert_eq!(receiving.join().unwrap(), Vec::from_iter(0..100));
/// ```
///
/// # Panics
///
/// The lane does not fit into memory; [`Shape::capacity`] is none, or the allocation fails.
pub fn lane<T>(shape: Shape) -> (Sender<T>, Receiver<T>) {
    try_lane(shape).expect("a lane that fits into memory")
}

/// Makes a lane, or returns none when there is not enough memory for it.
pub fn try_lane<T>(shape: Shape) -> Option<(Sender<T>, Receiver<T>)> {
    let shared = Arc::new(Shared::new(shape)?);
    Some((Sender::new(Arc::clone(&shared)), Receiver::new(shared)))
}

pub(super) struct Shared<T> {
    /// Written by the sender: the position behind the last published value.
    pub(super) published: Padded<AtomicUsize>,
    /// What the sender should see: set by the receiver; the sender that answers clears the call.
    pub(super) attention: Padded<AtomicU32>,
    /// The first position of the next block that nobody has claimed.
    pub(super) head: Padded<AtomicUsize>,
    /// Written by the receiver: the number of blocks that it has given back.
    pub(super) returned: Padded<AtomicUsize>,
    /// Written by the sender: which block serves a sequence, at `sequence % blocks`.
    pub(super) order: Box<[AtomicU32]>,
    /// Written by the receiver: the numbers of returned blocks, at `returned % blocks`.
    pub(super) spares: Box<[AtomicU32]>,
    pub(super) blocks: Blocks<T>,
    pub(super) block_items: usize,
    /// The sender waits here for a block.
    pub(super) freed: Event,
    /// A blocking receiver waits here for values.
    pub(super) filled: Event,
    pub(super) sender_gone: AtomicBool,
    /// The position up to which the receiver took everything, once it will take no more.
    pub(super) seal: Mutex<Option<usize>>,
}

impl<T> Shared<T> {
    fn new(shape: Shape) -> Option<Self> {
        let (blocks, block_items, len) = shape.rounded()?;
        let numbers = || (0..blocks).map(|_| AtomicU32::new(0)).collect();
        let attention = if barrier::prepare() { 0 } else { FENCE };
        Some(Self {
            published: Padded::new(AtomicUsize::new(0)),
            attention: Padded::new(AtomicU32::new(attention)),
            head: Padded::new(AtomicUsize::new(0)),
            returned: Padded::new(AtomicUsize::new(0)),
            order: numbers(),
            spares: numbers(),
            blocks: Blocks::new(len)?,
            block_items,
            freed: Event::new(),
            filled: Event::new(),
            sender_gone: AtomicBool::new(false),
            seal: Mutex::new(None),
        })
    }

    /// The number of blocks.
    pub(super) fn n_blocks(&self) -> usize {
        self.order.len()
    }

    /// Lets the sender push no more, and wakes it if it waits for room.
    pub(super) fn close(&self) {
        // ORDERING: Relaxed: the barrier, the event and the lock of the seal order it.
        self.attention.fetch_or(CLOSED, Relaxed);
        self.freed.notify_all();
    }

    /// The place in `order` of the block that holds `position`.
    pub(super) fn place(&self, position: usize) -> usize {
        (position >> self.block_items.trailing_zeros()) & (self.n_blocks() - 1)
    }

    /// The place in `spares` of the block that was returned as number `count`.
    pub(super) fn spare_place(&self, count: usize) -> usize {
        count & (self.n_blocks() - 1)
    }

    /// The cell of a position, as far as it has been written. For whoever wrote `order` or has
    /// synchronised with its writer.
    pub(super) fn cell(&self, position: usize) -> usize {
        // ORDERING: Relaxed: written by this thread, or before a publication that it has acquired.
        let block = self.order[self.place(position)].load(Relaxed) as usize;
        block * self.block_items + (position & (self.block_items - 1))
    }
}

impl<T> Drop for Shared<T> {
    /// Drops what was published behind the seal.
    fn drop(&mut self) {
        // ORDERING: Relaxed: both ends are gone, and the last reference synchronised with them.
        let published = self.published.load(Relaxed);
        let Some(mut position) = *self.seal.lock() else { return };
        while position != published {
            // SAFETY: the receiver has sealed the lane before this position and the sender has
            // published it; both are gone, so that nobody else moves the value out.
            drop(unsafe { self.blocks.read(self.cell(position)) });
            position = position.wrapping_add(1);
        }
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane")
            .field("blocks", &self.n_blocks())
            .field("block_items", &self.block_items)
            .finish_non_exhaustive()
    }
}
