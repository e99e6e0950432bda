//! Where a value lies on an axis.

use crate::figure::Axis;

/// How values find their places on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios; zero and less have no place.
    Log,
    /// Percentiles by their number of nines: equal steps divide what is left to 100% by the same
    /// factor. Below zero and from 100% on there is no place.
    Nines,
}

/// Beyond these, differences would overflow.
const GREATEST: f64 = 1e300;

impl Scale {
    /// The value in the units in which the scale is even. `None` where it has no place.
    pub(super) fn even(self, value: f64) -> Option<f64> {
        let even = match self {
            Self::Linear => value,
            Self::Log if value > 0.0 => value.log10(),
            Self::Nines if (0.0..100.0).contains(&value) => -(1.0 - value / 100.0).log10(),
            Self::Log | Self::Nines => return None,
        };
        (even.abs() <= GREATEST).then_some(even)
    }
}

/// The range that an axis shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) scale: Scale,
    /// The ends, in even units.
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Span {
    /// The range that holds all these values and what the axis covers anyway, with some space to
    /// either side. `None` where no value has a place. `from_zero` has a linear axis of values
    /// that are never negative begin at zero.
    pub(super) fn of(axis: &Axis, values: &[f64], from_zero: bool) -> Option<Self> {
        let scale = axis.scale;
        let covered = axis.covers.map(|(low, high)| [low, high]);
        let places = || values.iter().filter_map(|&value| scale.even(value));
        places().next()?;
        let all = || places().chain(covered.iter().flatten().filter_map(|&v| scale.even(v)));
        let mut low = all().fold(f64::INFINITY, f64::min);
        let mut high = all().fold(f64::NEG_INFINITY, f64::max);
        let starts_at_zero = low >= 0.0
            && match scale {
                Scale::Linear => from_zero || low <= 0.3 * high,
                Scale::Log => false,
                Scale::Nines => low < 0.2,
            };
        if starts_at_zero {
            low = 0.0;
        }
        if high <= low {
            let half = match scale {
                Scale::Linear if low != 0.0 => 0.5 * low.abs(),
                Scale::Linear => 1.0,
                Scale::Log | Scale::Nines => 0.5,
            };
            (low, high) = (if starts_at_zero { low } else { low - half }, high + half);
        }
        let space = 0.045 * (high - low);
        let low = if starts_at_zero { low } else { low - space };
        Some(Self { scale, low, high: high + space })
    }

    /// Where the value lies between the ends, 0 to 1. `None` where it has no place.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        self.scale.even(value).map(|even| self.place_even(even))
    }

    /// Where an even unit lies between the ends.
    pub(super) fn place_even(&self, even: f64) -> f64 {
        (even - self.low) / (self.high - self.low)
    }

    /// Whether an even unit lies between the ends.
    pub(super) fn shows(&self, even: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.place_even(even))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nines_lie_equally_far_apart() {
        let places: Vec<f64> =
            [0.0, 90.0, 99.0, 99.9].iter().filter_map(|&p| Scale::Nines.even(p)).collect();
        for (nines, place) in places.iter().enumerate() {
            assert!((place - nines as f64).abs() < 1e-9, "{places:?}");
        }
        assert_eq!(Scale::Nines.even(100.0), None);
    }

    #[test]
    fn equal_values_still_have_a_range() {
        for axis in [Axis::linear("a"), Axis::log("a"), Axis::nines("a")] {
            for value in [1e-300, 1.0, 50.0, 1e290] {
                let Some(span) = Span::of(&axis, &[value, value], false) else { continue };
                let place = span.place(value).expect("it has a place");
                assert!((0.0..=1.0).contains(&place), "{axis:?} {value} {span:?}");
            }
        }
    }

    #[test]
    fn value_without_a_place_has_none() {
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Scale::Log.even(value), None);
        }
        assert!(Span::of(&Axis::log("a"), &[0.0], false).is_none());
    }
}
