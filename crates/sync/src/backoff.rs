//! How long to wait for another thread before giving the processor away.
#![cfg_attr(
    inrush_loom,
    allow(clippy::absurd_extreme_comparisons, reason = "in a model there are no pauses to count")
)]

use crate::shim::{patience, thread};

/// Waits a little longer each time: pauses, then yields, then says that it is time to park.
///
/// A pause is a random number of spin hints below a bound that doubles each time, so that threads
/// which failed together do not try again together. Yields are few: a yield says nothing about what
/// is awaited, and costs a system call.
///
/// ```
/// use inrush_sync::Backoff;
///
/// let mut backoff = Backoff::new();
/// let mut waits = 0;
/// while !backoff.is_spent() {
///     backoff.wait();
///     waits += 1;
/// }
/// assert!(waits < 20, "then a waiting thread should park");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    step: u32,
    random: u32,
    first_step: u32,
    more_yields: u32,
}

impl Backoff {
    /// A wait that has not begun.
    pub const fn new() -> Self {
        Self { step: 0, random: 0, first_step: 0, more_yields: 0 }
    }

    /// A wait for a word that others change over and over, such as a contended lock's.
    ///
    /// Its pauses begin where a line has been to another core and back several times: each look
    /// takes the line away from whoever works with it, so that looking less often lets more be
    /// done. It yields more often before it is spent, since the word is free every other moment
    /// and parking costs more than a turn.
    pub const fn contended() -> Self {
        let first_step = patience::CONTENDED_FIRST;
        Self { step: first_step, random: 0, first_step, more_yields: patience::CONTENDED_YIELDS }
    }

    /// Waits one step.
    #[inline]
    pub fn wait(&mut self) {
        if self.step < patience::PAUSES {
            let bound = 1 << self.step;
            for _ in 0..1 + self.below(bound) {
                thread::spin_loop();
            }
        } else {
            thread::yield_now();
        }
        if !self.is_spent() {
            self.step += 1;
        }
    }

    /// Waits one step, but never yields: for a thread that must keep its processor.
    #[inline]
    pub fn pause(&mut self) {
        self.step = self.step.min(patience::PAUSES.saturating_sub(1));
        self.wait();
    }

    /// Whether the pauses and yields are used up.
    pub fn is_spent(&self) -> bool {
        self.step >= patience::PAUSES + patience::YIELDS + self.more_yields
    }

    /// Starts over, after a success.
    #[inline]
    pub fn reset(&mut self) {
        self.step = self.first_step;
    }

    /// A number below `bound`, which is a power of two.
    fn below(&mut self, bound: u32) -> u32 {
        if self.random == 0 {
            self.random = seed();
        }
        // xorshift32 (Marsaglia, "Xorshift RNGs", 2003): enough to keep threads apart.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random & (bound - 1)
    }
}

/// Not zero, and unlike another thread's.
#[cold]
fn seed() -> u32 {
    let ordinal = u32::try_from(thread::ordinal() & 0xffff_ffff).unwrap_or_default();
    ordinal.wrapping_mul(0x9e37_79b9) | 1
}
