//! The samples of all cells, one process after another.

use std::fmt::Display;

use anyhow::{Context, Result};

use super::{Answer, SurveySample};
use crate::Stop;
use crate::turns::turns;

/// How often a sample is taken that others have disturbed, before the next subject has its turn.
const ATTEMPTS: u32 = 3;

/// What is swept.
pub trait SurveyCell: Copy + Eq + Display {
    /// The names of the subjects of which the cell asks something.
    fn subjects(&self) -> Vec<&'static str>;

    /// Repetitions unless told otherwise.
    fn default_repetitions(&self) -> u32;
}

/// What is to be measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan<C> {
    /// The cells, in order.
    pub cells: Vec<C>,
    /// The subjects; all that a cell asks if empty.
    pub subjects: Vec<String>,
    /// Repetitions of each subject; each cell's own number if absent.
    pub repetitions: Option<u32>,
}

impl<C: SurveyCell> Plan<C> {
    /// All subjects in these cells.
    pub fn new(cells: Vec<C>) -> Self {
        Self { cells, subjects: Vec::new(), repetitions: None }
    }

    /// Repetitions of each subject in `cell`.
    pub fn repetitions(&self, cell: &C) -> u32 {
        self.repetitions.unwrap_or_else(|| cell.default_repetitions())
    }

    /// The subjects of a cell, each repetition beginning with another.
    fn turns(&self, cell: &C, repetition: u32) -> Vec<&'static str> {
        let is_wanted =
            |name: &&str| self.subjects.is_empty() || self.subjects.iter().any(|s| s == name);
        turns(cell.subjects().into_iter().filter(is_wanted).collect(), repetition)
    }
}

/// Takes the samples of `plan`: all cells once, in each all subjects in turn, then all again.
/// `process` measures a subject in a process of its own; `taken` hears of every sample; `stop` ends
/// the run after the sample at hand.
///
/// # Errors
/// Where a subject is wrong or a process cannot be started, or `stop` is set.
pub fn samples<C: SurveyCell, R>(
    plan: &Plan<C>,
    stop: &Stop,
    process: impl Fn(C, &str) -> Result<Answer<R>>,
    mut taken: impl FnMut(&SurveySample<C, R>),
) -> Result<Vec<SurveySample<C, R>>> {
    let mut samples: Vec<SurveySample<C, R>> = Vec::new();
    let most = plan.cells.iter().map(|cell| plan.repetitions(cell)).max().unwrap_or(0);
    for repetition in 0..most {
        for cell in plan.cells.iter().filter(|cell| repetition < plan.repetitions(cell)) {
            for subject in plan.turns(cell, repetition) {
                for _ in 0..ATTEMPTS {
                    stop.check()?;
                    let answer = process(*cell, subject)
                        .with_context(|| format!("`{subject}` at {cell}"))?;
                    let position = samples.len() as u32;
                    let sample = SurveySample::new(*cell, subject, repetition, position, answer);
                    taken(&sample);
                    let is_disturbed = sample.rejected.is_some();
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
