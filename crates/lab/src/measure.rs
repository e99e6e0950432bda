//! What a job costs in the process that does it.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use inrush_dataset::{Summary, peak_rss_bytes};

use crate::{Measured, Usage};

/// Does `job` in this process, and says what it cost.
///
/// The clock runs from before the job to after it. The peak memory is that of the process so far,
/// so the process should have done nothing else.
///
/// # Errors
/// Where the job fails or leaves a file out, or the system does not say what a process uses.
pub fn measured(job: impl FnOnce() -> Result<Summary>) -> Result<Measured> {
    let usage_before = Usage::now().context("read the usage of the process")?;
    let started = Instant::now();
    let summary = job()?;
    let wall_s = started.elapsed().as_secs_f64();
    let usage = Usage::now().context("read the usage of the process")?.since(&usage_before);
    if let Some(failure) = summary.failures.first() {
        bail!(
            "{} files failed, `{}` first: {}",
            summary.failures.len(),
            failure.name,
            failure.error
        );
    }
    Ok(Measured {
        wall_s: rounded(wall_s),
        user_s: rounded(usage.user_s),
        system_s: rounded(usage.system_s),
        peak_rss_bytes: peak_rss_bytes().context("the system does not tell the peak memory")?,
        voluntary_switches: usage.voluntary_switches,
        involuntary_switches: usage.involuntary_switches,
        files: summary.files,
        rows: summary.rows,
        bytes: summary.bytes,
    })
}

/// To nanoseconds, so that the number survives being written in decimal.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e9
}
