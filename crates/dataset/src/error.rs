//! Why a job did not run at all; the failure of single files is in the summary.

use std::io;
use std::path::{Path, PathBuf};

use inrush_writers::{OpenError, WriteError};

use crate::Shard;

/// A job that could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schema is faulty, or too narrow for the rows.
    #[error(transparent)]
    Schema(#[from] inrush_tables::Error),
    /// What objects of bytes should be like is out of range.
    #[error(transparent)]
    Bytes(#[from] inrush_bytes::SpecError),
    /// Something that was asked for contradicts itself.
    #[error("{0}")]
    Invalid(String),
    /// The cap on memory is below what one file in flight needs.
    #[error(
        "one file in flight needs about {}, more than the {} allowed: raise the memory, or make \
         row groups or files smaller",
        crate::ByteCount(*needed),
        crate::ByteCount(*allowed)
    )]
    TooLittleMemory {
        /// Bytes needed.
        needed: u64,
        /// Bytes allowed.
        allowed: u64,
    },
    /// The folder's name belongs to something else.
    #[error("`{}` is not a folder", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The folder is not empty.
    #[error(
        "`{}` is not empty (it holds `{entry}`): resume to finish an earlier run, overwrite to \
         write anew, or choose another folder",
        path.display()
    )]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// Something in it.
        entry: String,
    },
    /// There are files, but no manifest that says which.
    #[error(
        "`{}` cannot be resumed: it holds `{entry}` and no manifest; overwrite, or choose \
         another folder",
        path.display()
    )]
    NothingToResume {
        /// The folder.
        path: PathBuf,
        /// Something in it.
        entry: String,
    },
    /// The folder was written by another specification.
    #[error(
        "`{}` holds another job, which differs in {}: resume with the same, overwrite, or choose \
         another folder",
        path.display(),
        differences.join(", ")
    )]
    OtherSpec {
        /// The folder.
        path: PathBuf,
        /// The fields that differ.
        differences: Vec<String>,
    },
    /// Another process is writing to the folder, or its shard.
    #[error("`{}` is being written by another process", path.display())]
    Busy {
        /// The folder, or the manifest of the shard.
        path: PathBuf,
    },
    /// The folder holds a shard of so many that it cannot be of the same sharding.
    #[error(
        "`{}` is of shard {there}, not of one of {here}: all shards of a job are of one number",
        path.display()
    )]
    OtherSharding {
        /// The manifest of the shard.
        path: PathBuf,
        /// The shard that it is of.
        there: Shard,
        /// The number of shards here.
        here: u32,
    },
    /// The folder holds another job, which is not for a shard to remove.
    #[error(
        "`{}` is of another job, which differs in {}: a shard removes only what is its own; empty \
         the folder, or choose another",
        path.display(),
        differences.join(", ")
    )]
    OtherJob {
        /// The manifest of that job, or of a shard of it.
        path: PathBuf,
        /// The fields that differ.
        differences: Vec<String>,
    },
    /// Two shards in one folder are of different specifications.
    #[error(
        "`{}` is of another job than `{with}`: it differs in {}",
        path.display(),
        differences.join(", ")
    )]
    ShardsDiffer {
        /// The manifest of the one.
        path: PathBuf,
        /// The name of that of the other.
        with: String,
        /// The fields that differ.
        differences: Vec<String>,
    },
    /// The folder is written in shards, and was taken for a whole.
    #[error("`{}` holds shards of a job that are not merged: {}", path.display(), state.join("; "))]
    NotMerged {
        /// The folder.
        path: PathBuf,
        /// What is there, and what is missing.
        state: Vec<String>,
    },
    /// The folder has no manifest.
    #[error("`{}` has no manifest: it is not a folder that a job wrote", path.display())]
    NoManifest {
        /// The folder.
        path: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("`{}`, line {line}: {message}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// An operation on the folder or on the manifest failed.
    #[error("{action} `{}`: {source}", path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The URL names no place in an object store, or an option is of no use there.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Catalogue records could not be read.
    #[error("`{}`: {source}", path.display())]
    Records {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: inrush_marc::Error,
    },
    /// A catalogue record has no form as the text that was asked for.
    #[error(
        "`{}`: record {record}{}: {fault}",
        path.display(),
        control_number.as_ref().map(|number| format!(" (001 {number})")).unwrap_or_default()
    )]
    NoForm {
        /// The file.
        path: PathBuf,
        /// The record's index, from 0.
        record: u64,
        /// Its control number, where it has one.
        control_number: Option<String>,
        /// Why.
        fault: Box<inrush_marc::Fault>,
    },
    /// It was stopped before its end.
    #[error("stopped before the end")]
    Stopped,
    /// The manifest could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    /// Whether the cause is a lack of space.
    pub fn is_out_of_space(&self) -> bool {
        match self {
            Self::Write(error) => error.is_out_of_space(),
            Self::Io { source, .. } => matches!(
                source.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            ),
            _ => false,
        }
    }
}
