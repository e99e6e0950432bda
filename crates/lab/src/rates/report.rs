//! Samples to medians, and these to two tables.

use anyhow::{Context, Result, ensure};

use super::{Cell, Target};
use crate::{
    Estimate, JobSample, Machine, Measured, Place, Table, figures, grouped, median_interval, short,
    with_interval,
};

/// Where documents cite the tables.
pub const PLACE: Place =
    Place { name: "rates", command: "cargo bench -p inrush-lab --bench rates" };

/// What the samples of a cell say.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellSummary {
    /// The cell.
    pub cell: Cell,
    /// How many samples there are.
    pub n_samples: usize,
    /// Files in flight at once.
    pub jobs: u32,
    /// Bytes in all files, the same in every sample.
    pub bytes: u64,
    /// Millions of rows a second.
    pub rows_per_us: Estimate,
    /// Gigabytes a second.
    pub bytes_per_ns: Estimate,
    /// Peak memory in MiB.
    pub peak_rss_mib: Estimate,
}

/// A summary of each cell, in the order in which cells first appear.
///
/// # Errors
/// Where a sample names no cell of this question, or the samples of a cell are not of one job.
pub fn summaries(samples: &[JobSample]) -> Result<Vec<CellSummary>> {
    let mut names: Vec<&str> = Vec::new();
    for sample in samples {
        if !names.contains(&sample.cell.as_str()) {
            names.push(&sample.cell);
        }
    }
    names.into_iter().map(|name| summary(name.parse()?, samples)).collect()
}

fn summary(cell: Cell, samples: &[JobSample]) -> Result<CellSummary> {
    let name = cell.to_string();
    let of_cell: Vec<&JobSample> = samples.iter().filter(|sample| sample.cell == name).collect();
    let first = *of_cell.first().context("there are no samples")?;
    let is_same = |sample: &&JobSample| {
        let (a, b) = (&sample.measured, &first.measured);
        (a.bytes, a.rows, a.files, &sample.xxh3) == (b.bytes, b.rows, b.files, &first.xxh3)
    };
    ensure!(of_cell.iter().all(is_same), "the samples of {name} are not of one job");
    let estimate = |of: fn(&Measured) -> f64| {
        let values: Vec<f64> = of_cell.iter().map(|sample| of(&sample.measured)).collect();
        median_interval(&values).context("there are no samples")
    };
    Ok(CellSummary {
        cell,
        n_samples: of_cell.len(),
        jobs: first.jobs,
        bytes: first.measured.bytes,
        rows_per_us: estimate(|m| m.rows as f64 / m.wall_s / 1e6)?,
        bytes_per_ns: estimate(|m| m.bytes as f64 / m.wall_s / 1e9)?,
        peak_rss_mib: estimate(|m| m.peak_rss_bytes as f64 / f64::from(1 << 20))?,
    })
}

/// Both tables, where each has rows.
pub(super) fn tables(summaries: &[CellSummary]) -> String {
    let (rates, sizes): (Vec<_>, Vec<_>) =
        summaries.iter().partition(|summary| summary.cell.target == Target::Null);
    let mut parts = Vec::new();
    if !rates.is_empty() {
        let mut table =
            Table::new(&["to `null:`", "jobs:", "million rows/s:", "GB/s:", "peak RSS MiB:"]);
        for summary in rates {
            table.row(&[
                summary.cell.format.name().to_owned(),
                summary.jobs.to_string(),
                with_interval(&summary.rows_per_us),
                with_interval(&summary.bytes_per_ns),
                with_interval(&summary.peak_rss_mib),
            ]);
        }
        parts.push(table.markdown());
    }
    if !sizes.is_empty() {
        let mut table = Table::new(&["one file of", "rows:", "bytes:", "peak RSS MiB:"]);
        for summary in sizes {
            table.row(&[
                summary.cell.format.name().to_owned(),
                short(summary.cell.rows),
                grouped(summary.bytes),
                with_interval(&summary.peak_rss_mib),
            ]);
        }
        parts.push(table.markdown());
    }
    parts.join("\n")
}

/// The tables, and where they were measured.
pub(super) fn block(summaries: &[CellSummary], machine: &Machine, record: Option<&str>) -> String {
    let least = summaries.iter().map(|summary| summary.n_samples).min().unwrap_or(0);
    let most = summaries.iter().map(|summary| summary.n_samples).max().unwrap_or(0);
    let where_from = record.map(|record| format!("; all samples: `{record}`")).unwrap_or_default();
    format!(
        "{}\nMedians with their 95% bootstrap intervals; {least} to {most} samples, each a process \
         of its own, {}, on {}{where_from}.",
        tables(summaries),
        machine.date,
        machine.phrase()
    )
}

/// The whole `report.md`.
pub fn report(summaries: &[CellSummary], machine: &Machine, n_damaged: usize) -> String {
    let peaks = || summaries.iter().map(|summary| summary.peak_rss_mib.value);
    let most = peaks().fold(0.0, f64::max);
    let mut report = format!(
        "# Rates\n\nHow many rows a second come out of a job, and does its memory stay the same \
         however large the files are?\n\nNo cell takes more than {} MiB.\n\n{}\n",
        figures(most),
        block(summaries, machine, None)
    );
    report += &machine.disturbance();
    if n_damaged > 0 {
        report += &format!("\nDamaged lines of `samples.jsonl`, left out: {n_damaged}.\n");
    }
    report + &format!("\n```\n{}\n```\n", PLACE.command)
}
