//! Which unit of an object holds which content: the dedup ratio.
//!
//! With `rate = ceil(2^32 / dedup)`, `fresh(u) = ceil(u * rate / 2^32)` of the first `u` units are
//! *fresh*: each brings the next content, 0, 1, 2 and so on. Fresh units are spread evenly, as the
//! remainder is carried on from unit to unit. Between two of them lie the duplicates. The `j`-th
//! behind the fresh unit of content `f` repeats content `f - j * lag`, so that every content is
//! repeated about `dedup - 1` times and its copies lie `lag` fresh units apart. What falls below zero
//! wraps around to the contents of the object's end.

/// How far apart the copies of a unit are in bytes, where the object is long enough: farther than
/// the usual windows of compressors (gzip 32 KiB, lz4 64 KiB, zstd 512 KiB at level 1 and 2 MiB at
/// its default), so that duplicates do not show as compressibility.
const DISTANCE_BYTES: u64 = 4 << 20;

/// `rate` of a ratio of 1.
const ONE: u64 = 1 << 32;

/// The contents of the units of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Fresh units for each unit, times 2^32.
    rate: u64,
    /// Contents in the object.
    n_contents: u64,
    /// Fresh units between two copies.
    lag: u64,
}

impl Schedule {
    /// The schedule of `n_units` units of `unit_bytes` bytes. `dedup` is at least 1.
    pub(crate) fn new(n_units: u64, unit_bytes: u64, dedup: f64) -> Self {
        // Upwards: a ratio of 3 would else have a fourth copy once in four billion units, and room
        // kept for it everywhere.
        let rate = (ONE as f64 / dedup).ceil() as u64;
        let n_contents = fresh_before(rate, n_units);
        let copies = ONE.div_ceil(rate);
        let wanted = (DISTANCE_BYTES / unit_bytes * rate).div_ceil(ONE) + 1;
        let lag = wanted.min(n_contents / copies).max(1);
        Self { rate, n_contents, lag }
    }

    /// How many different contents the object has.
    pub(crate) fn n_contents(&self) -> u64 {
        self.n_contents
    }

    /// The content of a unit.
    #[inline(always)]
    pub(crate) fn content(&self, unit: u64) -> u64 {
        if self.rate == ONE { unit } else { self.shared_content(unit) }
    }

    #[inline]
    fn shared_content(&self, unit: u64) -> u64 {
        let position = u128::from(unit) * u128::from(self.rate);
        let before = ceil(position);
        if fresh_before(self.rate, unit + 1) > before {
            return before;
        }
        // A duplicate: unit 0 is fresh, so a fresh unit lies before it.
        let fresh = before - 1;
        let past = (position - (u128::from(fresh) << 32)) as u64;
        let back = past.div_ceil(self.rate) * self.lag;
        match fresh.checked_sub(back) {
            Some(content) => content,
            None => (fresh + self.n_contents - back % self.n_contents) % self.n_contents,
        }
    }
}

/// How many of the first `unit` units are fresh.
#[inline(always)]
fn fresh_before(rate: u64, unit: u64) -> u64 {
    ceil(u128::from(unit) * u128::from(rate))
}

#[inline(always)]
fn ceil(position: u128) -> u64 {
    ((position + u128::from(ONE - 1)) >> 32) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const UNIT_BYTES: u64 = 4096;

    #[test]
    fn every_content_occurs_and_none_much_more_often_than_another() {
        for n_units in [1, 2, 7, 100, 5_000, 30_000] {
            for dedup in [1.0, 1.001, 1.25, 1.5, 2.0, 2.5, 3.999, 4.0, 17.3, 1_000.0] {
                let schedule = Schedule::new(n_units, UNIT_BYTES, dedup);
                let mut counts: HashMap<u64, u64> = HashMap::new();
                (0..n_units).for_each(|u| *counts.entry(schedule.content(u)).or_default() += 1);
                let case = format!("{n_units} units, dedup {dedup}");
                assert_eq!(counts.len() as u64, schedule.n_contents(), "{case}");
                assert!(counts.keys().all(|&c| c < schedule.n_contents()), "{case}");
                let wanted = (n_units as f64 / dedup).ceil();
                assert!((counts.len() as f64 - wanted).abs() <= 1.0, "{case}: {}", counts.len());
                let most = counts.values().max().copied().unwrap_or_default();
                assert!(most as f64 <= dedup.ceil() + 1.0, "{case}: {most} copies");
            }
        }
    }

    #[test]
    fn copies_lie_as_far_apart_as_asked_or_as_the_object_allows() {
        let cases = [(64, 1.25), (64, 1.5), (64, 2.0), (64, 4.0), (8, 3.0), (8, 4.0), (1, 2.0)];
        for (mebibytes, dedup) in cases {
            let n_units = (mebibytes << 20) / UNIT_BYTES;
            let schedule = Schedule::new(n_units, UNIT_BYTES, dedup);
            let mut last: HashMap<u64, u64> = HashMap::new();
            let mut nearest = u64::MAX;
            for unit in 0..n_units {
                if let Some(before) = last.insert(schedule.content(unit), unit) {
                    nearest = nearest.min(unit - before);
                }
            }
            let possible = (mebibytes << 20) / f64::ceil(dedup) as u64;
            let wanted = (DISTANCE_BYTES.min(possible) as f64 * 0.98) as u64;
            let nearest = nearest * UNIT_BYTES;
            assert!(nearest >= wanted, "{mebibytes} MiB, dedup {dedup}: {nearest} B apart");
        }
    }

    #[test]
    fn a_schedule_of_the_largest_object_does_not_overflow() {
        let n_units = u64::MAX.div_ceil(512);
        for dedup in [1.0, 3.7, 10_000.0] {
            let schedule = Schedule::new(n_units, 512, dedup);
            assert!(schedule.content(n_units - 1) < schedule.n_contents());
        }
    }
}
