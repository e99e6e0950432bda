//! The question as a bench: its samples, and how they read.

use std::io::Write;

use anyhow::Result;

use super::report::tables;
use super::{Options, PLACE, Request, block, measure, report, samples, summaries};
use crate::{Bench, BenchOptions, JobSample, Machine, Measured, Place, Stop, ask, figures};

impl Bench for Options {
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
        let plan = self.plan();
        samples(&plan, stop, ask, |cell, sample| {
            let label = cell.label();
            let n = (sample.repetition + 1, plan.repetitions(cell));
            let wall = figures(sample.measured.wall_s * 1e3);
            // Progress is not worth failing for.
            let _ = writeln!(notes, "{label} {}/{} {}: {wall} ms", n.0, n.1, sample.subject);
        })
    }

    fn tables(samples: &[JobSample]) -> Result<String> {
        Ok(tables(&summaries(samples)?))
    }

    fn block(samples: &[JobSample], machine: &Machine, record: Option<&str>) -> Result<String> {
        block(&summaries(samples)?, machine, record)
    }

    fn report(samples: &[JobSample], machine: &Machine, n_damaged: usize) -> Result<String> {
        Ok(report(&summaries(samples)?, machine, n_damaged))
    }
}
