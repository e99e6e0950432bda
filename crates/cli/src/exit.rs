//! The exit codes, and how each is come by.

use std::fmt;
use std::io;
use std::process::ExitCode;

use inrush_dataset::{Cause, Error, Summary};

/// How the command ends. The numbers are a contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok,
    /// Some files failed.
    SomeFailed,
    /// The arguments, the configuration or the folder make no sense.
    Usage,
    /// What was verified is not as it should be.
    Mismatch,
    /// There was no space left.
    OutOfSpace,
    /// The reader of our output went away.
    ClosedPipe,
    /// A signal asked us to stop.
    Signal(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::SomeFailed => 1,
            Exit::Usage => 2,
            Exit::Mismatch => 3,
            Exit::OutOfSpace => 4,
            Exit::ClosedPipe => 141,
            Exit::Signal(signal) => 128 + signal,
        })
    }
}

impl Exit {
    /// The exit after a run; `signal` is the one that stopped it, if one did.
    pub(crate) fn after(summary: &Summary, signal: Option<u8>) -> Self {
        match signal {
            _ if summary.failures.is_empty() => Self::Ok,
            Some(signal) => Self::Signal(signal),
            None if summary.failed_for(Cause::OutOfSpace) => Self::OutOfSpace,
            None if summary.failed_for(Cause::ClosedPipe) => Self::ClosedPipe,
            None => Self::SomeFailed,
        }
    }
}

/// Why the command ends without a summary.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// Wrong usage: what is wrong.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Usage, message: message.to_string(), hint: None }
    }

    /// Something went wrong while it ran: what.
    pub(crate) fn other(message: impl fmt::Display) -> Self {
        Self { exit: Exit::SomeFailed, message: message.to_string(), hint: None }
    }

    /// With a way out.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Already said to the user.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self { exit, message: String::new(), hint: None }
    }

    /// Tells the user, on standard error.
    pub(crate) fn report(self) -> Exit {
        use io::Write as _;
        if !self.message.is_empty() {
            let mut text = format!("inrush: {}\n", self.message);
            if let Some(hint) = &self.hint {
                text.push_str(&format!("  hint: {hint}\n"));
            }
            // Where standard error is closed there is nobody to tell.
            let _ = io::stderr().write_all(text.as_bytes());
        }
        self.exit
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            error if error.is_out_of_space() => Exit::OutOfSpace,
            Error::Write(_) | Error::Records { .. } | Error::NoForm { .. } | Error::Stopped => {
                Exit::SomeFailed
            }
            Error::Manifest { .. } => Exit::Mismatch,
            _ => Exit::Usage,
        };
        let hint = match &error {
            Error::NotEmpty { .. } => Some("--resume finishes, --overwrite writes anew"),
            Error::NothingToResume { .. } => Some("--overwrite, or another --out"),
            Error::OtherSpec { .. } => Some("the same arguments with --resume, or --overwrite"),
            Error::TooLittleMemory { .. } => {
                Some("raise --mem, or lower --row-group-rows, --max-in-flight or --part-size")
            }
            Error::NotAFolder { .. } => {
                Some("--out names a folder, `s3://BUCKET/PREFIX`, `-`, `memory:` or `null:`")
            }
            Error::OtherSharding { .. } | Error::OtherJob { .. } => {
                Some("the same arguments and number of shards as the others, or another --out")
            }
            Error::ShardsDiffer { .. } => {
                Some("run the shards that are wrong once more, with --overwrite")
            }
            Error::NotMerged { .. } => {
                Some("`inrush merge DEST` comes first; --shard i/n verifies or resumes one of them")
            }
            Error::Busy { .. } => Some("wait for it, or choose another --out"),
            Error::Records { source, .. } if source.fault().is_some() => {
                Some("--lenient goes on behind it, and lists what was wrong")
            }
            Error::NoForm { .. } => Some("--lenient leaves it out"),
            Error::Write(error) if error.is_out_of_space() => {
                Some("make room, then run again with --resume")
            }
            _ => None,
        };
        Self { exit, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}

impl From<io::Error> for Failure {
    /// A failure to write what the user asked to see.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(Exit::ClosedPipe),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self {
                exit: Exit::OutOfSpace,
                message: format!("write standard output: {error}"),
                hint: None,
            },
            _ => Self {
                exit: Exit::SomeFailed,
                message: format!("write standard output: {error}"),
                hint: None,
            },
        }
    }
}
