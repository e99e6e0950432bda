//! How many items a second go through, and what one costs.

use std::thread;
use std::time::Duration;

use super::placement::Places;
use super::tally::Tally;
use super::tasks::produce_from_tasks;
use super::threads::{Crew, Shift, produce};
use super::{FanInSubject, Placement, Setting, TaskSubject, Worker};
use crate::Fault;
use crate::Usage;
use crate::allocations::allocations;

/// How much of the time all producers must have been at work together.
const OVERLAP: f64 = 0.9;
/// How long the worker may take to let go of its sink after it has ended.
const LET_GO: Duration = Duration::from_secs(10);

/// One run of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FlowPlan {
    /// How the subject is started.
    pub setting: Setting,
    /// Where the threads run.
    pub placement: Placement,
    /// How long all producers push together.
    pub duration: Duration,
}

impl FlowPlan {
    /// A run of a subject in this setting.
    pub fn new(setting: Setting, placement: Placement, duration: Duration) -> Self {
        Self { setting, placement, duration }
    }
}

/// What a run has shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Flow {
    /// Items that were pushed and delivered, but for the first of each producer.
    pub items: u64,
    /// Seconds from when all producers were let go until everything was delivered.
    pub wall_s: f64,
    /// What all threads used in about the same span.
    pub usage: Usage,
    /// The share of the time between the first push of all and the last in which every producer had
    /// begun and none had ended.
    pub overlap: f64,
    /// Jain's index of the items of each producer: 1 where all pushed as many, 1/n where one pushed
    /// them all.
    pub jain: f64,
    /// The items of the producer that pushed fewest over those of the one that pushed most.
    pub min_over_max: f64,
    /// Allocations in the middle half of the time in which all producers pushed; none where the
    /// program's allocator does not count.
    pub allocations: Option<u64>,
    /// Whether the threads ran where the cell says.
    pub is_pinned: bool,
}

impl Flow {
    /// Millions of items a second.
    pub fn items_per_us(&self) -> f64 {
        self.items as f64 / self.wall_s / 1e6
    }

    /// Nanoseconds of processor time, of all threads, for an item.
    pub fn cpu_ns_per_item(&self) -> f64 {
        self.usage.cpu_s() * 1e9 / self.items as f64
    }

    /// Why the run is no measurement, if it is none.
    pub fn rejection(&self) -> Option<String> {
        (self.overlap < OVERLAP).then(|| {
            let percent = self.overlap * 100.0;
            format!("the producers were at work together for {percent:.0}% of the time only")
        })
    }
}

/// Runs a subject, in threads of which none outlives the call.
///
/// # Errors
/// [`Fault::Wrong`] where an item was lost, repeated or out of order, [`Fault::Skipped`] where the
/// system does not let the cell run.
pub fn flow<S: FanInSubject>(plan: &FlowPlan) -> Result<Flow, Fault> {
    // The worker and the producers get their processors from the thread that starts them, which the
    // caller's must not lose.
    let start = |tally| S::start(&plan.setting, tally);
    let here = || flow_here(plan, (S::IN_ORDER, S::AT_ONCE), start, produce);
    thread::scope(|scope| scope.spawn(here).join())
        .unwrap_or_else(|_| Err(Fault::Wrong("the subject panicked".to_owned())))
}

/// The same with tasks as producers.
///
/// # Errors
/// As for [`flow`].
pub(super) fn task_flow<S: TaskSubject>(plan: &FlowPlan) -> Result<Flow, Fault> {
    let start = |tally| S::start(&plan.setting, tally);
    let here = || flow_here(plan, (S::IN_ORDER, 1), start, produce_from_tasks);
    thread::scope(|scope| scope.spawn(here).join())
        .unwrap_or_else(|_| Err(Fault::Wrong("the subject panicked".to_owned())))
}

/// The usage of the process before, and what becomes of everything afterwards.
type Before = Result<Usage, Fault>;

fn flow_here<D>(
    plan: &FlowPlan,
    (is_in_order, at_once): (bool, usize),
    start: impl FnOnce(Tally) -> (Vec<D>, Worker),
    produce: impl FnOnce(
        Vec<D>,
        Shift<'_>,
        fn() -> Before,
        &mut dyn FnMut(),
    ) -> Result<(Before, Crew), Fault>,
) -> Result<Flow, Fault> {
    let FlowPlan { setting, placement, duration } = plan;
    let places = Places::new(*placement);
    let is_pinned = places.take_consumer();
    let (tally, told) = Tally::new(setting.producers, is_in_order);
    let (doors, worker) = start(tally);
    let mut allocated = None;
    let shift = Shift { places: &places, duration: *duration, at_once };
    let (before, crew) = produce(doors, shift, usage, &mut || {
        thread::sleep(*duration / 4);
        let before = allocations();
        thread::sleep(*duration / 2);
        allocated = before.zip(allocations()).map(|(before, after)| after - before);
    })?;
    worker.finish();
    let spent = usage()?.since(&before?);
    let told = told
        .recv_timeout(LET_GO)
        .map_err(|_| Fault::Wrong("the worker has ended and holds its sink".to_owned()))?;
    let pushed: Vec<u64> = crew.producers.iter().map(|produced| produced.count).collect();
    if let Some(fault) = told.fault(&pushed) {
        return Err(Fault::Wrong(fault));
    }
    Ok(Flow {
        // All but the first of each, which they pushed before the clock ran.
        items: told.count() - pushed.len() as u64,
        wall_s: told.finished.saturating_duration_since(crew.go).as_secs_f64(),
        usage: spent,
        overlap: rounded(overlap(&crew)),
        jain: rounded(jain(&pushed)),
        min_over_max: rounded(min_over_max(&pushed)),
        allocations: allocated,
        is_pinned: is_pinned && crew.producers.iter().all(|produced| produced.is_pinned),
    })
}

fn usage() -> Result<Usage, Fault> {
    Usage::now().map_err(|error| Fault::Skipped(format!("the system does not count: {error}")))
}

/// The share of the time from the first push of all to the last in which every producer had begun and
/// none had ended.
fn overlap(crew: &Crew) -> f64 {
    let firsts = || crew.producers.iter().map(|produced| produced.first);
    let lasts = || crew.producers.iter().map(|produced| produced.last);
    let ends = (firsts().min(), firsts().max(), lasts().min(), lasts().max());
    let (Some(first), Some(all_begun), Some(one_ended), Some(last)) = ends else { return 0.0 };
    let together = one_ended.saturating_duration_since(all_begun).as_secs_f64();
    let at_all = last.saturating_duration_since(first).as_secs_f64();
    if at_all > 0.0 { together / at_all } else { 0.0 }
}

/// Jain, Chiu and Hawe, "A Quantitative Measure of Fairness" (1984): (sum x)^2 / (n sum x^2).
fn jain(counts: &[u64]) -> f64 {
    let sum: f64 = counts.iter().map(|&count| count as f64).sum();
    let squares: f64 = counts.iter().map(|&count| (count as f64).powi(2)).sum();
    if squares > 0.0 { sum * sum / (counts.len() as f64 * squares) } else { 0.0 }
}

fn min_over_max(counts: &[u64]) -> f64 {
    let (least, most) = (counts.iter().min(), counts.iter().max());
    let both = least.zip(most).filter(|(_, most)| **most > 0);
    both.map_or(0.0, |(&least, &most)| least as f64 / most as f64)
}

/// To four decimals.
fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}
