//! The samples of all cells, one process after another.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Cell, DelayPlan, FanInSample, FlowPlan, GrowthPlan, SUBJECTS, Setting, Shown, Subject,
};
use crate::Fault;
use crate::turns::turns;
use crate::{Disturbance, Ended, Stop};

/// How often a sample is taken that others have disturbed, before the next subject has its turn.
const ATTEMPTS: u32 = 3;
/// How long a process may take beside the time that its cell is to take.
const LIMIT: Duration = Duration::from_secs(60);
/// From one item to the next where one comes alone.
const DISTANCE: Duration = Duration::from_millis(10);

/// The producers whose consumer is slow.
const SLOWED: usize = 4;

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The cell.
    pub cell: Cell,
    /// The subject's name.
    pub subject: String,
    /// How long producers push.
    pub duration_ms: u64,
}

/// Does a request in this process.
///
/// # Errors
/// Where there is no such subject, or it did something that it must not.
pub fn measure(request: &Request) -> Result<Answer> {
    let name = &request.subject;
    let subject = Subject::find(name).with_context(|| format!("no subject `{name}`"))?;
    let duration = Duration::from_millis(request.duration_ms);
    let items = || (duration.as_millis() / DISTANCE.as_millis()).max(1) as u64;
    let setting = |producers| Setting::new(producers, subject.room);
    let (shown, disturbance) = Disturbance::during(|| match request.cell {
        Cell::Flow { placement, producers } => {
            let plan = FlowPlan::new(setting(producers as usize), placement, duration);
            (subject.flow)(&plan).map(Shown::Flow)
        }
        Cell::Latency => {
            (subject.delay)(&DelayPlan::latency(setting(1), items())).map(Shown::Delay)
        }
        Cell::Wake => (subject.delay)(&DelayPlan::wake(setting(1), items())).map(Shown::Delay),
        Cell::Growth => {
            (subject.growth)(&GrowthPlan::new(setting(SLOWED), duration)).map(Shown::Growth)
        }
    });
    match shown {
        Ok(shown) => Ok(Answer { disturbance, shown }),
        Err(Fault::Skipped(why)) => Ok(Answer::skipped(why)),
        Err(Fault::Wrong(why)) => bail!("wrong: {why}"),
    }
}

/// What is to be measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The cells, in order.
    pub cells: Vec<Cell>,
    /// The subjects, in order.
    pub subjects: Vec<&'static Subject>,
    /// Repetitions of each subject; each cell's own number if absent.
    pub repetitions: Option<u32>,
    /// Whether runs are short.
    pub is_quick: bool,
}

impl Plan {
    /// All subjects in these cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, subjects: SUBJECTS.iter().collect(), repetitions: None, is_quick: false }
    }

    /// Repetitions of each subject in `cell`.
    pub fn repetitions(&self, cell: &Cell) -> u32 {
        self.repetitions.unwrap_or_else(|| cell.default_repetitions())
    }

    /// The subjects of a cell, each repetition beginning with another.
    fn turns(&self, cell: &Cell, repetition: u32) -> Vec<&'static Subject> {
        let asked = self.subjects.iter().filter(|subject| cell.asks(subject));
        turns(asked.copied().collect(), repetition)
    }
}

/// Takes the samples of `plan`: all cells once, in each all subjects in turn, then all again.
/// `process` does a request in a process of its own; `taken` hears of every sample; `stop` ends the
/// run after the sample at hand.
///
/// # Errors
/// Where a subject is wrong or a process cannot be started, or `stop` is set.
pub fn samples(
    plan: &Plan,
    stop: &Stop,
    process: impl Fn(&Request, Duration) -> Result<Ended<Answer>>,
    mut taken: impl FnMut(&FanInSample),
) -> Result<Vec<FanInSample>> {
    let mut samples: Vec<FanInSample> = Vec::new();
    let most = plan.cells.iter().map(|cell| plan.repetitions(cell)).max().unwrap_or(0);
    for repetition in 0..most {
        for cell in plan.cells.iter().filter(|cell| repetition < plan.repetitions(cell)) {
            for subject in plan.turns(cell, repetition) {
                if is_hopeless(&samples, cell, subject) {
                    continue;
                }
                for _ in 0..ATTEMPTS {
                    stop.check()?;
                    let answer = one(plan, cell, subject, &process)
                        .with_context(|| format!("`{}` at {cell}", subject.name))?;
                    let position = samples.len() as u32;
                    let sample =
                        FanInSample::new(*cell, subject.name, repetition, position, answer);
                    taken(&sample);
                    let is_disturbed = sample.answer.disturbance.complaint().is_some();
                    samples.push(sample);
                    if !is_disturbed {
                        break;
                    }
                }
            }
        }
    }
    Ok(samples)
}

/// Whether the subject has shown that it cannot run in the cell, or twice that it is at fault itself
/// when a sample does not count.
fn is_hopeless(samples: &[FanInSample], cell: &Cell, subject: &Subject) -> bool {
    let own = || samples.iter().filter(|s| s.cell == *cell && s.subject == subject.name);
    let is_skipped = |s: &FanInSample| matches!(s.answer.shown, Shown::Skipped { .. });
    let is_at_fault =
        |s: &&FanInSample| s.rejected.is_some() && s.answer.disturbance.complaint().is_none();
    own().any(is_skipped) || own().filter(is_at_fault).count() >= 2
}

fn one(
    plan: &Plan,
    cell: &Cell,
    subject: &Subject,
    process: impl Fn(&Request, Duration) -> Result<Ended<Answer>>,
) -> Result<Answer> {
    let duration = cell.duration(plan.is_quick);
    let request = Request {
        cell: *cell,
        subject: subject.name.to_owned(),
        duration_ms: duration.as_millis() as u64,
    };
    let limit = LIMIT + duration;
    Ok(match process(&request, limit)? {
        Ended::Answered(answer) => answer,
        Ended::Late => Answer::skipped(format!("it did not end within {} s", limit.as_secs())),
        // A thread that finds no memory for its signal stack takes the process with it.
        Ended::Died(why) => Answer::skipped(format!("the process died: {why}")),
    })
}
