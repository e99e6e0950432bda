//! What a run has shown, as it is kept.

use serde::{Deserialize, Serialize};

use super::Cell;
use crate::survey;

/// A line of the question's `samples.jsonl`.
pub type BytesSample = survey::SurveySample<Cell, Rate>;

/// What the process of a sample says.
pub type Answer = survey::Answer<Rate>;

/// The samples of a record, to be asked.
pub type Summaries<'a> = survey::Summaries<'a, Cell, Rate>;

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
