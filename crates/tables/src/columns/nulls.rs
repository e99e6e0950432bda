//! Which cells of a column are null.

use std::ops::Range;

use arrow_buffer::{BooleanBuffer, NullBuffer};

use crate::cell::CellKey;

/// The nulls of one column: a cell is null when its word falls below a threshold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nulls {
    key: CellKey,
    /// The share of nulls, scaled to 2^64; a cell below it is null.
    threshold: u128,
}

impl Nulls {
    pub(crate) fn new(key: CellKey, share: f64) -> Self {
        // 2^64 itself, for a share of 1, does not fit 64 bits.
        let threshold = (share.clamp(0.0, 1.0) * 18_446_744_073_709_551_616.0) as u128;
        Self { key, threshold }
    }

    /// The validity of `rows`, or nothing where all are valid by definition.
    pub(crate) fn mask(&self, rows: Range<u64>) -> Option<NullBuffer> {
        if self.threshold == 0 {
            return None;
        }
        if self.threshold > u128::from(u64::MAX) {
            return Some(NullBuffer::new_null((rows.end - rows.start) as usize));
        }
        let (key, threshold) = (self.key, self.threshold as u64);
        let valid = BooleanBuffer::collect_bool((rows.end - rows.start) as usize, |i| {
            key.word(rows.start + i as u64) >= threshold
        });
        Some(NullBuffer::new(valid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Purpose;

    fn null_count(share: f64) -> usize {
        let key = CellKey::new(0, "t", "c", Purpose::Null);
        Nulls::new(key, share).mask(0..100_000).map_or(0, |mask| mask.null_count())
    }

    #[test]
    fn the_share_is_kept() {
        assert_eq!(null_count(0.0), 0);
        assert_eq!(null_count(1.0), 100_000);
        let nulls = null_count(0.05);
        assert!((4_700..5_300).contains(&nulls), "{nulls}");
    }
}
