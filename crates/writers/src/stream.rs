//! An open stream: bytes leave at once and cannot be taken back.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::file::write_counted;
use crate::{Action, Sink, WriteError, Written};

/// Writes to a stream such as standard output.
pub struct Stream<W> {
    name: PathBuf,
    out: W,
    bytes: u64,
    /// Whether bytes were lost, so that none may follow.
    failed: bool,
}

impl<W: Write + Send> Stream<W> {
    /// A sink that writes to `out`, called `name` in errors.
    pub fn new(name: &str, out: W) -> Self {
        Self { name: name.into(), out, bytes: 0, failed: false }
    }
}

impl<W> fmt::Debug for Stream<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("name", &self.name).field("bytes", &self.bytes).finish()
    }
}

impl<W: Write + Send> Sink for Stream<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if self.failed {
            let source = io::Error::other("written to after an error");
            return Err(WriteError::new(Action::Write, &self.name, source));
        }
        write_counted(&mut self.out, bytes).map_err(|(accepted, source)| {
            self.bytes += accepted as u64;
            let error =
                WriteError { accepted, ..WriteError::new(Action::Write, &self.name, source) };
            self.failed = !error.is_transient();
            error
        })?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        if self.failed {
            let source = io::Error::other("finished after an error");
            return Err(WriteError::new(Action::Close, &self.name, source));
        }
        self.out.flush().map_err(|source| WriteError::new(Action::Write, &self.name, source))?;
        Ok(Written::new(self.bytes))
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
