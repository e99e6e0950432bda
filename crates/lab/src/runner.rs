//! The samples of a question, one process after another.
//!
//! A round is every cell once, and in a cell every subject once, each round beginning with another.
//! A sample that others have disturbed is kept, does not count, and is taken again.

mod journal;
mod plan;
mod process;

pub use journal::Journal;
pub use plan::{Plan, Step};
pub use process::{measured, process};

use anyhow::{Context, Result};

use crate::{Outcome, Question, Request, Sample, Stop};

/// How often a sample is taken that others have disturbed, before the next subject has its turn.
const ATTEMPTS: u32 = 3;

/// Takes the samples of a question that `journal` does not have, and adds them to it. `process`
/// does a request in a process of its own; `taken` hears of every sample, and how many of how many
/// turns are over; `stop` ends the run after the sample at hand.
///
/// # Errors
/// Where a process cannot be started or the journal cannot be written, or `stop` is set.
pub fn run(
    question: &Question,
    plan: &Plan,
    journal: &mut Journal,
    stop: &Stop,
    process: &dyn Fn(&Request) -> Result<Outcome>,
    taken: &mut dyn FnMut(&Sample, (usize, usize)),
) -> Result<()> {
    let turns = plan.turns(question);
    let n = turns.len();
    for (i, (repetition, step)) in turns.into_iter().enumerate() {
        let of = step.of();
        if journal.samples().iter().any(|s| s.repetition == repetition && s.is_of(of))
            || is_hopeless(journal.samples(), &step)
        {
            continue;
        }
        for _ in 0..ATTEMPTS {
            stop.check()?;
            let outcome =
                process(&step.request).with_context(|| format!("`{}` at {}", of.2, of.1))?;
            // The signal that ends this run has ended that process too: it says nothing of the subject.
            stop.check()?;
            let outcome = step.checked(outcome);
            let position = journal.samples().len() as u32;
            let sample = Sample::new(of, repetition, position, outcome);
            taken(&sample, (i + 1, n));
            let is_disturbed = sample.is_disturbed();
            journal.add(sample)?;
            if !is_disturbed {
                break;
            }
        }
    }
    Ok(())
}

/// Whether the subject has shown that it cannot run in the cell, or twice that it is at fault itself
/// when a sample does not count.
fn is_hopeless(samples: &[Sample], step: &Step) -> bool {
    let own = || samples.iter().filter(|sample| sample.is_of(step.of()));
    let is_at_fault = |s: &&Sample| s.rejected.is_some() && !s.is_disturbed();
    own().any(|sample| !matches!(sample.outcome, Outcome::Measured(_)))
        || own().filter(is_at_fault).count() >= 2
}
