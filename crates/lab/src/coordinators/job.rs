//! The job of one sample, as its own process does it.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use inrush_dataset::{Cancel, Destination, FileFormat, RunOptions, TableSpec, peak_rss_bytes, run};
use inrush_tables::Schema;
use serde::{Deserialize, Serialize};

use super::{Cell, Subject};
use crate::{Measured, Usage};

/// The size of a chunk, which the comparison fixes.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// How many files of how many rows.
    pub cell: Cell,
    /// Through which coordinator.
    pub subject: Subject,
    /// Files in flight at once.
    pub jobs: u32,
    /// Where the files go: an empty folder, or one to be made.
    pub folder: PathBuf,
}

impl Request {
    /// A request for `cell` through `subject`.
    pub fn new(cell: Cell, subject: Subject, jobs: u32, folder: PathBuf) -> Self {
        Self { cell, subject, jobs, folder }
    }
}

/// Does the job in this process, and says what it cost.
///
/// The clock runs from the reading of the schema until the manifest is whole. The peak memory is
/// that of the process so far, so the process should have done nothing else.
///
/// # Errors
/// Where a file could not be written, or the system does not say what a process uses.
pub fn measure(request: &Request) -> Result<Measured> {
    let Request { cell, subject, jobs, folder } = request;
    let usage_before = Usage::now().context("read the usage of the process")?;
    let started = Instant::now();

    let schema = Schema::builtin("seed7").context("read the schema")?;
    let spec = TableSpec::new(&schema, cell.rows(), cell.files, FileFormat::parquet())
        .context("specify the table")?;
    let mut options = RunOptions::new(Destination::Folder(folder.clone()));
    options.jobs = Some(*jobs as usize);
    options.coordinator = subject.kind();
    options.chunk_bytes = CHUNK_BYTES;
    let summary = run(&spec, &options, &Cancel::default(), &())?;

    let wall_s = started.elapsed().as_secs_f64();
    let usage = Usage::now().context("read the usage of the process")?.since(&usage_before);
    if let Some(failure) = summary.failures.first() {
        bail!(
            "{} of {} files failed, `{}` first: {}",
            summary.failures.len(),
            cell.files,
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
