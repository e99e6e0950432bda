//! Random numbers one after the other, for what is decided piece by piece.

use crate::key::{GOLDEN, hash};

/// A SplitMix64: its numbers do not wait for each other, so the next is computed while a piece of
/// the last is copied.
#[derive(Clone, Copy)]
pub(crate) struct Draws(u64);

impl Draws {
    #[inline(always)]
    pub(crate) fn new(word: u64) -> Self {
        Self(word)
    }

    /// The next 64 bits.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        hash(self.0)
    }
}

/// An even number from 0 to below `n`, out of the lowest 16 bits of `draw`.
#[inline(always)]
pub(crate) fn below(n: usize, draw: u64) -> usize {
    (n * usize::from(draw as u16)) >> 16
}
