//! Random lengths: many short and few long.

/// The quantiles of the exponential distribution of mean 1 at 0, 1/16, 2/16 and so on, times 4096.
/// The last is not infinite, but what brings the mean of all strata to 1.
const QUANTILES: [u16; 17] = [
    0, 264, 547, 850, 1178, 1535, 1925, 2357, 2839, 3386, 4017, 4764, 5678, 6857, 8517, 11357,
    18926,
];

/// A mean of 2^32 bytes, in 256ths.
const MOST: f64 = (1u64 << 40) as f64;

/// A mean length, in 256ths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mean(pub(crate) u64);

impl Mean {
    /// A mean beyond any length here stands for one that is larger still, so that no product
    /// overflows.
    pub(crate) fn new(mean: f64) -> Self {
        Self((256.0 * mean).round().min(MOST) as u64)
    }
}

/// Lengths of a mean. Any sixteen in a row have one of each stratum, so that a block of few
/// sequences is not far from the ratio.
pub(crate) struct Lengths {
    mean: Mean,
    stratum: u64,
    step: u64,
}

impl Lengths {
    /// In one of 128 orders.
    #[inline(always)]
    pub(crate) fn new(mean: Mean, order: u64) -> Self {
        Self { mean, stratum: order >> 4, step: order | 1 }
    }

    /// The next one: within its stratum, the lowest 8 bits of `draw` decide.
    #[inline(always)]
    pub(crate) fn next(&mut self, draw: u64) -> usize {
        let i = (self.stratum % 16) as usize;
        self.stratum = self.stratum.wrapping_add(self.step);
        let (low, high) = (u64::from(QUANTILES[i]), u64::from(QUANTILES[i + 1]));
        let quantile = low + (((high - low) * (draw & 0xff)) >> 8);
        ((quantile * self.mean.0 + (1 << 19)) >> 20) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strata_have_a_mean_of_one() {
        let mean: f64 = QUANTILES.windows(2).map(|w| f64::from(w[0] + w[1]) / 32.0).sum();
        assert!((mean / 4096.0 - 1.0).abs() < 0.001, "{mean}");
    }
}
