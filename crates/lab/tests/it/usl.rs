//! The fit of the Universal Scalability Law, on sweeps whose law is known.

use inrush_lab::{Estimate, Usl};

/// Gunther's law, written down again.
fn law([lambda, sigma, kappa]: [f64; 3], threads: usize) -> f64 {
    let n = threads as f64;
    lambda * n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0))
}

fn exact(parameters: [f64; 3], threads: &[usize]) -> Usl {
    let sweep: Vec<_> = threads.iter().map(|&n| (n, vec![law(parameters, n); 3])).collect();
    Usl::fit(&sweep).expect("enough numbers of threads")
}

fn is_near(found: f64, truth: f64) -> bool {
    (found - truth).abs() <= 1e-4 * truth.abs() + 1e-12
}

#[test]
fn parameters_without_noise_are_found() {
    let sweeps: [&[usize]; 3] =
        [&[1, 2, 4], &[1, 2, 4, 8, 16, 32, 64], &[2, 4, 8, 16, 32, 64, 100, 1_000, 10_000]];
    let laws = [
        [1e6, 0.05, 0.001],
        [3.0, 0.9, 0.5],
        [1e9, 0.0, 0.01],
        [1e6, 0.2, 0.0],
        [1e6, 0.0, 0.0],
        [1e6, 1.5, 0.0],
    ];
    for parameters in laws {
        for threads in sweeps {
            let usl = exact(parameters, threads);
            let found = [usl.lambda.value, usl.sigma.value, usl.kappa.value];
            let is_found = found.iter().zip(parameters).all(|(&f, truth)| is_near(f, truth));
            assert!(is_found, "{parameters:?} from {threads:?}: {usl:?}");
            assert!(usl.relative_residual < 1e-6, "{usl:?}");
            assert!(threads.iter().all(|&n| is_near(usl.at(n as f64), law(parameters, n))));
        }
    }
}

#[test]
fn peak_is_where_the_law_turns() {
    let usl = exact([1e6, 0.19, 0.0081], &[1, 2, 4, 8, 16, 32]);
    assert!(is_near(usl.peak.expect("it turns").value, 10.0), "{usl:?}");
    // Every further thread costs more than it brings.
    let falls = exact([1e6, 1.2, 0.3], &[1, 2, 4, 8]);
    assert_eq!(falls.peak.expect("it falls").value, 1.0);
}

#[test]
fn one_disturbed_sample_bends_nothing() {
    let parameters = [1e6, 0.1, 0.002];
    let mut sweep: Vec<_> = [1, 2, 4, 8, 16, 32].map(|n| (n, vec![law(parameters, n); 5])).to_vec();
    sweep[3].1[2] /= 10.0;
    let usl = Usl::fit(&sweep).expect("a sweep");
    assert!(is_near(usl.sigma.value, 0.1) && is_near(usl.kappa.value, 0.002), "{usl:?}");
}

#[test]
fn misfit_is_told_by_the_residual() {
    let jagged = [1, 2, 4, 8, 16].map(|n| (n, [if n == 4 { 4.0 } else { 1.0 }]));
    let usl = Usl::fit(&jagged).expect("a sweep");
    assert!(usl.relative_residual > 0.2, "{usl:?}");
    assert!(usl.sigma.value >= 0.0 && usl.kappa.value >= 0.0, "{usl:?}");
}

#[test]
fn fewer_than_three_numbers_of_threads_have_no_law() {
    assert_eq!(Usl::fit::<[f64; 1]>(&[]), None);
    assert_eq!(Usl::fit(&[(1, [1.0]), (2, [2.0]), (2, [2.1])]), None);
    let unusable = [(1, [1.0]), (2, [2.0]), (0, [1.0]), (4, [0.0]), (8, [f64::NAN])];
    assert_eq!(Usl::fit(&unusable), None);
}

#[test]
fn fit_is_the_same_every_time_and_in_parts() {
    let whole = [(1, vec![1.0, 1.1]), (2, vec![1.8, 1.7]), (4, vec![3.0, 2.6])];
    let parts = [(1, [1.0]), (2, [1.8]), (4, [3.0]), (1, [1.1]), (2, [1.7]), (4, [2.6])];
    let usl = Usl::fit(&whole).expect("a sweep");
    assert_eq!(Some(usl), Usl::fit(&parts));
    let Estimate { value, low, high, .. } = usl.lambda;
    assert!(low <= value && value <= high && low < high, "{usl:?}");
}
