//! Medians with their bootstrap intervals.
//!
//! An interval is the percentile bootstrap of Efron and Tibshirani, "An Introduction to the
//! Bootstrap" (1993), chapter 13: the statistic of 10,000 resamples drawn with replacement, cut
//! off at 2.5% on either side. The generator is seeded by a constant and restarts for each
//! interval, so a summary depends on its samples alone.

mod bootstrap;
mod humps;
mod splitmix;
mod spread;

use std::fmt;

use bootstrap::median_bounds;
pub(crate) use bootstrap::{SEED, middle_95};
pub use humps::Humps;
pub(crate) use splitmix::SplitMix64;
pub use spread::Spread;

/// A statistic of samples with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The statistic of the samples.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// How many samples it is of. Of fewer than [`Self::LEAST_SAMPLES`] the interval says nothing.
    pub n: usize,
}

/// Where the interval of a ratio lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval lies below 1.0.
    Below,
    /// The interval holds 1.0: the samples tell no difference.
    Reaches,
    /// The whole interval lies above 1.0.
    Above,
}

impl Estimate {
    /// With so many samples an interval begins to mean something: that of one sample is a point, and
    /// that of two holds the true median half of the time.
    pub const LEAST_SAMPLES: usize = 3;

    /// Whether the interval means something.
    pub fn is_supported(&self) -> bool {
        self.n >= Self::LEAST_SAMPLES
    }

    /// Where the interval lies, for an estimate that is a ratio. One of too few samples tells no
    /// difference.
    pub fn verdict(&self) -> Verdict {
        if !self.is_supported() {
            Verdict::Reaches
        } else if self.high < 1.0 {
            Verdict::Below
        } else if self.low <= 1.0 {
            Verdict::Reaches
        } else {
            Verdict::Above
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Below => "lies below 1.0",
            Self::Reaches => "reaches 1.0",
            Self::Above => "lies above 1.0",
        })
    }
}

/// The middle value, or the mean of the two middle ones. `None` of nothing.
///
/// # Examples
/// ```
/// assert_eq!(inrush_lab::median(&[3.0, 1.0, 2.0]), Some(2.0));
/// assert_eq!(inrush_lab::median(&[]), None);
/// ```
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(median_in(&mut values.to_vec())) }
}

/// The median with its interval. `None` of nothing.
pub fn median_interval(values: &[f64]) -> Option<Estimate> {
    let value = median(values)?;
    let (low, high) = median_bounds(values);
    Some(Estimate { value, low, high, n: values.len() })
}

/// The median of `a / b` over pairs `(a, b)`, with its interval over resampled pairs.
///
/// A pair is one repetition of both subjects, run next to each other, so what slows the machine
/// for a while slows both and leaves the ratio. A pair whose `b` is zero says nothing and is left
/// out. `None` where no pair is left.
///
/// # Examples
/// ```
/// let ratio = inrush_lab::median_ratio(&[(1.0, 2.0), (3.0, 6.0)]).expect("two pairs");
/// assert_eq!((ratio.value, ratio.low, ratio.high), (0.5, 0.5, 0.5));
/// ```
pub fn median_ratio(pairs: &[(f64, f64)]) -> Option<Estimate> {
    let ratios: Vec<f64> = pairs.iter().filter(|&&(_, b)| b != 0.0).map(|&(a, b)| a / b).collect();
    median_interval(&ratios)
}

/// The median of values that are there, which it puts into another order.
pub(crate) fn median_in(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if is_even {
        let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        f64::midpoint(lower, upper)
    } else {
        upper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_the_known_ones() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(&[9.0, 1.0]), Some(5.0));
        assert_eq!(median(&[5.0, 1.0, 100.0]), Some(5.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&[2.0, 2.0, 1.0, 2.0, 3.0]), Some(2.0));
    }

    #[test]
    fn interval_of_a_constant_is_that_constant() {
        let estimate = median_interval(&[0.25; 11]).expect("eleven values");
        assert_eq!(estimate, Estimate { value: 0.25, low: 0.25, high: 0.25, n: 11 });
        assert_eq!(median_interval(&[]), None);
    }

    #[test]
    fn interval_holds_the_median_and_stays_inside_the_samples() {
        let values: Vec<f64> = (1..=21).map(f64::from).collect();
        let Estimate { value, low, high, .. } = median_interval(&values).expect("values");
        assert_eq!(value, 11.0);
        // The exact binomial interval of a median of 21 reaches from the 6th to the 16th value.
        assert!((5.0..=8.0).contains(&low), "{low}");
        assert!((14.0..=17.0).contains(&high), "{high}");
    }

    #[test]
    fn interval_is_the_same_every_time() {
        let values = [1.0, 1.5, 0.7, 2.5, 1.1];
        assert_eq!(median_interval(&values), median_interval(&values));
    }

    #[test]
    fn interval_covers_the_true_median_about_as_often_as_it_says() {
        let mut generator = SplitMix64::new(1);
        let trials = 200;
        let covered = (0..trials)
            .filter(|_| {
                // Uniform in 0..1: the true median is 0.5.
                let values: Vec<f64> =
                    (0..11).map(|_| generator.next() as f64 / u64::MAX as f64).collect();
                let estimate = median_interval(&values).expect("values");
                estimate.low <= 0.5 && 0.5 <= estimate.high
            })
            .count();
        assert!(covered >= trials * 88 / 100, "{covered} of {trials}");
    }

    #[test]
    fn shifted_ratio_is_found_through_a_common_drift() {
        let noise = [1.00, 1.03, 0.98, 1.01, 0.99, 1.02, 0.97, 1.00, 1.01, 0.99, 1.02];
        let pairs: Vec<(f64, f64)> = (0..11)
            .map(|i| {
                let drift = 1.0 + i as f64;
                (1.16 * drift * noise[i], drift)
            })
            .collect();
        let ratio = median_ratio(&pairs).expect("pairs");
        assert!(ratio.low > 1.13 && ratio.high < 1.19, "{ratio:?}");
        assert_eq!(ratio.verdict(), Verdict::Above);
        let swapped: Vec<(f64, f64)> = pairs.iter().map(|&(a, b)| (b, a)).collect();
        assert_eq!(median_ratio(&swapped).expect("pairs").verdict(), Verdict::Below);
    }

    #[test]
    fn equal_subjects_reach_one() {
        let pairs = [(1.0, 1.1), (1.1, 1.0), (0.9, 0.95), (1.0, 0.98), (1.02, 1.0)];
        let ratio = median_ratio(&pairs).expect("pairs");
        assert_eq!(ratio.verdict(), Verdict::Reaches);
    }

    #[test]
    fn one_or_two_samples_tell_no_difference() {
        for n in [1, 2] {
            let ratio = median_ratio(&[(2.0, 1.0), (2.0, 1.0)][..n]).expect("pairs");
            assert_eq!((ratio.low, ratio.n, ratio.verdict()), (2.0, n, Verdict::Reaches));
        }
        let ratio = median_ratio(&[(2.0, 1.0); 3]).expect("pairs");
        assert_eq!(ratio.verdict(), Verdict::Above);
    }

    #[test]
    fn pair_without_a_measure_is_left_out() {
        let ratio = median_ratio(&[(1.0, 0.0), (1.0, 2.0)]).expect("one pair is left");
        assert_eq!(ratio.value, 0.5);
        assert_eq!(median_ratio(&[(0.0, 0.0)]), None);
    }
}
