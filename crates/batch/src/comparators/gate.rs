//! A gate that can be shut behind everybody who is inside.
//!
//! | bit of a shard     | meaning                                |
//! |--------------------|----------------------------------------|
//! | `SHUT_BIT`         | nobody enters any more                 |
//! | the others         | how many are inside, each `ONE_INSIDE` |
//!
//! | edge   | from            | to         | carries                                  |
//! |--------|-----------------|------------|------------------------------------------|
//! | `left` | `Inside::drop`  | `is_quiet` | what somebody did inside, to who shut it |
//!
//! Proof sketch. Whoever enters adds to a shard and looks at the bit that was there: the additions
//! and the setting of the bit are read-modify-writes of one word, and one comes first. If the
//! addition does, `is_quiet` sees it until its owner has left; if the bit does, the owner turns
//! back.

use core::fmt;

use inrush_sync::Padded;
use inrush_sync::shim::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use inrush_sync::shim::thread;

const SHUT_BIT: usize = 1;
const ONE_INSIDE: usize = 2;

/// Lets threads in until it is shut, and tells when the last one has left.
///
/// Entering and leaving cost a read-modify-write each, of a word that is shared only by the threads
/// of one shard.
pub struct Gate {
    shards: Box<[Padded<AtomicUsize>]>,
}

impl Gate {
    /// An open gate with a power of two of shards, at least `shards`.
    pub fn new(shards: usize) -> Self {
        let shards = shards.next_power_of_two();
        Self { shards: (0..shards).map(|_| Padded::new(AtomicUsize::new(0))).collect() }
    }

    /// Lets this thread in, until it drops what it gets; none if the gate is shut.
    #[inline]
    pub fn enter(&self) -> Option<Inside<'_>> {
        let shard = &self.shards[thread::ordinal() & (self.shards.len() - 1)];
        // ORDERING: Relaxed: the order of the changes of this one word decides; entering carries
        // nothing.
        let before = shard.fetch_add(ONE_INSIDE, Relaxed);
        let inside = Inside { shard };
        (before & SHUT_BIT == 0).then_some(inside)
    }

    /// Lets nobody in any more.
    pub fn shut(&self) {
        for shard in &self.shards {
            // ORDERING: Relaxed: the order of the changes of this one word decides.
            shard.fetch_or(SHUT_BIT, Relaxed);
        }
    }

    /// Whether the gate is shut, or being shut.
    pub fn is_shut(&self) -> bool {
        // ORDERING: Relaxed: a flag without data; `is_quiet` tells what it is good for.
        self.shards[0].load(Relaxed) & SHUT_BIT != 0
    }

    /// Whether the gate is shut and nobody is inside.
    pub fn is_quiet(&self) -> bool {
        // ORDERING: Acquire, to-side of `left`.
        self.shards.iter().all(|shard| shard.load(Acquire) == SHUT_BIT)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("is_shut", &self.is_shut()).finish_non_exhaustive()
    }
}

/// The stay of a thread inside a [`Gate`].
#[derive(Debug)]
#[must_use = "the thread leaves as soon as this is dropped"]
pub struct Inside<'a> {
    shard: &'a AtomicUsize,
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Release, from-side of `left`.
        self.shard.fetch_sub(ONE_INSIDE, Release);
    }
}
