//! The bench's command line.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::Parser;

use super::report::{block, report, tables};
use super::{CELLS, Cell, PLACE, QUICK_CELLS, Rate, Request, SUBJECTS, measure};
use crate::survey::{Answer, Plan, Summaries, SurveySample, samples};
use crate::{Bench, BenchOptions, Machine, Place, Stop, figures};

/// Many small files and large ones: the time they take, beside the bare system calls.
#[derive(Clone, Debug, Parser)]
#[command(name = "writers")]
#[non_exhaustive]
pub struct Writers {
    /// Few cells, 5 repetitions.
    #[arg(long)]
    pub quick: bool,
    /// A cell to measure, such as tmpfs-5000, disk-1000 or direct-1024; once or more. The default
    /// is all.
    #[arg(long = "cell", value_name = "CELL")]
    pub cells: Vec<Cell>,
    /// A subject to measure; once or more. The default is all.
    #[arg(long = "subject", value_name = "NAME", value_parser = SUBJECTS)]
    pub subjects: Vec<String>,
    /// Repetitions of each subject in each cell; without it 7, and 5 where a run takes long.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=10_000))]
    pub reps: Option<u32>,
    /// What all benches have. Files in memory go to /dev/shm whatever the folder is.
    #[command(flatten)]
    pub bench: BenchOptions,
}

/// A file system in memory, where there is one.
const MEMORY: &str = "/dev/shm";

impl Writers {
    /// What is to be measured.
    pub fn plan(&self) -> Plan<Cell> {
        let mut plan = Plan::new(match (self.cells.is_empty(), self.quick) {
            (false, _) => self.cells.clone(),
            (true, true) => QUICK_CELLS.to_vec(),
            (true, false) => CELLS.to_vec(),
        });
        plan.cells.retain(|cell| !cell.is_in_memory() || Path::new(MEMORY).is_dir());
        plan.subjects.clone_from(&self.subjects);
        plan.repetitions = self.reps.or(self.quick.then_some(5));
        plan
    }

    /// Where the files of a cell go.
    fn folder(&self, cell: Cell) -> PathBuf {
        if cell.is_in_memory() { PathBuf::from(MEMORY) } else { self.bench.folder() }
    }
}

impl Bench for Writers {
    type Request = Request;
    type Answer = Answer<Rate>;
    type Sample = SurveySample<Cell, Rate>;
    const PLACE: Place = PLACE;

    fn options(&self) -> &BenchOptions {
        &self.bench
    }

    fn measure(request: &Request) -> Result<Answer<Rate>> {
        measure(request)
    }

    fn take(&self, stop: &Stop, notes: &mut dyn Write) -> Result<Vec<Self::Sample>> {
        let plan = self.plan();
        let taken = |sample: &Self::Sample| {
            let SurveySample { cell, subject, repetition, .. } = sample;
            let n = (repetition + 1, plan.repetitions(cell));
            // Progress is not worth failing for.
            let _ = writeln!(notes, "{cell} {}/{} {subject}: {}", n.0, n.1, said(sample));
        };
        let process = |cell, subject: &str| Request::ask(cell, subject, &self.folder(cell));
        let samples = samples(&plan, stop, process, taken)?;
        ensure!(!samples.is_empty(), "there is nothing to measure");
        Ok(samples)
    }

    fn tables(samples: &[Self::Sample]) -> Result<String> {
        Ok(tables(&Summaries::new(samples)))
    }

    fn block(samples: &[Self::Sample], machine: &Machine, record: Option<&str>) -> Result<String> {
        Ok(block(&Summaries::new(samples), machine, record))
    }

    fn report(samples: &[Self::Sample], machine: &Machine, n_damaged: usize) -> Result<String> {
        Ok(report(&Summaries::new(samples), machine, n_damaged))
    }
}

/// A sample in a phrase.
fn said(sample: &SurveySample<Cell, Rate>) -> String {
    let shown = match &sample.answer.rate {
        Some(rate) if rate.files == 1 => format!("{} GB/s", figures(rate.bytes_per_ns())),
        Some(rate) => format!("{} us a file", figures(rate.us_per_file())),
        None => "this machine cannot".to_owned(),
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

    fn parse(arguments: &[&str]) -> Result<Writers, clap::Error> {
        Writers::try_parse_from(["writers"].iter().chain(arguments))
    }

    #[test]
    fn options_are_sound() {
        Writers::command().debug_assert();
    }

    #[test]
    fn plan_is_what_was_asked_for() {
        let plan = parse(&["--bench", "--subject", "dd", "--cell", "disk-7"]).expect("options");
        let plan = plan.plan();
        assert_eq!((plan.cells, plan.subjects), (vec![Cell::Disk(7)], vec!["dd".to_owned()]));
        assert!(parse(&["--subject", "nobody"]).is_err());
        assert!(parse(&["--cell", "nowhere"]).is_err());
    }
}
