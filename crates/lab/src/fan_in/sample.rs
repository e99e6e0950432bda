//! One run, as it is kept.

use serde::{Deserialize, Serialize};

use super::{Cell, Delay, Flow, Growth};
use crate::{Disturbance, Kept};

/// The layout of a line.
const SCHEMA: u32 = 1;

/// A line of the question's `samples.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FanInSample {
    /// The layout.
    pub schema: u32,
    /// What was swept.
    pub cell: Cell,
    /// The name of what was measured.
    pub subject: String,
    /// From 0. The samples of one repetition of a cell ran one after the other.
    pub repetition: u32,
    /// From 0, over all cells: the order in which the samples were taken.
    pub position: u32,
    /// Why it does not count, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// What the process said.
    #[serde(flatten)]
    pub answer: Answer,
}

/// What the process of a sample says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answer {
    /// What others took while it ran.
    #[serde(flatten)]
    pub disturbance: Disturbance,
    /// What was measured.
    #[serde(flatten)]
    pub shown: Shown,
}

/// What a run has shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shown", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Shown {
    /// In a cell of [`Cell::Flow`].
    Flow(Flow),
    /// In [`Cell::Latency`] and [`Cell::Wake`].
    Delay(Delay),
    /// In [`Cell::Growth`].
    Growth(Growth),
    /// The cell cannot run.
    Skipped {
        /// The reason.
        why: String,
    },
}

impl Answer {
    /// An answer without a measurement.
    pub(super) fn skipped(why: String) -> Self {
        let shown = Shown::Skipped { why };
        Self { disturbance: Disturbance::default(), shown }
    }

    /// Why the run does not count, if it does not.
    pub fn rejection(&self) -> Option<String> {
        self.disturbance.complaint().or_else(|| match &self.shown {
            Shown::Flow(flow) => flow.rejection(),
            _ => None,
        })
    }
}

impl FanInSample {
    /// A sample of this layout, which is rejected where its answer says so.
    pub fn new(cell: Cell, subject: &str, repetition: u32, position: u32, answer: Answer) -> Self {
        Self {
            schema: SCHEMA,
            cell,
            subject: subject.to_owned(),
            repetition,
            position,
            rejected: answer.rejection(),
            answer,
        }
    }

    /// What it shows, where it counts and shows something.
    pub fn counted(&self) -> Option<&Shown> {
        let is_skipped = matches!(self.answer.shown, Shown::Skipped { .. });
        (self.rejected.is_none() && !is_skipped).then_some(&self.answer.shown)
    }

    /// The flow that it shows, where it counts.
    pub fn flow(&self) -> Option<&Flow> {
        match self.counted()? {
            Shown::Flow(flow) => Some(flow),
            _ => None,
        }
    }
}

impl Kept for FanInSample {
    const SCHEMA: u32 = SCHEMA;

    fn schema(&self) -> u32 {
        self.schema
    }
}
