//! The question as a bench: its samples, and how they read.

use std::io::Write;

use anyhow::Result;

use super::report::tables;
use super::{Options, PLACE, Request, block, measure, report, samples, summaries};
use crate::{BenchOptions, Machine, Measured, Place, Question, Sample, Stop, ask, figures};

impl Question for Options {
    type Request = Request;
    type Answer = Measured;
    type Sample = Sample;
    const PLACE: Place = PLACE;

    fn options(&self) -> &BenchOptions {
        &self.bench
    }

    fn measure(request: &Request) -> Result<Measured> {
        measure(request)
    }

    fn take(&self, stop: &Stop, notes: &mut dyn Write) -> Result<Vec<Sample>> {
        let plan = self.plan();
        samples(&plan, stop, ask, |cell, sample| {
            let label = cell.label();
            let n = (sample.repetition + 1, plan.repetitions(cell));
            let wall = figures(sample.measured.wall_s * 1e3);
            // Progress is not worth failing for.
            let _ = writeln!(notes, "{label} {}/{} {}: {wall} ms", n.0, n.1, sample.subject);
        })
    }

    fn tables(samples: &[Sample]) -> Result<String> {
        Ok(tables(&summaries(samples)?))
    }

    fn block(samples: &[Sample], machine: &Machine, record: Option<&str>) -> Result<String> {
        block(&summaries(samples)?, machine, record)
    }

    fn report(samples: &[Sample], machine: &Machine, n_damaged: usize) -> Result<String> {
        Ok(report(&summaries(samples)?, machine, n_damaged))
    }
}
