//! A keyed bijection of `0..n`: how a unique column gets values that look drawn at random.

use crate::cell::mix;

/// A bijection of `0..n` for any `n` up to 2^63.
///
/// A four-round mixer permutes the smallest power of two that holds `n`; a result outside `0..n`
/// is fed back until it falls inside ("cycle walking", Black and Rogaway 2002). At most half of
/// the power of two lies outside, so two rounds are expected at worst.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permutation {
    n: u64,
    mask: u64,
    shift: u32,
    keys: [u64; 4],
}

impl Permutation {
    /// A bijection of `0..n` chosen by `key`. `n` is at least 1 and at most 2^63.
    pub(crate) fn new(n: u64, key: u64) -> Self {
        debug_assert!((1..=1 << 63).contains(&n));
        let bits = u64::BITS - (n - 1).leading_zeros();
        let mask = if bits == 0 { 0 } else { u64::MAX >> (u64::BITS - bits) };
        let keys = [1, 2, 3, 4].map(|round| mix(key ^ mix(round)));
        Self { n, mask, shift: bits / 2 + 1, keys }
    }

    /// The image of `i`, which is below `n`.
    #[inline]
    pub(crate) fn apply(&self, i: u64) -> u64 {
        debug_assert!(i < self.n);
        let mut x = i;
        loop {
            for key in self.keys {
                // Adding, multiplying by an odd number and xoring with a right shift are each
                // bijections of the words below the power of two.
                x = x.wrapping_add(key) & self.mask;
                x = x.wrapping_mul(key | 1) & self.mask;
                x ^= x.checked_shr(self.shift).unwrap_or(0);
            }
            if x < self.n {
                return x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_appears_exactly_once() {
        for n in [1, 2, 3, 5, 128, 129, 1000, 1827] {
            let permutation = Permutation::new(n, 42);
            let mut seen = vec![false; n as usize];
            for i in 0..n {
                let image = permutation.apply(i) as usize;
                assert!(!seen[image], "{image} twice among {n}");
                seen[image] = true;
            }
        }
    }

    #[test]
    fn the_key_chooses_the_order() {
        let left: Vec<u64> = (0..100).map(|i| Permutation::new(100, 1).apply(i)).collect();
        let right: Vec<u64> = (0..100).map(|i| Permutation::new(100, 2).apply(i)).collect();
        assert_ne!(left, right);
        assert_ne!(left, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn the_widest_domain_does_not_overflow() {
        let permutation = Permutation::new(1 << 63, 9);
        assert_ne!(permutation.apply(0), permutation.apply(1));
    }
}
