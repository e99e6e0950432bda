//! A file that appears whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::OFlags;

use crate::part::{Part, open_part};
use crate::{Action, Durability, Sink, WriteError, Written};

/// Writes to `.NAME.inrush-part` beside the file and renames it at the end.
///
/// Dropping it removes the temporary file. The name depends on nothing but the file's own, so a
/// run after a crash writes over what the crash left.
#[derive(Debug)]
pub struct File {
    // Before `part`, so that it is closed before the part is removed.
    file: fs::File,
    part: Part,
    bytes: u64,
    /// Whether bytes were lost, so that the file may not be finished.
    failed: bool,
}

impl File {
    /// Begins the file that will be `path`, in a folder that exists.
    ///
    /// # Errors
    /// [`WriteError`] where the temporary file cannot be created.
    pub fn create(path: &Path, durability: Durability) -> Result<Self, WriteError> {
        Self::create_by(path, durability, |part| open_part(part, OFlags::empty()))
    }

    /// As [`create`](Self::create), for tests: with `open` in place of what creates the temporary file.
    #[doc(hidden)]
    pub fn create_by(
        path: &Path,
        durability: Durability,
        open: impl FnOnce(&Path) -> io::Result<fs::File>,
    ) -> Result<Self, WriteError> {
        let (part, file) = Part::create(path, durability, open)?;
        Ok(Self { file, part, bytes: 0, failed: false })
    }
}

impl Sink for File {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if self.failed {
            let source = io::Error::other("written to after an error");
            return Err(self.part.error(Action::Write, source));
        }
        match write_counted(&mut self.file, bytes) {
            Ok(()) => {
                self.bytes += bytes.len() as u64;
                Ok(())
            }
            Err((accepted, source)) => {
                self.bytes += accepted as u64;
                let error = WriteError { accepted, ..self.part.error(Action::Write, source) };
                self.failed = !error.is_transient();
                Err(error)
            }
        }
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        let Self { file, part, bytes, failed } = *self;
        if failed {
            drop(file);
            let source = io::Error::other("finished after an error");
            return Err(part.error(Action::Close, source));
        }
        part.publish(file)?;
        Ok(Written::new(bytes))
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        let Self { file, part, .. } = *self;
        drop(file);
        part.remove()
    }
}

/// `write_all` that says how many bytes were taken before an error.
pub(crate) fn write_counted(out: &mut impl Write, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut accepted = 0;
    while accepted < bytes.len() {
        match out.write(&bytes[accepted..]) {
            Ok(0) => return Err((accepted, io::ErrorKind::WriteZero.into())),
            Ok(n) => accepted += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((accepted, error)),
        }
    }
    Ok(())
}
