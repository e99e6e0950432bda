//! How throughput grows with threads, as a law with three parameters.
//!
//! The Universal Scalability Law of N. J. Gunther, "Guerrilla Capacity Planning" (2007), chapters 4
//! to 6, with his relative capacity multiplied by the throughput of one thread:
//!
//! ```text
//! X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
//! ```
//!
//! `sigma` is the share of the work that threads do one after the other, after which throughput
//! levels off (Amdahl's law); `kappa` is what each pair of threads pays to agree, which makes
//! throughput fall again. The law is a description: a good fit names no cause.
//!
//! The fit has the least sum of squares of `ln x - ln X(N)` over the medians `x` of each N, in which
//! an N counts as often as it has samples. Logarithms make errors relative, as those of throughput
//! are, and give `lambda` in closed form; `sigma` and `kappa`, neither below zero, are found by the
//! steps of Marquardt, "An Algorithm for Least-Squares Estimation of Nonlinear Parameters" (1963),
//! from the best point of a coarse grid. Medians keep a single disturbed sample from bending the
//! curve.

use std::collections::BTreeMap;

use crate::Estimate;
use crate::statistics::{SEED, SplitMix64, median_in, middle_95};

/// Each is a fit, not only a median.
const RESAMPLES: usize = 2_000;

/// The Universal Scalability Law that fits a sweep of threads best.
///
/// Every interval is the middle 95% of what resamples gave, drawn with replacement among the
/// samples of each number of threads. The intervals hold as far as the law does; how far that is,
/// the residual says.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Usl {
    /// The throughput of one thread, in the unit of the samples.
    pub lambda: Estimate,
    /// Contention, without unit.
    pub sigma: Estimate,
    /// Coherency, without unit.
    pub kappa: Estimate,
    /// The number of threads from which on throughput falls, `sqrt((1 - sigma) / kappa)` and never
    /// below 1; none where `kappa` is 0. The upper end is infinite where `kappa` may be 0.
    pub peak: Option<Estimate>,
    /// The root of the mean square of `ln x - ln X(N)`: 0.05 is 5% between the curve and a median.
    pub relative_residual: f64,
}

impl Usl {
    /// The law that fits samples of throughput, each with its number of threads. Samples of one
    /// number may come in parts.
    ///
    /// `None` where fewer than three numbers of threads have samples. A sample that is not above
    /// zero has no logarithm and is left out.
    ///
    /// # Examples
    /// ```
    /// let law = |n: f64| 1e6 * n / (1.0 + 0.1 * (n - 1.0) + 0.01 * n * (n - 1.0));
    /// let sweep = [1, 2, 4, 8, 16, 32].map(|n| (n, [law(n as f64)]));
    /// let usl = inrush_lab::Usl::fit(&sweep).expect("six numbers of threads");
    /// assert!((usl.sigma.value - 0.1).abs() < 1e-6);
    /// assert!((usl.peak.expect("it falls").value - 90_f64.sqrt()).abs() < 1e-3);
    /// assert!(inrush_lab::Usl::fit(&sweep[..2]).is_none());
    /// ```
    pub fn fit<S: AsRef<[f64]>>(sweep: &[(usize, S)]) -> Option<Self> {
        Self::fit_with(sweep, RESAMPLES)
    }

    /// The throughput of so many threads.
    pub fn at(&self, threads: f64) -> f64 {
        let work = work(threads, self.sigma.value, self.kappa.value);
        self.lambda.value * threads / work
    }

    fn fit_with<S: AsRef<[f64]>>(sweep: &[(usize, S)], n_resamples: usize) -> Option<Self> {
        let mut logs = BTreeMap::<usize, Vec<f64>>::new();
        for (threads, samples) in sweep.iter().filter(|(threads, _)| *threads > 0) {
            let samples = samples.as_ref().iter().filter(|x| x.is_finite() && **x > 0.0);
            logs.entry(*threads).or_default().extend(samples.map(|x| x.ln()));
        }
        logs.retain(|_, logs| !logs.is_empty());
        if logs.len() < 3 {
            return None;
        }

        let points: Vec<Point> =
            logs.iter().map(|(&n, logs)| Point::new(n, &mut logs.clone())).collect();
        let best = Curve::fit(&points);
        let mut generator = SplitMix64::new(SEED);
        let mut resampled: [Vec<f64>; 4] = Default::default();
        let mut draw = Vec::new();
        for _ in 0..n_resamples {
            let points: Vec<Point> = logs
                .iter()
                .map(|(&n, logs)| {
                    draw.clear();
                    draw.extend(logs.iter().map(|_| logs[generator.below(logs.len())]));
                    Point::new(n, &mut draw)
                })
                .collect();
            let curve = best.refined(&points);
            let values = [curve.log_lambda.exp(), curve.sigma, curve.kappa, curve.peak()];
            resampled.iter_mut().zip(values).for_each(|(all, value)| all.push(value));
        }

        let values = [best.log_lambda.exp(), best.sigma, best.kappa, best.peak()];
        let n_samples = logs.values().map(Vec::len).sum();
        let mut estimates = resampled.iter_mut().zip(values).map(|(resampled, value)| {
            let (low, high) = middle_95(resampled);
            Estimate { value, low, high, n: n_samples }
        });
        let n: f64 = points.iter().map(|point| point.weight).sum();
        Some(Self {
            lambda: estimates.next()?,
            sigma: estimates.next()?,
            kappa: estimates.next()?,
            peak: estimates.next().filter(|peak| peak.value.is_finite()),
            relative_residual: (best.squares / n).sqrt(),
        })
    }
}

/// The samples of one number of threads.
#[derive(Clone, Copy, Debug)]
struct Point {
    threads: f64,
    /// The median of the samples' logarithms, less that of the threads: the throughput of each.
    log_each: f64,
    weight: f64,
}

impl Point {
    fn new(threads: usize, logs: &mut [f64]) -> Self {
        let (weight, threads) = (logs.len() as f64, threads as f64);
        Self { threads, log_each: median_in(logs) - threads.ln(), weight }
    }
}

/// A curve and how far it is from the points that it was fitted to.
#[derive(Clone, Copy, Debug)]
struct Curve {
    log_lambda: f64,
    sigma: f64,
    kappa: f64,
    squares: f64,
}

impl Curve {
    /// The best curve with these two parameters: `lambda` is where the weighted mean of the
    /// residuals is zero.
    fn new(points: &[Point], sigma: f64, kappa: f64) -> Self {
        let residuals =
            || points.iter().map(|p| (p.weight, p.log_each + work(p.threads, sigma, kappa).ln()));
        let weight: f64 = residuals().map(|(weight, _)| weight).sum();
        let log_lambda = residuals().map(|(weight, r)| weight * r).sum::<f64>() / weight;
        let squares = residuals().map(|(weight, r)| weight * (r - log_lambda).powi(2)).sum();
        Self { log_lambda, sigma, kappa, squares }
    }

    /// The best curve. The grid is in shares of what the most threads add to one another's work.
    fn fit(points: &[Point]) -> Self {
        const GRID: [f64; 8] = [0.0, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0];
        let most = points.iter().map(|point| point.threads).fold(1.0, f64::max);
        let starts = GRID.iter().flat_map(|sigma| GRID.map(|kappa| (sigma / most, kappa)));
        starts
            .map(|(sigma, kappa)| Self::new(points, sigma, kappa / (most * most)))
            .min_by(|a, b| a.squares.total_cmp(&b.squares))
            .unwrap_or_else(|| Self::new(points, 0.0, 0.0))
            .refined(points)
    }

    /// The best curve for these points that lies downhill of this one.
    fn refined(self, points: &[Point]) -> Self {
        let mut best = Self::new(points, self.sigma, self.kappa);
        let mut damping = 1e-3;
        for _ in 0..200 {
            let slope = Slope::at(&best, points);
            // Damping grows until a step goes downhill, or there is no such step.
            let next = std::iter::successors(Some(damping), |damping| Some(damping * 10.0))
                .take_while(|&damping| damping < 1e12)
                .map(|damping| (damping, slope.step(&best, points, damping)))
                .find(|(_, curve)| curve.squares < best.squares);
            let Some((used, next)) = next else { break };
            let is_done = best.squares - next.squares <= 1e-12 * best.squares;
            (best, damping) = (next, (used * 0.1).max(1e-12));
            if is_done {
                break;
            }
        }
        best
    }

    fn peak(&self) -> f64 {
        if self.kappa == 0.0 {
            return f64::INFINITY;
        }
        ((1.0 - self.sigma).max(0.0) / self.kappa).sqrt().max(1.0)
    }
}

/// The gradient of half the sum of squares and the matrix of Gauss and Newton, by `sigma` and
/// `kappa`.
#[derive(Clone, Copy, Debug, Default)]
struct Slope {
    gradient: [f64; 2],
    matrix: [[f64; 2]; 2],
}

impl Slope {
    fn at(curve: &Curve, points: &[Point]) -> Self {
        // How the residual grows with each parameter. `lambda` follows its mean, which is why the
        // mean is subtracted.
        let rows = || {
            points.iter().map(|point| {
                let work = work(point.threads, curve.sigma, curve.kappa);
                let others = point.threads - 1.0;
                (point, work, [others / work, point.threads * others / work])
            })
        };
        let weight: f64 = points.iter().map(|point| point.weight).sum();
        let mean =
            [0, 1].map(|i| rows().map(|(p, _, row)| p.weight * row[i]).sum::<f64>() / weight);
        let mut slope = Self::default();
        for (point, work, row) in rows() {
            let residual = point.log_each + work.ln() - curve.log_lambda;
            let row = [row[0] - mean[0], row[1] - mean[1]];
            for i in 0..2 {
                slope.gradient[i] += point.weight * row[i] * residual;
                for j in 0..2 {
                    slope.matrix[i][j] += point.weight * row[i] * row[j];
                }
            }
        }
        slope
    }

    /// Where a damped step leads. A parameter at zero that would go below stays there, and the
    /// other steps alone.
    fn step(&self, from: &Curve, points: &[Point], damping: f64) -> Curve {
        let Self { gradient: [gs, gk], matrix: [[ss, sk], [_, kk]] } = *self;
        let (ss, kk) = (ss * (1.0 + damping), kk * (1.0 + damping));
        let (is_sigma_free, is_kappa_free) =
            (from.sigma > 0.0 || gs < 0.0, from.kappa > 0.0 || gk < 0.0);
        let (sigma, kappa) = match (is_sigma_free, is_kappa_free) {
            (true, true) => {
                let determinant = ss * kk - sk * sk;
                ((sk * gk - kk * gs) / determinant, (sk * gs - ss * gk) / determinant)
            }
            (true, false) => (-gs / ss, 0.0),
            (false, true) => (0.0, -gk / kk),
            (false, false) => (0.0, 0.0),
        };
        Curve::new(points, (from.sigma + sigma).max(0.0), (from.kappa + kappa).max(0.0))
    }
}

/// What a thread's operation costs among so many, in those of a thread that is alone.
fn work(threads: f64, sigma: f64, kappa: f64) -> f64 {
    1.0 + sigma * (threads - 1.0) + kappa * threads * (threads - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREADS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

    /// Samples of a law with noise.
    fn sweep(law: [f64; 3], n: usize, mut noise: impl FnMut() -> f64) -> Vec<(usize, Vec<f64>)> {
        let [lambda, sigma, kappa] = law;
        let mut sample = |n: usize| lambda * n as f64 / work(n as f64, sigma, kappa) * noise();
        THREADS
            .iter()
            .map(|&threads| (threads, (0..n).map(|_| sample(threads)).collect()))
            .collect()
    }

    #[test]
    fn intervals_hold_the_law_that_noise_hides() {
        const TRIALS: usize = 150;
        let mut generator = SplitMix64::new(11);
        for law in [[1e6, 0.05, 0.001], [5.0, 0.6, 0.05], [2e7, 0.02, 0.00002]] {
            let mut n_held = [0; 3];
            for _ in 0..TRIALS {
                let noisy = sweep(law, 5, || 1.0 + 0.05 * generator.normal());
                let usl = Usl::fit_with(&noisy, 400).expect("a sweep");
                for (n_held, (estimate, truth)) in
                    n_held.iter_mut().zip([usl.lambda, usl.sigma, usl.kappa].iter().zip(law))
                {
                    *n_held += usize::from(estimate.low <= truth && truth <= estimate.high);
                }
            }
            println!("{law:?} is inside the intervals {n_held:?} times of {TRIALS}");
            assert!(n_held.iter().all(|&n| n >= TRIALS * 9 / 10), "{law:?}: {n_held:?}");
        }
    }
}
