//! The bench's command line, and its samples.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use clap::Parser;

use super::report::{block, summaries, tables};
use super::{Cell, PLACE, RATE_CELLS, Request, SIZE_CELLS, Target, measure, report, verify};
use crate::{
    Bench, BenchOptions, JOB_SCHEMA, JobSample, Machine, Measured, Place, Stop, ask, figures,
};

/// Rows a second to nowhere, and peak memory over the size of a file.
#[derive(Clone, Debug, Parser)]
#[command(name = "rates")]
#[non_exhaustive]
pub struct Rates {
    /// The rates only, 5 repetitions.
    #[arg(long)]
    pub quick: bool,
    /// What all benches have.
    #[command(flatten)]
    pub bench: BenchOptions,
}

impl Rates {
    fn cells(&self) -> Vec<(Cell, u32)> {
        if self.quick {
            return RATE_CELLS.iter().map(|cell| (*cell, 5)).collect();
        }
        RATE_CELLS.iter().chain(&SIZE_CELLS).map(|cell| (*cell, cell.repetitions())).collect()
    }

    fn sample(&self, cell: &Cell, jobs: u32) -> Result<(Measured, String)> {
        let folder = self.bench.folder();
        let folder = tempfile::Builder::new()
            .prefix("inrush-lab-")
            .tempdir_in(&folder)
            .with_context(|| format!("make a folder in `{}`", folder.display()))?;
        let measured: Measured = ask(&Request::new(*cell, jobs, folder.path().to_owned()))?;
        let xxh3 = verify(cell, folder.path(), &measured).context("a wrong output")?;
        folder.close().context("remove the files of the sample")?;
        Ok((measured, xxh3))
    }
}

impl Bench for Rates {
    type Request = Request;
    type Answer = Measured;
    type Sample = JobSample;
    const PLACE: Place = PLACE;

    fn options(&self) -> &BenchOptions {
        &self.bench
    }

    fn measure(request: &Request) -> Result<Measured> {
        measure(request)
    }

    fn take(&self, stop: &Stop, notes: &mut dyn Write) -> Result<Vec<JobSample>> {
        let mut samples: Vec<JobSample> = Vec::new();
        let cells = self.cells();
        let most = cells.iter().map(|(_, repetitions)| *repetitions).max().unwrap_or(0);
        // All cells once, then all again, so that a change of the machine's speed meets them all.
        for repetition in 0..most {
            for (cell, _) in cells.iter().filter(|(_, repetitions)| repetition < *repetitions) {
                stop.check()?;
                let name = cell.to_string();
                let jobs = match cell.target {
                    Target::Null => std::thread::available_parallelism().map_or(1, usize::from),
                    Target::Folder => 1,
                } as u32;
                let (measured, xxh3) = self.sample(cell, jobs).with_context(|| name.clone())?;
                let wall = figures(measured.wall_s * 1e3);
                // Progress is not worth failing for.
                let _ = writeln!(notes, "{name} {}: {wall} ms", repetition + 1);
                samples.push(JobSample {
                    schema: JOB_SCHEMA,
                    cell: name,
                    subject: "inrush".to_owned(),
                    repetition,
                    position: samples.len() as u32,
                    jobs,
                    measured,
                    xxh3,
                });
            }
        }
        ensure!(!samples.is_empty(), "there is nothing to measure");
        Ok(samples)
    }

    fn tables(samples: &[JobSample]) -> Result<String> {
        Ok(tables(&summaries(samples)?))
    }

    fn block(samples: &[JobSample], machine: &Machine, record: Option<&str>) -> Result<String> {
        Ok(block(&summaries(samples)?, machine, record))
    }

    fn report(samples: &[JobSample], machine: &Machine, n_damaged: usize) -> Result<String> {
        Ok(report(&summaries(samples)?, machine, n_damaged))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn options_are_sound() {
        Rates::command().debug_assert();
    }
}
