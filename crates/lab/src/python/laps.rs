//! What a script says of its laps, and the measures that these make.

use std::path::PathBuf;

use serde::Deserialize;

use crate::{Shown, median};

/// Jobs of which the least and the most are a spread, as a report does that runs a few.
const FEW: usize = 10;

/// Laps: the same jobs by the threads together, and by one thread in turn.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Laps {
    /// Jobs of each thread in a lap.
    pub(super) jobs_of_a_lap: u64,
    /// What each lap took.
    pub(super) in_turn_ns: Vec<u64>,
    /// The same with all threads at work; nothing where there is one.
    pub(super) together_ns: Vec<u64>,
    /// The processor time of these; of the others where there is one thread.
    pub(super) cpu_ns: u64,
    /// What each job in turn took.
    pub(super) job_ns: Vec<u64>,
    /// The share of each lap in which all threads had begun and none had ended.
    pub(super) overlaps: Vec<f64>,
    /// How many bytes jobs have written.
    pub(super) lengths: Vec<u64>,
    /// One more job of each thread, for the gate.
    pub(super) written: Vec<PathBuf>,
}

impl Laps {
    /// The measures of jobs that are so many records of each of so many threads, with so many bytes for
    /// each.
    pub(super) fn shown(&self, records: u64, threads: u64, bytes: u64) -> Shown {
        let is_alone = self.together_ns.is_empty();
        let laps = if is_alone { &self.in_turn_ns } else { &self.together_ns };
        let n_jobs = self.jobs_of_a_lap as f64 * laps.len() as f64;
        let n_records = n_jobs * (threads * records) as f64;
        let took_ns = sum(laps);
        let mut shown = Shown::default();
        shown.set("records_per_s", n_records * 1e9 / took_ns);
        shown.set("us_per_record", took_ns / 1e3 / n_records);
        shown.set("wall_ms", took_ns / 1e6 / n_jobs);
        shown.set("cpu_us_per_record", self.cpu_ns as f64 / 1e3 / n_records);
        if !is_alone {
            // There are as many laps of both kinds.
            let speedup = sum(&self.in_turn_ns) / took_ns;
            shown.set("speedup", speedup);
            shown.set("one_over_all", speedup / threads as f64);
        }
        if let Some(overlap) = median(&self.overlaps) {
            shown.set("overlap", overlap);
        }
        if let Some(spread) = self.spread_percent() {
            shown.set("spread_percent", spread);
        }
        shown.set("bytes_per_record", bytes as f64 / records as f64);
        shown
    }

    /// The most less the least of ten jobs that follow each other, over their mean: the median of all tens.
    fn spread_percent(&self) -> Option<f64> {
        let tens = self.job_ns.chunks_exact(FEW).filter_map(|jobs| {
            let (least, most) = (jobs.iter().min()?, jobs.iter().max()?);
            Some((most - least) as f64 * 100.0 * FEW as f64 / sum(jobs))
        });
        median(&tens.collect::<Vec<_>>())
    }
}

fn sum(all: &[u64]) -> f64 {
    all.iter().sum::<u64>() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laps() -> Laps {
        Laps {
            jobs_of_a_lap: 5,
            in_turn_ns: vec![20_000_000, 20_000_000],
            together_ns: vec![25_000_000, 25_000_000],
            cpu_ns: 80_000_000,
            job_ns: vec![2_000_000; 20],
            overlaps: vec![0.9, 1.0],
            lengths: vec![26_000],
            written: Vec::new(),
        }
    }

    #[test]
    fn threads_are_held_against_the_same_work_in_turn_and_against_one_file() {
        let shown = laps().shown(100, 2, 26_000).measures;
        // Ten jobs of both threads have 2,000 records.
        assert_eq!((shown["us_per_record"], shown["records_per_s"]), (25.0, 40_000.0));
        assert_eq!((shown["wall_ms"], shown["cpu_us_per_record"]), (5.0, 40.0));
        assert_eq!((shown["speedup"], shown["one_over_all"]), (0.8, 0.4));
        assert_eq!((shown["overlap"], shown["bytes_per_record"]), (0.95, 260.0));
        assert_eq!(shown["spread_percent"], 0.0);
    }

    #[test]
    fn one_thread_has_no_speedup() {
        let alone = Laps { together_ns: Vec::new(), overlaps: Vec::new(), ..laps() };
        let shown = alone.shown(100, 1, 26_000).measures;
        assert_eq!((shown["us_per_record"], shown["wall_ms"]), (40.0, 4.0));
        assert!(!shown.contains_key("speedup") && !shown.contains_key("overlap"), "{shown:?}");
    }

    #[test]
    fn spread_is_that_of_ten_jobs_and_none_of_fewer() {
        let job_ns = [95, 100, 100, 100, 105, 100, 100, 100, 100, 100];
        let spread = |job_ns: &[u64]| {
            let laps = Laps { job_ns: job_ns.to_vec(), ..laps() };
            laps.shown(100, 1, 1).measures.get("spread_percent").copied()
        };
        assert_eq!(spread(&job_ns), Some(10.0));
        assert_eq!(spread(&job_ns[..9]), None);
    }
}
