//! What a table says of the samples of a cell: where they lie, and how they lie there.

use super::humps::Humps;
use super::{Estimate, median, median_interval};

/// Samples in a few numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spread {
    /// How many samples there are.
    pub n: usize,
    /// Their median with its interval.
    pub median: Estimate,
    /// The median absolute deviation, in the unit of the samples: the median of
    /// `|x - median(x)|` over all samples `x` (Hampel, "The Influence Curve and Its Role in Robust
    /// Estimation", 1974). It is not scaled; of normal samples it is 0.6745 standard deviations.
    pub mad: f64,
    /// The two values that the samples lie around, where there are two: the median is then a
    /// value that few of them have.
    pub humps: Option<Humps>,
}

impl Spread {
    /// The spread of samples. `None` of nothing.
    ///
    /// # Examples
    /// ```
    /// let spread = inrush_lab::Spread::of(&[1.0, 2.0, 4.0, 3.0, 9.0]).expect("samples");
    /// assert_eq!((spread.n, spread.median.value, spread.mad), (5, 3.0, 1.0));
    /// assert!(spread.humps.is_none());
    /// ```
    pub fn of(values: &[f64]) -> Option<Self> {
        let estimate = median_interval(values)?;
        let deviations: Vec<f64> =
            values.iter().map(|value| (value - estimate.value).abs()).collect();
        Some(Self {
            n: values.len(),
            median: estimate,
            mad: median(&deviations)?,
            humps: Humps::of(values),
        })
    }

    /// The deviation as a share of the median, which compares the noise of cells of any size. `None`
    /// where the median is zero.
    pub fn relative_mad(&self) -> Option<f64> {
        (self.median.value != 0.0).then(|| self.mad / self.median.value.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviation_is_the_known_one() {
        // The deviations from 2 are 1, 1, 0, 0, 2, 4 and 7.
        let values = [1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0];
        let spread = Spread::of(&values).expect("samples");
        assert_eq!((spread.mad, spread.relative_mad()), (1.0, Some(0.5)));
        assert_eq!(Some(spread.median), median_interval(&values));
    }

    #[test]
    fn nothing_has_no_spread_and_one_sample_has_none_to_speak_of() {
        assert_eq!(Spread::of(&[]), None);
        let one = Spread::of(&[4.0]).expect("a sample");
        assert_eq!((one.n, one.mad, one.humps), (1, 0.0, None));
        assert_eq!(Spread::of(&[0.0, 0.0]).expect("samples").relative_mad(), None);
    }

    #[test]
    fn two_humps_are_part_of_it() {
        let humps = Spread::of(&[1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0]).expect("samples").humps;
        assert_eq!(humps.expect("two").high_share, 0.5);
    }
}
