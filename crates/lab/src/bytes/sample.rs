//! One run, as it is kept.

use serde::{Deserialize, Serialize};

use super::Cell;
use crate::{Disturbance, Kept};

/// The layout of a line.
const SCHEMA: u32 = 1;

/// A line of the question's `samples.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BytesSample {
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
    /// What was measured; absent where the processor cannot run the subject.
    pub rate: Option<Rate>,
}

/// What a run has shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rate {
    /// Bytes that were made.
    pub bytes: u64,
    /// How long that took.
    pub wall_s: f64,
    /// Seconds of processor time of all threads.
    pub cpu_s: f64,
    /// The most memory of the process at once, of a job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_rss_bytes: Option<u64>,
}

impl Rate {
    /// Gigabytes a second.
    pub fn bytes_per_ns(&self) -> f64 {
        self.bytes as f64 / self.wall_s / 1e9
    }
}

impl BytesSample {
    /// A sample of this layout, which is rejected where others have disturbed it.
    pub fn new(cell: Cell, subject: &str, repetition: u32, position: u32, answer: Answer) -> Self {
        Self {
            schema: SCHEMA,
            cell,
            subject: subject.to_owned(),
            repetition,
            position,
            rejected: answer.disturbance.complaint(),
            answer,
        }
    }

    /// What it shows, where it counts.
    pub fn counted(&self) -> Option<&Rate> {
        self.answer.rate.as_ref().filter(|_| self.rejected.is_none())
    }
}

impl Kept for BytesSample {
    const SCHEMA: u32 = SCHEMA;

    fn schema(&self) -> u32 {
        self.schema
    }
}
