//! The bench's command line.

use std::io::Write;

use anyhow::{Result, ensure};
use clap::Parser;

use super::report::{block, report, tables};
use super::{
    Answer, BytesSample, CELLS, Cell, PLACE, QUICK_CELLS, Request, SUBJECTS, Subject, Summaries,
    measure,
};
use crate::survey::{Plan, samples};
use crate::{Bench, BenchOptions, Machine, Place, Stop, figures};

/// Buffers, objects and files filled with data: bytes a second, beside others and the limits.
#[derive(Clone, Debug, Parser)]
#[command(name = "bytes")]
#[non_exhaustive]
pub struct Bytes {
    /// Few cells, 5 repetitions.
    #[arg(long)]
    pub quick: bool,
    /// A cell to measure, such as chunk-65536, all-262144, object-65536 or null-2; once or more.
    /// The default is all.
    #[arg(long = "cell", value_name = "CELL")]
    pub cells: Vec<Cell>,
    /// A subject to measure; once or more. The default is all.
    #[arg(long = "subject", value_name = "NAME", value_parser = known)]
    pub subjects: Vec<String>,
    /// Repetitions of each subject in each cell; without it 11, and 5 where a run takes long.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=10_000))]
    pub reps: Option<u32>,
    /// What all benches have.
    #[command(flatten)]
    pub bench: BenchOptions,
}

fn known(name: &str) -> Result<String, String> {
    let names = || SUBJECTS.iter().map(|subject| subject.name).collect::<Vec<_>>().join(", ");
    match Subject::find(name) {
        Some(subject) => Ok(subject.name.to_owned()),
        None => Err(format!("the subjects are {}", names())),
    }
}

impl Bytes {
    /// What is to be measured.
    pub fn plan(&self) -> Plan<Cell> {
        let mut plan = Plan::new(match (self.cells.is_empty(), self.quick) {
            (false, _) => self.cells.clone(),
            (true, true) => QUICK_CELLS.to_vec(),
            (true, false) => CELLS.to_vec(),
        });
        plan.subjects.clone_from(&self.subjects);
        plan.repetitions = self.reps.or(self.quick.then_some(5));
        plan
    }
}

impl Bench for Bytes {
    type Request = Request;
    type Answer = Answer;
    type Sample = BytesSample;
    const PLACE: Place = PLACE;

    fn options(&self) -> &BenchOptions {
        &self.bench
    }

    fn measure(request: &Request) -> Result<Answer> {
        measure(request)
    }

    fn take(&self, stop: &Stop, notes: &mut dyn Write) -> Result<Vec<BytesSample>> {
        let plan = self.plan();
        let taken = |sample: &BytesSample| {
            let BytesSample { cell, subject, repetition, .. } = sample;
            let n = (repetition + 1, plan.repetitions(cell));
            // Progress is not worth failing for.
            let _ = writeln!(notes, "{cell} {}/{} {subject}: {}", n.0, n.1, said(sample));
        };
        let folder = self.bench.folder();
        let process = |cell, subject: &str| Request::ask(cell, subject, &folder);
        let samples = samples(&plan, stop, process, taken)?;
        ensure!(!samples.is_empty(), "there is nothing to measure");
        Ok(samples)
    }

    fn tables(samples: &[BytesSample]) -> Result<String> {
        Ok(tables(&Summaries::new(samples)))
    }

    fn block(samples: &[BytesSample], machine: &Machine, record: Option<&str>) -> Result<String> {
        Ok(block(&Summaries::new(samples), machine, record))
    }

    fn report(samples: &[BytesSample], machine: &Machine, n_damaged: usize) -> Result<String> {
        Ok(report(&Summaries::new(samples), machine, n_damaged))
    }
}

/// A sample in a phrase.
fn said(sample: &BytesSample) -> String {
    let shown = match &sample.answer.rate {
        Some(rate) => format!("{} GB/s", figures(rate.bytes_per_ns())),
        None => "this processor cannot".to_owned(),
    };
    match &sample.rejected {
        Some(why) => format!("{shown}; does not count: {why}"),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Bytes, clap::Error> {
        Bytes::try_parse_from(["bytes"].iter().chain(arguments))
    }

    #[test]
    fn options_are_sound() {
        Bytes::command().debug_assert();
    }

    #[test]
    fn plan_is_what_was_asked_for() {
        let plan = parse(&["--bench"]).expect("cargo's own option").plan();
        assert_eq!((plan.cells.len(), plan.subjects.len()), (CELLS.len(), 0));
        let plan = parse(&["--quick", "--subject", "memset", "--cell", "chunk-77"]);
        let plan = plan.expect("options").plan();
        assert_eq!((plan.cells.len(), plan.subjects), (1, vec!["memset".to_owned()]));
        assert!(parse(&["--subject", "nobody"]).is_err());
        assert!(parse(&["--cell", "nowhere"]).is_err());
    }
}
