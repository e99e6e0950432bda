//! All models against one weakened site after the other.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::document::Row;
use super::outcome::Outcome;
use super::sites::Site;
use super::trial::Trial;
use crate::models::Models;

/// A model that passes is given this much time.
const LIMIT: Duration = Duration::from_secs(900);

/// A weakened model has more executions to look at: it is given this much time, or this many times
/// what it takes otherwise.
const WEAKENED_LIMIT: (Duration, u32) = (Duration::from_secs(60), 5);

/// A model takes a processor, and memory that grows with what it explores.
const MAX_PROCESSES: usize = 2;

/// What came of one site.
struct Verdict {
    /// Which trial noticed, and how.
    noticed: Option<String>,
    /// What other trials failed of, which proves nothing.
    others: Vec<String>,
    time: Duration,
}

/// The trials, and what is known from last time.
pub(super) struct Bench<'a> {
    workspace: &'a Path,
    trials: Vec<Trial<'a>>,
    rows: &'a [Row],
}

impl<'a> Bench<'a> {
    pub(super) fn new(workspace: &'a Path, models: &'a [Models], rows: &'a [Row]) -> Self {
        Self { workspace, trials: Trial::all(models), rows }
    }

    /// Runs every trial with nothing weakened, notes how long each takes, and returns whether all
    /// pass: one that fails anyway notices nothing.
    pub(super) fn pass_unweakened(&mut self, out: &mut dyn Write) -> Result<bool> {
        let began = Instant::now();
        let mut times = vec![Duration::ZERO; self.trials.len()];
        let mut n_passed = 0;
        let work = |trial: usize| self.trials[trial].run(self.workspace, None, LIMIT);
        in_parallel(
            &(0..self.trials.len()).collect::<Vec<_>>(),
            work,
            |trial, (outcome, time)| {
                times[trial] = time;
                if outcome == Outcome::Passed {
                    n_passed += 1;
                } else {
                    let label = self.trials[trial].label();
                    writeln!(out, "weaken: {label} does not pass unweakened: {outcome:?}")?;
                }
                Ok(())
            },
        )?;
        for (trial, time) in self.trials.iter_mut().zip(times) {
            trial.time = time;
        }
        if self.trials.is_empty() {
            writeln!(out, "weaken: there is no model")?;
        } else {
            let seconds = began.elapsed().as_secs_f64();
            let n_trials = self.trials.len();
            writeln!(
                out,
                "weaken: {n_passed} of {n_trials} models pass unweakened, {seconds:.1} s"
            )?;
        }
        Ok(n_passed > 0 && n_passed == self.trials.len())
    }

    /// The models that the table names and that are gone.
    pub(super) fn unknown_trials(&self) -> Vec<String> {
        let labels: Vec<String> = self.trials.iter().map(Trial::label).collect();
        let named = self.rows.iter().filter_map(Row::trial);
        let mut unknown: Vec<String> = named
            .filter(|named| !labels.iter().any(|label| label == named))
            .map(|named| format!("{named} is no model"))
            .collect();
        unknown.dedup();
        unknown
    }

    /// Weakens each of the chosen sites alone, and returns for each what the table says of it: which
    /// model noticed, and how, if one did.
    pub(super) fn weaken(
        &self,
        sites: &[Site],
        chosen: &[usize],
        out: &mut dyn Write,
    ) -> Result<BTreeMap<usize, Option<String>>> {
        let mut verdicts = BTreeMap::new();
        in_parallel(
            chosen,
            |number| self.verdict(number, &sites[number]),
            |number, verdict: Verdict| {
                let site = &sites[number];
                let said = match &verdict.noticed {
                    Some(noticed) => noticed,
                    None if site.unmodelled.is_some() => "unnoticed, as explained",
                    None => "UNNOTICED",
                };
                let (place, line) = (&site.path, site.line);
                let seconds = verdict.time.as_secs_f64();
                writeln!(out, "{place}:{line}: `{}`: {said}, {seconds:.1} s", site.ordering)?;
                for other in &verdict.others {
                    writeln!(out, "    {other}")?;
                }
                verdicts.insert(number, verdict.noticed);
                Ok(())
            },
        )?;
        Ok(verdicts)
    }

    /// Runs the trials against one site until one notices, the most promising first.
    fn verdict(&self, number: usize, site: &Site) -> Result<Verdict> {
        let began = Instant::now();
        let remembered = self.rows.iter().find(|row| row.site == site.name).and_then(Row::trial);
        let mut order: Vec<usize> = (0..self.trials.len()).collect();
        order.sort_by_cached_key(|&trial| self.trials[trial].rank(site, remembered));
        let mut others = Vec::new();
        let mut noticed = None;
        for index in order {
            let trial = &self.trials[index];
            let (least, factor) = WEAKENED_LIMIT;
            let limit = least.max(trial.time * factor);
            match trial.run(self.workspace, Some(number), limit)?.0 {
                Outcome::Noticed(how) => {
                    noticed = Some(format!("{}, {how}", trial.label()));
                    break;
                }
                Outcome::Passed => {}
                Outcome::Hung => others.push(format!("{} hung, {limit:?}", trial.label())),
                Outcome::Broke(why) => others.push(format!("{} broke: {why}", trial.label())),
            }
        }
        Ok(Verdict { noticed, others, time: began.elapsed() })
    }
}

/// Does the work on each of the jobs, a few at a time, and hands every result to `take` as it comes.
fn in_parallel<T: Send>(
    jobs: &[usize],
    work: impl Fn(usize) -> Result<T> + Sync,
    mut take: impl FnMut(usize, T) -> Result<()>,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let n_workers = thread::available_parallelism().map_or(1, |n| n.get().min(MAX_PROCESSES));
    let (results, taken) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..n_workers {
            let results = results.clone();
            scope.spawn(|| {
                let results = results;
                // Relaxed: the number is all that the workers share.
                while let Some(&job) = jobs.get(next.fetch_add(1, Relaxed)) {
                    // Nobody takes results any more after a failure.
                    if results.send((job, work(job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        for (job, result) in taken {
            take(job, result?)?;
        }
        Ok(())
    })
}
