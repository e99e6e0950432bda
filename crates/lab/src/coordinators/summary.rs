//! Samples to medians and ratios, cell by cell.

use anyhow::{Context, Result, ensure};

use super::{Cell, Subject};
use crate::{Estimate, JobSample, Measured, median_interval, median_ratio};

/// What the samples of a cell say.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellSummary {
    /// The cell.
    pub cell: Cell,
    /// Bytes in all files, the same in every sample.
    pub bytes: u64,
    /// Rows in all files, the same in every sample.
    pub rows: u64,
    /// Those subjects that have samples.
    pub subjects: Vec<SubjectSummary>,
    /// `per-file` over `mutex`, where there are pairs.
    pub ratios: Option<Ratios>,
}

/// What the samples of a subject say.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SubjectSummary {
    /// The subject.
    pub subject: Subject,
    /// How many samples there are.
    pub n_samples: usize,
    /// Wall time in milliseconds.
    pub wall_ms: Estimate,
    /// Processor time in milliseconds, user and system.
    pub cpu_ms: Estimate,
    /// Peak memory in MiB.
    pub peak_rss_mib: Estimate,
}

/// `per-file` over `mutex`: the medians over pairs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ratios {
    /// How many pairs there are.
    pub n_pairs: usize,
    /// Of the wall time.
    pub wall: Estimate,
    /// Of the processor time, where the system counts finely enough.
    pub cpu: Option<Estimate>,
    /// Of the peak memory.
    pub peak_rss: Estimate,
}

/// A summary of each cell, in the order in which cells first appear.
///
/// # Errors
/// Where a sample names no cell or subject of this question, or the samples of a cell do not agree
/// on what was written: they are then not of one cell.
pub fn summaries(samples: &[JobSample]) -> Result<Vec<CellSummary>> {
    let mut names: Vec<&str> = Vec::new();
    for sample in samples {
        if !names.contains(&sample.cell.as_str()) {
            names.push(&sample.cell);
        }
        let name = &sample.subject;
        ensure!(Subject::ALL.iter().any(|subject| subject.name() == name), "no subject `{name}`");
    }
    names
        .into_iter()
        .map(|name| {
            let of_cell = samples.iter().filter(|sample| sample.cell == name).collect();
            summary(name.parse()?, of_cell).with_context(|| format!("the samples of {name}"))
        })
        .collect()
}

fn summary(cell: Cell, samples: Vec<&JobSample>) -> Result<CellSummary> {
    let first = *samples.first().context("there are none")?;
    for sample in &samples {
        let same = sample.xxh3 == first.xxh3
            && sample.measured.bytes == first.measured.bytes
            && sample.jobs == first.jobs
            && (sample.measured.files, sample.measured.rows) == (cell.files, cell.rows());
        ensure!(same, "that at position {} is of something else", sample.position);
    }
    let subjects =
        Subject::ALL.iter().filter_map(|&subject| of_subject(subject, &samples)).collect();
    Ok(CellSummary {
        cell,
        bytes: first.measured.bytes,
        rows: first.measured.rows,
        subjects,
        ratios: ratios(&samples),
    })
}

fn of_subject(subject: Subject, samples: &[&JobSample]) -> Option<SubjectSummary> {
    let of_subject: Vec<&Measured> = samples
        .iter()
        .filter(|sample| sample.subject == subject.name())
        .map(|sample| &sample.measured)
        .collect();
    let estimate = |of: fn(&Measured) -> f64| {
        median_interval(&of_subject.iter().map(|measured| of(measured)).collect::<Vec<_>>())
    };
    Some(SubjectSummary {
        subject,
        n_samples: of_subject.len(),
        wall_ms: estimate(|measured| measured.wall_s * 1e3)?,
        cpu_ms: estimate(|measured| measured.cpu_s() * 1e3)?,
        peak_rss_mib: estimate(|measured| measured.peak_rss_bytes as f64 / f64::from(1 << 20))?,
    })
}

fn ratios(samples: &[&JobSample]) -> Option<Ratios> {
    let find = |subject: Subject, repetition: u32| {
        let found = samples
            .iter()
            .find(|sample| sample.subject == subject.name() && sample.repetition == repetition);
        found.map(|sample| &sample.measured)
    };
    let pairs: Vec<(&Measured, &Measured)> = samples
        .iter()
        .filter(|sample| sample.subject == Subject::PerFile.name())
        .filter_map(|sample| Some((&sample.measured, find(Subject::Mutex, sample.repetition)?)))
        .collect();
    let estimate = |of: fn(&Measured) -> f64| {
        median_ratio(&pairs.iter().map(|(a, b)| (of(a), of(b))).collect::<Vec<_>>())
    };
    Some(Ratios {
        n_pairs: pairs.len(),
        wall: estimate(|measured| measured.wall_s)?,
        cpu: estimate(Measured::cpu_s),
        peak_rss: estimate(|measured| measured.peak_rss_bytes as f64)?,
    })
}
