//! How a run went.

use std::time::Duration;

use inrush_coordinator::{FileError, Stalls};
use serde::{Serialize, Serializer};

use crate::Shard;

/// How a run went, as the command prints it with `--json`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// The shard that was made, if it was one: all that follows is of its files.
    pub shard: Option<Shard>,
    /// Whole files, those of an earlier run that was resumed among them.
    pub files: u64,
    /// Rows in these files.
    pub rows: u64,
    /// Bytes in these files.
    pub bytes: u64,
    /// Files that an earlier run had finished.
    pub resumed: u64,
    /// Files of this run that went through the page cache although they were to go past it.
    pub cached: u64,
    /// Wall-clock time in seconds.
    pub seconds: f64,
    /// Bytes that this run wrote, per second.
    pub bytes_per_s: f64,
    /// The most memory that the process has had at once, where the system tells.
    pub peak_rss_bytes: Option<u64>,
    /// Files in flight at most.
    pub jobs: usize,
    /// Time lost between generators and writers.
    #[serde(serialize_with = "stalls")]
    pub stalls: Stalls,
    /// The root hash, once all files are whole and the manifest says so.
    pub root: Option<String>,
    /// The files that are not there.
    pub failures: Vec<Failure>,
}

/// A file that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// The file's name.
    pub name: String,
    /// What went wrong, with the path and the action.
    pub error: String,
    /// What kind of fault that is.
    pub cause: Cause,
}

/// What kind of fault made a file fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// The system refused something.
    Write,
    /// There was no space left.
    OutOfSpace,
    /// The reader of the stream went away.
    ClosedPipe,
    /// The generator failed or panicked: a defect of this library.
    Internal,
    /// The run was stopped.
    Stopped,
}

impl Failure {
    pub(crate) fn new(name: String, error: &FileError) -> Self {
        let cause = match error {
            FileError::Write(error) if error.is_out_of_space() => Cause::OutOfSpace,
            FileError::Write(error) if error.is_closed_pipe() => Cause::ClosedPipe,
            FileError::Write(_) => Cause::Write,
            FileError::Cancelled => Cause::Stopped,
            _ => Cause::Internal,
        };
        Self { name, error: error.to_string(), cause }
    }
}

impl Summary {
    /// Whether a file failed for `cause`.
    pub fn failed_for(&self, cause: Cause) -> bool {
        self.failures.iter().any(|failure| failure.cause == cause)
    }
}

fn stalls<S: Serializer>(stalls: &Stalls, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Seconds {
        generator_starved_s: f64,
        writer_blocked_s: f64,
    }
    let seconds = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e6;
    Seconds {
        generator_starved_s: seconds(stalls.generator_starved),
        writer_blocked_s: seconds(stalls.writer_blocked),
    }
    .serialize(serializer)
}
