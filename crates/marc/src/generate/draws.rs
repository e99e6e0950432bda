//! The randomness of a record: SplitMix64 (Steele, Lea and Flood, 2014) from a state that is made of the
//! stream's version, the seed and the index.

use crate::generate::GENERATE_VERSION;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[derive(Clone, Debug)]
pub(super) struct Draws(u64);

impl Draws {
    pub(super) fn new(seed: u64, index: u64) -> Self {
        let domain = hash(u64::from(GENERATE_VERSION).wrapping_mul(GOLDEN));
        Self(hash(hash(seed.wrapping_add(domain)).wrapping_add(index.wrapping_mul(GOLDEN))))
    }

    #[inline]
    pub(super) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        hash(self.0)
    }

    /// A number below `bound`, by the high half of the product (Lemire, 2019, without the rejection).
    #[inline]
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        ((u128::from(self.word()) * u128::from(bound)) >> 64) as u32
    }

    /// A number from `low` to `high`.
    #[inline]
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True so many times in a thousand.
    #[inline]
    pub(super) fn in_thousand(&mut self, n: u32) -> bool {
        self.below(1_000) < n
    }

    /// How many there are, of something that so many records in a thousand have, and of those with one,
    /// so many in a thousand another: at most `max`.
    pub(super) fn count(&mut self, first: u32, another: u32, max: u32) -> u32 {
        if !self.in_thousand(first) {
            return 0;
        }
        let mut count = 1;
        while count < max && self.in_thousand(another) {
            count += 1;
        }
        count
    }

    #[inline]
    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u32) as usize]
    }
}

/// Stafford's thirteenth mixer.
#[inline]
fn hash(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first two outputs of SplitMix64 from state 0, as its authors' program prints them.
        let mut draws = Draws(0);
        assert_eq!((draws.word(), draws.word()), (0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4));
    }
}
