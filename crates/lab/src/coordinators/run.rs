//! The samples of all cells, one process after another.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::{Cell, Request, Subject, verify};
use crate::{JOB_SCHEMA, JobSample, Measured, Stop};

/// What is to be measured, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The cells, in order.
    pub cells: Vec<Cell>,
    /// Repetitions of each subject; each cell's own default if absent.
    pub repetitions: Option<u32>,
    /// Files in flight at once.
    pub jobs: u32,
    /// Where each sample gets a fresh folder.
    pub folder: PathBuf,
}

impl Plan {
    /// A plan with each cell's own number of repetitions.
    pub fn new(cells: Vec<Cell>, jobs: u32, folder: PathBuf) -> Self {
        Self { cells, repetitions: None, jobs, folder }
    }

    /// Repetitions of each subject in `cell`.
    pub fn repetitions(&self, cell: &Cell) -> u32 {
        self.repetitions.unwrap_or_else(|| cell.default_repetitions())
    }
}

/// Takes the samples of `plan`. `process` does a request, in a process of its own; `taken` hears
/// of every sample; `stop` ends the run after the sample at hand.
///
/// # Errors
/// Where a process fails, or its files are not what they must be, or the subjects of a cell did
/// not write the same bytes, or `stop` is set.
pub fn samples(
    plan: &Plan,
    stop: &Stop,
    process: impl Fn(&Request) -> Result<Measured>,
    mut taken: impl FnMut(&Cell, &JobSample),
) -> Result<Vec<JobSample>> {
    let mut samples: Vec<JobSample> = Vec::new();
    for cell in &plan.cells {
        let mut xxh3_of_cell: Option<String> = None;
        for repetition in 0..plan.repetitions(cell) {
            for subject in turns(repetition) {
                stop.check()?;
                let (measured, xxh3) = one(plan, cell, subject, &process)
                    .with_context(|| format!("`{}` at {}", subject.name(), cell.label()))?;
                let expected = xxh3_of_cell.get_or_insert_with(|| xxh3.clone());
                ensure!(
                    *expected == xxh3,
                    "`{}` at {}: its files are not those of the samples before it",
                    subject.name(),
                    cell.label()
                );
                let sample = JobSample {
                    schema: JOB_SCHEMA,
                    cell: cell.to_string(),
                    subject: subject.name().to_owned(),
                    repetition,
                    position: samples.len() as u32,
                    jobs: plan.jobs,
                    measured,
                    xxh3,
                };
                taken(cell, &sample);
                samples.push(sample);
            }
        }
    }
    Ok(samples)
}

/// `A B`, then `B A`, and so on.
fn turns(repetition: u32) -> [Subject; 2] {
    let [a, b] = Subject::ALL;
    if repetition.is_multiple_of(2) { [a, b] } else { [b, a] }
}

fn one(
    plan: &Plan,
    cell: &Cell,
    subject: Subject,
    process: impl Fn(&Request) -> Result<Measured>,
) -> Result<(Measured, String)> {
    let folder = tempfile::Builder::new()
        .prefix("inrush-lab-")
        .tempdir_in(&plan.folder)
        .with_context(|| format!("make a folder in `{}`", plan.folder.display()))?;
    let request = Request::new(*cell, subject, plan.jobs, folder.path().to_owned());
    let measured = process(&request)?;
    let xxh3 = verify(cell, folder.path(), &measured).context("a wrong output")?;
    folder.close().context("remove the files of the sample")?;
    Ok((measured, xxh3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_subject_always_runs_second() {
        let order: Vec<&str> = (0..4).flat_map(turns).map(Subject::name).collect();
        let [a, b] = ["per-file", "mutex"];
        assert_eq!(order, [a, b, b, a, a, b, b, a]);
    }
}
