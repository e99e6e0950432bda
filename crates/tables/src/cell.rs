//! The randomness of a cell: a pure function of (seed, table, column, row).
//!
//! A column has a key of two 64-bit words made from the seed and the two names; a cell's word is
//! one SplitMix64 step at an arbitrary position (Steele, Lea and Flood, "Fast splittable
//! pseudorandom number generators", OOPSLA 2014, with Stafford's thirteenth mixer):
//!
//! ```text
//! origin = xxh3_64(seed = S, "table \0 column \0 purpose")
//! step   = mix(origin) | 1
//! word   = mix(origin + row * step)
//! ```
//!
//! The step differs from column to column, so no two columns walk the same sequence. The version
//! of this formula is [`STREAM_VERSION`](crate::STREAM_VERSION).

use twox_hash::XxHash3_64;

/// What a stream of words is for, so that a column's values and its nulls are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The value of the cell.
    Value,
    /// Whether the cell is null.
    Null,
    /// The person a row is about: shared by the table's name and e-mail columns.
    Person,
}

impl Purpose {
    fn tag(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Null => "null",
            Self::Person => "person",
        }
    }
}

/// The key of one stream of words, one word per row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellKey {
    origin: u64,
    step: u64,
}

impl CellKey {
    /// The key for `purpose` in `column` of `table`. Names compare without case, as in SQL.
    pub(crate) fn new(seed: u64, table: &str, column: &str, purpose: Purpose) -> Self {
        let text = format!(
            "{}\0{}\0{}",
            table.to_ascii_lowercase(),
            column.to_ascii_lowercase(),
            purpose.tag()
        );
        let origin = XxHash3_64::oneshot_with_seed(seed, text.as_bytes());
        Self { origin, step: mix(origin) | 1 }
    }

    /// The word of `row`.
    #[inline]
    pub(crate) fn word(self, row: u64) -> u64 {
        mix(self.origin.wrapping_add(row.wrapping_mul(self.step)))
    }
}

/// Stafford's thirteenth 64-bit mixer: a bijection in which each input bit flips each output bit
/// with a probability near one half.
#[inline]
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `word` scaled to `0..bound`, by the high half of the product (Lemire, 2019, without the
/// rejection step: the bias is below `bound / 2^64`).
#[inline]
pub(crate) fn below(word: u64, bound: u64) -> u64 {
    ((u128::from(word) * u128::from(bound)) >> 64) as u64
}

/// [`below`] for a bound of any width: the high part of the 192-bit product.
#[inline]
pub(crate) fn below_wide(word: u64, bound: u128) -> u128 {
    let word = u128::from(word);
    let (high, low) = (bound >> 64, bound & u128::from(u64::MAX));
    word * high + ((word * low) >> 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case() {
        let lower = CellKey::new(7, "t", "name", Purpose::Value);
        let upper = CellKey::new(7, "T", "NAME", Purpose::Value);
        assert_eq!(lower.word(9), upper.word(9));
    }

    #[test]
    fn seed_table_column_and_purpose_each_change_the_word() {
        let base = CellKey::new(0, "t", "c", Purpose::Value).word(0);
        for other in [
            CellKey::new(1, "t", "c", Purpose::Value),
            CellKey::new(0, "u", "c", Purpose::Value),
            CellKey::new(0, "t", "d", Purpose::Value),
            CellKey::new(0, "t", "c", Purpose::Null),
        ] {
            assert_ne!(base, other.word(0));
        }
    }

    #[test]
    fn a_table_and_column_name_do_not_run_together() {
        let left = CellKey::new(0, "ab", "c", Purpose::Value).word(0);
        let right = CellKey::new(0, "a", "bc", Purpose::Value).word(0);
        assert_ne!(left, right);
    }

    #[test]
    fn below_stays_below() {
        for word in [0, 1, u64::MAX / 2, u64::MAX] {
            assert!(below(word, 10) < 10);
        }
        assert_eq!(below(u64::MAX, 1), 0);
    }

    #[test]
    fn the_wide_bound_agrees_with_the_narrow_one() {
        for word in [0, 1, 0x9E37_79B9_7F4A_7C15, u64::MAX] {
            for bound in [1, 10, u64::MAX] {
                assert_eq!(below_wide(word, u128::from(bound)), u128::from(below(word, bound)));
            }
            assert_eq!(below_wide(word, 1 << 64), u128::from(word));
            assert!(below_wide(word, u128::MAX) < u128::MAX);
        }
    }
}
