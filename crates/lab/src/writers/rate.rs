//! What a sample says.

use serde::{Deserialize, Serialize};

/// What a run has shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rate {
    /// Files that were written.
    pub files: u64,
    /// Bytes that were written.
    pub bytes: u64,
    /// How long that took.
    pub wall_s: f64,
    /// Seconds of processor time of all threads.
    pub cpu_s: f64,
}

impl Rate {
    /// Microseconds for a file.
    pub fn us_per_file(&self) -> f64 {
        self.wall_s * 1e6 / self.files as f64
    }

    /// Gigabytes a second.
    pub fn bytes_per_ns(&self) -> f64 {
        self.bytes as f64 / self.wall_s / 1e9
    }
}
