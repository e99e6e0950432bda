//! What a run has shown.

use serde::{Deserialize, Serialize};

/// How many bytes were made, and what that took.
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
