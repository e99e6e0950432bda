//! An open stream: bytes leave at once and cannot be taken back.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;

use crate::file::write_counted;
use crate::{Action, Sink, WriteError, Written};

/// Writes to a stream such as standard output.
pub struct Stream<W> {
    name: PathBuf,
    out: W,
    bytes: u64,
}

impl<W: Write + Send> Stream<W> {
    /// A sink that writes to `out`, called `name` in errors.
    pub fn new(name: &str, out: W) -> Self {
        Self { name: name.into(), out, bytes: 0 }
    }
}

impl<W> fmt::Debug for Stream<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("name", &self.name).field("bytes", &self.bytes).finish()
    }
}

impl<W: Write + Send> Sink for Stream<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        write_counted(&mut self.out, bytes).map_err(|(accepted, source)| WriteError {
            accepted,
            ..WriteError::new(Action::Write, &self.name, source)
        })?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        self.out.flush().map_err(|source| WriteError::new(Action::Write, &self.name, source))?;
        Ok(Written::new(self.bytes))
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
