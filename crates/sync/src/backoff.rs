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
}

impl Backoff {
    /// A wait that has not begun.
    pub const fn new() -> Self {
        Self { step: 0, random: 0 }
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
        if self.step < patience::PAUSES + patience::YIELDS {
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
        self.step >= patience::PAUSES + patience::YIELDS
    }

    /// Starts over, after a success.
    #[inline]
    pub fn reset(&mut self) {
        self.step = 0;
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
