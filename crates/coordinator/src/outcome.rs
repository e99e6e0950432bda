//! How the files of a run ended.

use std::any::Any;
use std::io;
use std::time::Duration;

use inrush_writers::{WriteError, Written};

/// How all files of a run ended, and who waited for whom.
#[derive(Debug, Default)]
pub struct Report {
    /// One per file that was begun, by index.
    pub outcomes: Vec<Outcome>,
    /// Time lost between generators and sinks, over all threads.
    pub stalls: Stalls,
}

/// How one file ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The file's index in its job.
    pub file: usize,
    /// What the sink vouches for, or why there is no file.
    pub result: Result<Written, FileError>,
    /// From opening the sink to its end.
    pub elapsed: Duration,
}

/// Time that one side spent waiting for the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stalls {
    /// Writers that had nothing to write: the generators are the bottleneck.
    pub generator_starved: Duration,
    /// Generators that had nowhere to put their bytes: the writers are the bottleneck.
    pub writer_blocked: Duration,
}

impl std::ops::AddAssign for Stalls {
    fn add_assign(&mut self, other: Self) {
        self.generator_starved += other.generator_starved;
        self.writer_blocked += other.writer_blocked;
    }
}

/// Why a file is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The sink failed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The generator failed.
    #[error("generate: {0}")]
    Generate(#[source] io::Error),
    /// The generator or the sink panicked.
    #[error("panicked: {0}")]
    Panicked(String),
    /// The run was stopped before the file was whole.
    #[error("stopped before it was whole")]
    Cancelled,
}

impl FileError {
    /// The error for a caught panic.
    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned());
        Self::Panicked(message.unwrap_or_else(|| "no message".to_owned()))
    }
}

/// What stops a generator whose bytes are no longer wanted. Not `Interrupted`, which `write_all`
/// would try again for ever.
pub(crate) fn stop_generating() -> io::Error {
    io::Error::other("the file is no longer wanted")
}
