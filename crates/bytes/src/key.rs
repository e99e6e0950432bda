//! Where all randomness comes from: keys by hashing, each a pure function of its place.
//!
//! Four 64-bit words are hashed side by side, from the seed down to the block. Each step is a
//! bijection of what it adds, so within an object no two blocks share even one word of their key,
//! nor do two objects of one seed; between seeds all four words would have to fall together.

use crate::STREAM_VERSION;

/// The golden ratio in 64 bits: steps that fill a range evenly.
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014, with Stafford's constants of mix 13).
#[inline(always)]
pub(crate) fn hash(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What the blocks of an object have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ObjectKey([u64; 4]);

/// What the bytes of one block come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockKey(pub(crate) [u64; 4]);

impl ObjectKey {
    pub(crate) fn new(seed: u64, object: u64) -> Self {
        Self([0, 1, 2, 3].map(|word| {
            let domain = (4 * u64::from(STREAM_VERSION) + word).wrapping_mul(GOLDEN);
            let seed = hash(seed.wrapping_add(domain));
            hash(seed.wrapping_add(object.wrapping_mul(GOLDEN)))
        }))
    }

    /// The key of the block of an index.
    #[inline(always)]
    pub(crate) fn block(&self, block: u64) -> BlockKey {
        BlockKey(self.0.map(|word| hash(word.wrapping_add(block.wrapping_mul(GOLDEN)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // The first output of SplitMix64 from state 0, as its authors' program prints it.
        assert_eq!(hash(GOLDEN), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn neighbouring_seeds_and_objects_share_no_word() {
        let keys: Vec<[u64; 4]> = [(7, 0), (8, 0), (7, 1), (8, 1), (0, 7), (1, 7)]
            .map(|(seed, object)| ObjectKey::new(seed, object).0)
            .to_vec();
        let mut words: Vec<u64> = keys.concat();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 24);
    }
}
