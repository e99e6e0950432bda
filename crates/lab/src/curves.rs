//! Measures that are the points of one curve in every sample, and the histogram that delays are kept in.

use hdrhistogram::Histogram;

/// Percentiles of delays, and the measures that are these.
pub(crate) const NINES: [(f64, &str); 4] =
    [(50.0, "p50_ns"), (90.0, "p90_ns"), (99.0, "p99_ns"), (99.9, "p999_ns")];

/// Shares of the time of a run in percent, and the measures of its memory then.
pub(crate) const MEMORY: [(f64, &str); 10] = [
    (5.0, "rss_at_05_bytes"),
    (15.0, "rss_at_15_bytes"),
    (25.0, "rss_at_25_bytes"),
    (35.0, "rss_at_35_bytes"),
    (45.0, "rss_at_45_bytes"),
    (55.0, "rss_at_55_bytes"),
    (65.0, "rss_at_65_bytes"),
    (75.0, "rss_at_75_bytes"),
    (85.0, "rss_at_85_bytes"),
    (95.0, "rss_at_95_bytes"),
];

/// For delays in nanoseconds, up to a minute, in three digits: finer than any clock here is steady.
pub(crate) fn delays_in_ns() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("these are bounds")
}
