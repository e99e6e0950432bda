//! How large objects are: all the same, or spread as files in the world are.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::ByteCount;

/// The widest spread: one object in a thousand is then about five million times the median.
const MAX_SIGMA: f64 = 5.0;

/// Larger than what any file system holds, and far from the end of a `u64`.
const MAX_SIZE: f64 = (1u64 << 62) as f64;

/// The sizes of objects in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Sizes {
    /// All the same.
    Fixed(u64),
    /// The natural logarithm of the size is normally distributed. The mean is
    /// `exp(sigma^2 / 2)` times the median.
    Lognormal {
        /// Half of the objects are smaller, in bytes.
        median: u64,
        /// The standard deviation of the logarithm: 0 to 5.
        sigma: f64,
    },
}

impl Sizes {
    /// The size of an object: a pure function of the seed and the object's number.
    pub fn of(self, seed: u64, object: u64) -> u64 {
        match self {
            Self::Fixed(size) => size,
            Self::Lognormal { median, sigma } => {
                let size = median as f64 * libm::exp(sigma * normal(seed, object));
                size.round().min(MAX_SIZE) as u64
            }
        }
    }
}

/// A normally distributed number (Box and Muller 1958). The functions are not those of the
/// platform, which differ in their last digits.
fn normal(seed: u64, object: u64) -> f64 {
    let uniform = |which: u8| {
        let mut key = [which; 9];
        key[..8].copy_from_slice(&object.to_le_bytes());
        let hash = XxHash3_64::oneshot_with_seed(seed, &key);
        ((hash >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    };
    libm::sqrt(-2.0 * libm::log(uniform(0))) * libm::cos(2.0 * PI * uniform(1))
}

impl FromStr for Sizes {
    type Err = String;

    /// Reads `64MiB` or `lognormal:1MiB:2.0`.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some(parameters) = text.strip_prefix("lognormal:") else {
            if text.contains(':') {
                return Err(format!(
                    "`{text}` is no distribution: write a size, or lognormal:MEDIAN:SIGMA"
                ));
            }
            return Ok(Self::Fixed(text.parse::<ByteCount>()?.0));
        };
        let (median, sigma) = parameters
            .split_once(':')
            .ok_or("lognormal has a median and a sigma, as in lognormal:1MiB:2.0")?;
        let median = median.parse::<ByteCount>()?.0;
        let sigma = sigma
            .parse()
            .ok()
            .filter(|sigma| (0.0..=MAX_SIGMA).contains(sigma))
            .ok_or_else(|| format!("a sigma of `{sigma}`: 0 to {MAX_SIGMA} are possible"))?;
        Ok(Self::Lognormal { median, sigma })
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(size) => ByteCount(*size).fmt(f),
            Self::Lognormal { median, sigma } => {
                write!(f, "lognormal sizes around {} (sigma {sigma})", ByteCount(*median))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!("64MiB".parse(), Ok(Sizes::Fixed(64 << 20)));
        let lognormal = Sizes::Lognormal { median: 1 << 20, sigma: 2.0 };
        assert_eq!("lognormal:1MiB:2.0".parse(), Ok(lognormal));
        let wrong = [
            "",
            "uniform:1:2",
            "lognormal:1MiB",
            "lognormal::2",
            "lognormal:1:6",
            "-1",
            "lognormal:1:nan",
            "lognormal:1:-1",
        ];
        for text in wrong {
            assert!(text.parse::<Sizes>().is_err(), "{text}");
        }
    }

    #[test]
    fn lognormal_sizes_have_the_median_and_the_spread_asked_for() {
        let sizes = Sizes::Lognormal { median: 1 << 20, sigma: 2.0 };
        let mut logs: Vec<f64> = (0..20_000).map(|k| (sizes.of(7, k) as f64).ln()).collect();
        logs.sort_by(f64::total_cmp);
        let median = logs[logs.len() / 2].exp() / f64::from(1 << 20);
        assert!((0.95..1.05).contains(&median), "{median}");
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        let variance = logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / logs.len() as f64;
        assert!((1.95..2.05).contains(&variance.sqrt()), "{}", variance.sqrt());
    }

    #[test]
    fn a_size_is_the_same_everywhere() {
        let sizes = Sizes::Lognormal { median: 1 << 20, sigma: 2.0 };
        assert_eq!([0, 1, 2].map(|k| sizes.of(0, k)), [33_035_301, 51_856, 4_562_452]);
        assert_ne!(sizes.of(0, 5), sizes.of(1, 5));
    }
}
