//! What went wrong, on which file, while doing what.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failed operation on a sink.
#[derive(Debug, thiserror::Error)]
#[error("{action} `{}`: {source}", path.display())]
pub struct WriteError {
    /// What was being done.
    pub action: Action,
    /// The file it was done to, or the name of the stream.
    pub path: PathBuf,
    /// Of the bytes handed to this call, how many were taken before the failure.
    pub accepted: usize,
    /// What the system said.
    pub source: io::Error,
}

impl WriteError {
    /// A failure of `action` on `path` that took no bytes.
    pub fn new(action: Action, path: &Path, source: io::Error) -> Self {
        Self { action, path: path.to_owned(), accepted: 0, source }
    }

    /// Whether the cause is a lack of space: a full disk, a spent quota, a limit on the size of a
    /// file.
    pub fn is_out_of_space(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        )
    }

    /// Whether the same call may well succeed a little later: it was interrupted, would have had to
    /// wait, ran out of time, or found too many files open. A full disk, a lack of permission or a
    /// broken device is none of these; and bytes that were lost when they were forced to the disk, or
    /// at the close, are not there to be forced again, which would then succeed for nothing.
    pub fn is_transient(&self) -> bool {
        let may_pass = matches!(
            self.source.kind(),
            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        );
        let is_end = matches!(self.action, Action::Sync | Action::Close);
        !is_end && (may_pass || self.is_out_of_handles())
    }

    /// Whether the process or the system has too many files open.
    pub(crate) fn is_out_of_handles(&self) -> bool {
        use nix::errno::Errno::{EMFILE, ENFILE};
        let errno = self.source.raw_os_error();
        errno.is_some_and(|errno| [EMFILE as i32, ENFILE as i32].contains(&errno))
    }

    /// Whether the reader at the other end of the stream has gone away.
    pub fn is_closed_pipe(&self) -> bool {
        self.source.kind() == io::ErrorKind::BrokenPipe
    }
}

/// The steps of a file's life that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Creating the file, or its temporary form.
    Create,
    /// Writing bytes.
    Write,
    /// Forcing bytes to the disk.
    Sync,
    /// Closing the file.
    Close,
    /// Giving the file its name.
    Rename,
    /// Removing what must not stay.
    Remove,
    /// Making the bytes.
    Generate,
    /// Reading a file to hold it against what it should be.
    Compare,
    /// Reading bytes.
    Read,
    /// Asking what is there.
    List,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Close => "close",
            Self::Rename => "rename",
            Self::Remove => "remove",
            Self::Generate => "generate",
            Self::Compare => "compare",
            Self::Read => "read",
            Self::List => "list",
        })
    }
}
