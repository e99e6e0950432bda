//! Random numbers one after the other, for what is decided piece by piece.

use crate::key::{GOLDEN, hash};

/// A SplitMix64: its numbers do not wait for each other, so the next is computed while a piece of
/// the last is copied.
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
