//! The percentile bootstrap of a median, without sorting a single resample.
//!
//! What a resample's median is depends only on the ranks that were drawn. So the values are sorted
//! once, each draw counts up its rank, and the median is where half of the draws have been passed:
//! the same value that sorting the resample would have found, for every finite sample.

use super::splitmix::SplitMix64;

const RESAMPLES: usize = 10_000;
/// The seed of every interval.
pub(crate) const SEED: u64 = 0x69_6e72_7573_6821;

/// The bounds of the middle 95% of the medians of resamples; `values` are not empty.
pub(super) fn median_bounds(values: &[f64]) -> (f64, f64) {
    let n = values.len();
    let mut by_value: Vec<usize> = (0..n).collect();
    by_value.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0; n];
    for (rank, &at) in by_value.iter().enumerate() {
        ranks[at] = rank;
    }
    let sorted: Vec<f64> = by_value.iter().map(|&at| values[at]).collect();

    let mut generator = SplitMix64::new(SEED);
    let mut counts = vec![0_usize; n];
    let mut medians: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            counts.fill(0);
            for _ in 0..n {
                counts[ranks[generator.below(n)]] += 1;
            }
            median_of_counts(&counts, &sorted)
        })
        .collect();
    middle_95(&mut medians)
}

/// The median of a resample that drew the `i`th smallest value `counts[i]` times.
fn median_of_counts(counts: &[usize], sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    let (mut at, mut n_passed) = (0, counts[0]);
    let lower = sorted.len().is_multiple_of(2).then(|| {
        while n_passed < middle {
            at += 1;
            n_passed += counts[at];
        }
        sorted[at]
    });
    while n_passed <= middle {
        at += 1;
        n_passed += counts[at];
    }
    lower.map_or(sorted[at], |lower| f64::midpoint(lower, sorted[at]))
}

/// The smallest and the largest value after a fortieth has been cut off on either side; there is
/// at least one.
pub(crate) fn middle_95(values: &mut [f64]) -> (f64, f64) {
    let tail = values.len() / 40;
    let last = values.len() - 1 - tail;
    let low = *values.select_nth_unstable_by(tail, f64::total_cmp).1;
    let high = *values.select_nth_unstable_by(last, f64::total_cmp).1;
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::median;

    /// The bootstrap as it is written in a book.
    fn bounds_by_sorting(values: &[f64]) -> (f64, f64) {
        let mut generator = SplitMix64::new(SEED);
        let mut medians: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let resample: Vec<f64> =
                    values.iter().map(|_| values[generator.below(values.len())]).collect();
                median(&resample).expect("values")
            })
            .collect();
        medians.sort_unstable_by(f64::total_cmp);
        (medians[RESAMPLES / 40], medians[RESAMPLES - 1 - RESAMPLES / 40])
    }

    #[test]
    fn counting_ranks_finds_what_sorting_finds() {
        let mut generator = SplitMix64::new(3);
        for n in [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 31] {
            // Fine values, and coarse ones that have ties and both signs.
            let fine: Vec<f64> = (0..n).map(|_| generator.unit()).collect();
            let coarse: Vec<f64> = fine.iter().map(|value| (value * 5.0).floor() - 2.0).collect();
            for values in [fine, coarse] {
                assert_eq!(median_bounds(&values), bounds_by_sorting(&values), "{values:?}");
            }
        }
    }
}
