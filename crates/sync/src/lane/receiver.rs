//! The reading end of a lane.

use core::fmt;

use super::shared::{CALL, Shared};
use crate::shim::Arc;
use crate::shim::atomic::Ordering::{Acquire, Relaxed, Release};

/// The end of a [`lane`](crate::lane) that values come out of. Dropping it closes the lane and drops
/// what was published.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// A position that is known to be published. It saves a look at the sender's line.
    seen: usize,
    /// The position of the next value to receive.
    position: usize,
    /// The block that holds it, once it has been claimed.
    claimed: Option<u32>,
    n_returned: usize,
    /// Set with the seal; what is published from then on belongs to the sender.
    is_sealed: bool,
}

impl<T> Receiver<T> {
    pub(super) fn new(shared: Arc<Shared<T>>) -> Self {
        Self { shared, position: 0, seen: 0, claimed: None, n_returned: 0, is_sealed: false }
    }

    /// The number of values that have been published and not received. Where the sender drops old
    /// blocks, some of them may be gone by the time they are asked for. 0 once the lane is sealed.
    #[inline]
    pub fn available(&mut self) -> usize {
        if self.is_sealed {
            return 0;
        }
        // ORDERING: Acquire, to-side of `published`.
        self.seen = self.shared.published.load(Acquire);
        ahead(self.seen, self.position)
    }

    /// Moves up to `limit` published values to the end of `out`, in order, and returns how many.
    /// Looks for new ones only when it does not know of `limit` values yet.
    pub fn drain_into(&mut self, out: &mut Vec<T>, limit: usize) -> usize {
        if ahead(self.seen, self.position) < limit {
            self.available();
        }
        let block_items = self.shared.block_items;
        let mut n_moved = 0;
        while n_moved < limit {
            let n_ready = ahead(self.seen, self.position);
            if n_ready == 0 {
                break;
            }
            // Without a claim the position has moved past what the sender dropped.
            let Some(block) = self.claim() else { continue };
            let offset = self.position & (block_items - 1);
            let n = n_ready.min(limit - n_moved).min(block_items - offset);
            let first = block as usize * block_items + offset;
            // SAFETY: the block is claimed by this end, and these positions are published and have
            // not been received.
            unsafe { self.shared.blocks.move_into(first..first + n, out) };
            self.position = self.position.wrapping_add(n);
            n_moved += n;
            if offset + n == block_items {
                self.give_back(block);
            }
        }
        n_moved
    }

    /// The block at `position`, which is claimed now if it was not; none when the sender was faster,
    /// and the position has moved to the next block that is there.
    fn claim(&mut self) -> Option<u32> {
        if self.claimed.is_none() {
            let start = self.position;
            // ORDERING: Relaxed: written before the publication that has been acquired. The claim
            // below tells whether it still held when it was read.
            let block = self.shared.order[self.shared.place(start)].load(Relaxed);
            let next = start.wrapping_add(self.shared.block_items);
            // ORDERING: Release, from-side of `claimed`; Relaxed on failure, where only `head` is
            // used. Unmodelled: loom lets no load come late, such as that of `order` above, and
            // earlier returns have passed the fence of a wake-up.
            match self.shared.head.compare_exchange(start, next, Release, Relaxed) {
                Ok(_) => self.claimed = Some(block),
                Err(head) => {
                    self.position = head;
                    // What the sender dropped may have been all that this end knew of.
                    self.available();
                }
            }
        }
        self.claimed
    }

    fn give_back(&mut self, block: u32) {
        self.claimed = None;
        let place = self.shared.spare_place(self.n_returned);
        // ORDERING: Relaxed: `returned` carries it.
        self.shared.spares[place].store(block, Relaxed);
        self.n_returned = self.n_returned.wrapping_add(1);
        // ORDERING: Release, from-side of `returned`.
        self.shared.returned.store(self.n_returned, Release);
        // Room for one item would do, but each wake-up costs more than the items of a block: rather
        // one for half of the lane, or for the last full block that there is. One sender is enough:
        // where several share the end, it wakes the next itself, while there is room.
        let is_half = self.n_returned.is_multiple_of(self.shared.n_blocks() / 2);
        if is_half || ahead(self.seen, self.position) < self.shared.block_items {
            self.shared.freed.notify(1);
        }
    }

    /// The values that fit into one block.
    pub fn block_items(&self) -> usize {
        self.shared.block_items
    }

    /// Whether the sender is gone. What it published before is still there: ask first, then receive.
    pub fn is_abandoned(&self) -> bool {
        // ORDERING: Acquire, to-side of `gone`.
        self.shared.sender_gone.load(Acquire)
    }

    /// Asks the sender to call after its next publication. The call is certain only for what is
    /// published after [`barrier::heavy`](crate::barrier::heavy); look once more behind that.
    pub fn ask_for_call(&mut self) {
        // ORDERING: Relaxed: the barrier that the caller passes next orders it.
        self.shared.attention.fetch_or(CALL, Relaxed);
    }

    /// Takes the request back, and returns whether the sender had answered it.
    pub fn retract_call(&mut self) -> bool {
        // ORDERING: Relaxed: the read-modify-write decides between this and the sender's answer.
        self.shared.attention.fetch_and(!CALL, Relaxed) & CALL == 0
    }

    /// Whether the sender has still to call.
    pub fn awaits_call(&self) -> bool {
        // ORDERING: Relaxed: a flag without data; whoever waits for it does so at an event.
        self.shared.attention.load(Relaxed) & CALL != 0
    }

    /// Lets the sender push no more, and wakes it if it waits for room. Pass
    /// [`barrier::heavy`](crate::barrier::heavy) and then [`seal_into`](Self::seal_into).
    pub fn close(&mut self) {
        self.shared.close();
    }

    /// Receives everything that is published, for the last time, and returns how many values that
    /// were. Whatever the sender publishes later it [takes back](super::Sender::take_back).
    pub fn seal_into(&mut self, out: &mut Vec<T>) -> usize {
        let shared = Arc::clone(&self.shared);
        let mut seal = shared.seal.lock();
        if seal.is_some() {
            return 0;
        }
        let n_moved = self.drain_into(out, usize::MAX);
        *seal = Some(self.position);
        self.is_sealed = true;
        n_moved
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    pub(super) fn shared(&self) -> &Arc<Shared<T>> {
        &self.shared
    }
}

/// How far `published` is ahead of `position`; 0 when it is behind. Both wrap.
#[inline]
fn ahead(published: usize, position: usize) -> usize {
    usize::try_from(published.wrapping_sub(position).cast_signed()).unwrap_or(0)
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.close();
        let mut rest = Vec::new();
        self.seal_into(&mut rest);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("position", &self.position).finish_non_exhaustive()
    }
}
