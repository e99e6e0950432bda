//! The bench's command line.

use clap::Parser;

use super::{Cell, LARGE_CELLS, Plan, SEED_CELLS};
use crate::BenchOptions;

/// Compares the coordinators `per-file` and `mutex`: wall and processor time, peak memory, bytes,
/// verified rows. Relative paths count from the root of the workspace.
#[derive(Clone, Debug, Parser)]
#[command(name = "coordinators")]
#[non_exhaustive]
pub struct Options {
    /// The seed's cells only, 5 repetitions.
    #[arg(long)]
    pub quick: bool,
    /// A cell to measure, files x rows of each such as 3x5000; once or more. The default is all
    /// four.
    #[arg(long = "cell", value_name = "FxR")]
    pub cells: Vec<Cell>,
    /// Repetitions of each subject in each cell; without it 101 in the seed's, 31 in the
    /// third, 9 in the largest.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=10_000))]
    pub reps: Option<u32>,
    /// Files in flight at once; without it as many as there are processors.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub jobs: Option<u32>,
    /// What all benches have.
    #[command(flatten)]
    pub bench: BenchOptions,
}

impl Options {
    /// What is to be measured.
    pub fn plan(&self) -> Plan {
        let cells = match (self.cells.is_empty(), self.quick) {
            (false, _) => self.cells.clone(),
            (true, true) => SEED_CELLS.to_vec(),
            (true, false) => SEED_CELLS.into_iter().chain(LARGE_CELLS).collect(),
        };
        let processors = || std::thread::available_parallelism().map_or(1, usize::from) as u32;
        let jobs = self.jobs.unwrap_or_else(processors);
        let mut plan = Plan::new(cells, jobs, self.bench.folder());
        plan.repetitions = self.reps.or(self.quick.then_some(5));
        plan
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        Options::try_parse_from(["coordinators"].iter().chain(arguments))
    }

    #[test]
    fn options_are_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn what_cargo_says_changes_nothing() {
        let plan = parse(&["--bench"]).expect("cargo's own option").plan();
        assert_eq!(plan.cells.len(), 4);
        assert!(plan.cells.iter().all(|cell| plan.repetitions(cell) >= 5));
    }

    #[test]
    fn quick_is_the_seed_alone() {
        let plan = parse(&["--quick", "--bench"]).expect("an option").plan();
        assert_eq!(plan.cells, SEED_CELLS);
        assert_eq!(plan.repetitions(&SEED_CELLS[0]), 5);
        let plan = parse(&["--quick", "--reps", "9", "--cell", "7x8"]).expect("options").plan();
        assert_eq!(plan.cells, [Cell { files: 7, rows_per_file: 8 }]);
        assert_eq!(plan.repetitions(&plan.cells[0]), 9);
    }

    #[test]
    fn too_few_repetitions_and_contradictions_are_refused() {
        assert!(parse(&["--reps", "4"]).is_err());
        assert!(parse(&["--check", "README.md"]).is_err());
        assert!(parse(&["--from", "x", "--quick"]).is_err());
        assert!(parse(&["--cell", "many"]).is_err());
    }
}
