//! The bench's command line.

use std::io::Write;

use anyhow::{Result, ensure};
use clap::Parser;

use super::report::{block, report, tables};
use super::{
    Answer, CELLS, Cell, FanInSample, PLACE, Plan, QUICK_CELLS, Request, SUBJECTS, Shown, Subject,
    Summaries, measure, samples,
};
use crate::{Bench, BenchOptions, Machine, Place, Stop, ask_within, figures};

/// Many producers to one consumer: items a second, what one costs, how late it is.
#[derive(Clone, Debug, Parser)]
#[command(name = "fan_in")]
#[non_exhaustive]
pub struct FanIn {
    /// Few cells, short runs, 5 repetitions.
    #[arg(long)]
    pub quick: bool,
    /// A cell to measure, such as apart-4, spread-100, tasks-2, latency, wake or growth; once or
    /// more. The default is all.
    #[arg(long = "cell", value_name = "CELL")]
    pub cells: Vec<Cell>,
    /// A subject to measure; once or more. The default is all.
    #[arg(long = "subject", value_name = "NAME", value_parser = known)]
    pub subjects: Vec<String>,
    /// Repetitions of each subject in each cell; without it 11, and 5 where threads are many.
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

impl FanIn {
    /// What is to be measured.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::new(match (self.cells.is_empty(), self.quick) {
            (false, _) => self.cells.clone(),
            (true, true) => QUICK_CELLS.to_vec(),
            (true, false) => CELLS.to_vec(),
        });
        if !self.subjects.is_empty() {
            plan.subjects.retain(|subject| self.subjects.iter().any(|name| name == subject.name));
        }
        plan.repetitions = self.reps.or(self.quick.then_some(5));
        plan.is_quick = self.quick;
        plan
    }
}

impl Bench for FanIn {
    type Request = Request;
    type Answer = Answer;
    type Sample = FanInSample;
    const PLACE: Place = PLACE;

    fn options(&self) -> &BenchOptions {
        &self.bench
    }

    fn measure(request: &Request) -> Result<Answer> {
        measure(request)
    }

    fn take(&self, stop: &Stop, notes: &mut dyn Write) -> Result<Vec<FanInSample>> {
        let plan = self.plan();
        let taken = |sample: &FanInSample| {
            let FanInSample { cell, subject, repetition, .. } = sample;
            let n = (repetition + 1, plan.repetitions(cell));
            // Progress is not worth failing for.
            let _ = writeln!(notes, "{cell} {}/{} {subject}: {}", n.0, n.1, said(sample));
        };
        let samples = samples(&plan, stop, ask_within, taken)?;
        ensure!(!samples.is_empty(), "there is nothing to measure");
        Ok(samples)
    }

    fn tables(samples: &[FanInSample]) -> Result<String> {
        Ok(tables(&Summaries(samples)))
    }

    fn block(samples: &[FanInSample], machine: &Machine, record: Option<&str>) -> Result<String> {
        block(&Summaries(samples), machine, record)
    }

    fn report(samples: &[FanInSample], machine: &Machine, n_damaged: usize) -> Result<String> {
        Ok(report(&Summaries(samples), machine, n_damaged))
    }
}

/// A sample in a phrase.
fn said(sample: &FanInSample) -> String {
    let shown = match &sample.answer.shown {
        Shown::Flow(flow) => {
            let (rate, cost) = (figures(flow.items_per_us()), figures(flow.cpu_ns_per_item()));
            format!("{rate} M/s, {cost} CPU-ns an item")
        }
        Shown::Delay(delay) => {
            let us: Vec<f64> = delay.delays_ns.iter().map(|&ns| ns as f64 / 1e3).collect();
            format!("{} \u{b5}s", figures(crate::median(&us).unwrap_or(0.0)))
        }
        Shown::Growth(growth) => format!("{} KiB", growth.bytes() / 1024),
        Shown::Skipped { why } => format!("skipped: {why}"),
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

    fn parse(arguments: &[&str]) -> Result<FanIn, clap::Error> {
        FanIn::try_parse_from(["fan_in"].iter().chain(arguments))
    }

    #[test]
    fn options_are_sound() {
        FanIn::command().debug_assert();
    }

    #[test]
    fn plan_is_what_was_asked_for() {
        let plan = parse(&["--bench"]).expect("cargo's own option").plan();
        assert_eq!((plan.cells.len(), plan.subjects.len()), (CELLS.len(), SUBJECTS.len()));
        assert!(plan.cells.iter().all(|cell| plan.repetitions(cell) >= 5));
        let plan = parse(&["--quick", "--subject", "lanes", "--cell", "spread-7"]);
        let plan = plan.expect("options").plan();
        let names: Vec<&str> = plan.subjects.iter().map(|subject| subject.name).collect();
        assert_eq!((plan.cells.len(), names), (1, vec!["lanes"]));
        assert!(parse(&["--subject", "nobody"]).is_err());
        assert!(parse(&["--cell", "nowhere"]).is_err());
        assert!(parse(&["--reps", "4"]).is_err());
    }
}
