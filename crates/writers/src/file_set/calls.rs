//! The system calls on the files of a set, each of which a script may make fail.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags, RawMode};

use crate::{Action, Fault, Faults};

/// The calls on one file of a set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls<'a> {
    pub(super) faults: Option<&'a Faults>,
    /// The file's place in the list.
    pub(super) file: usize,
}

impl Calls<'_> {
    /// Opens a file for writing, which has these permissions at most if it comes to be.
    pub(super) fn open(
        &self,
        path: &Path,
        flags: OFlags,
        permissions: RawMode,
    ) -> io::Result<fs::File> {
        self.fault(Action::Create, 0)?;
        let mode = Mode::from_raw_mode(permissions);
        Ok(rustix::fs::open(path, flags | OFlags::WRONLY | OFlags::CLOEXEC, mode)?.into())
    }

    /// Writes at the end of the file and returns how many bytes were taken.
    pub(super) fn append(&self, file: &fs::File, bytes: &[u8]) -> io::Result<usize> {
        let n = self.fault(Action::Write, bytes.len())?;
        Ok(rustix::io::write(file, &bytes[..n])?)
    }

    /// Writes at `offset` and returns how many bytes were taken.
    pub(super) fn write_at(&self, file: &fs::File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let n = self.fault(Action::Write, bytes.len())?;
        file.write_at(&bytes[..n], offset)
    }

    /// Forces the file to the disk.
    pub(super) fn sync(&self, file: &fs::File) -> io::Result<()> {
        self.fault(Action::Sync, 0)?;
        file.sync_all()
    }

    /// Closes the file, which is when a network file system may report a lost write.
    pub(super) fn close(&self, file: fs::File) -> io::Result<()> {
        let fault = self.fault(Action::Close, 0).map(drop);
        match fault.and(nix::unistd::close(file).map_err(io::Error::from)) {
            // It is closed all the same.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            closed => closed,
        }
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fault(Action::Rename, 0)?;
        fs::rename(from, to)
    }

    /// How many of `n` bytes the script lets pass, or the error that it asks for.
    fn fault(&self, action: Action, n: usize) -> io::Result<usize> {
        match self.faults.and_then(|faults| faults.next(self.file, action)) {
            None => Ok(n),
            Some(Fault::Short(short)) => Ok(short.min(n)),
            Some(Fault::Errno(errno)) => Err(io::Error::from_raw_os_error(errno)),
        }
    }
}
