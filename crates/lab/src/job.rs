//! What a job did, and what it cost, as the questions about jobs keep it.

use serde::{Deserialize, Serialize};

use crate::Kept;

/// The layout of a line of a job; a reader refuses every other.
pub const JOB_SCHEMA: u32 = 1;

/// A run of a job that was verified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JobSample {
    /// [`JOB_SCHEMA`].
    pub schema: u32,
    /// What was swept, in the question's own spelling.
    pub cell: String,
    /// What was measured.
    pub subject: String,
    /// From 0. The samples of one repetition ran next to each other and make a pair.
    pub repetition: u32,
    /// From 0, over all cells: the order in which the samples were taken.
    pub position: u32,
    /// Files in flight at once.
    pub jobs: u32,
    /// What the process itself counted.
    #[serde(flatten)]
    pub measured: Measured,
    /// xxh3 over the names, sizes and hashes of the files, taken from the files afterwards.
    pub xxh3: String,
}

impl Kept for JobSample {
    const SCHEMA: u32 = JOB_SCHEMA;

    fn schema(&self) -> u32 {
        self.schema
    }
}

/// What a process reports of the job it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Measured {
    /// Seconds from before the job to after it.
    pub wall_s: f64,
    /// Seconds in user mode, over all threads, in the same span.
    pub user_s: f64,
    /// Seconds in the kernel, likewise.
    pub system_s: f64,
    /// The most memory resident at once, over the life of the process.
    pub peak_rss_bytes: u64,
    /// Context switches because a thread waited.
    pub voluntary_switches: u64,
    /// Context switches because another thread's turn came.
    pub involuntary_switches: u64,
    /// Files written.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Bytes in them.
    pub bytes: u64,
}

impl Measured {
    /// Seconds of processor time, user and system.
    pub fn cpu_s(&self) -> f64 {
        self.user_s + self.system_s
    }
}
