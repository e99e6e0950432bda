//! A sink that checks: the bytes given against the bytes that are there.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::{Action, Sink, WriteError, Written};

/// Compares what it is given with what can be read, and fails at the first byte that differs.
pub struct Compare<R> {
    path: PathBuf,
    there: R,
    offset: u64,
    block: Vec<u8>,
}

impl Compare<fs::File> {
    /// Opens the file at `path` to be compared.
    ///
    /// # Errors
    /// [`WriteError`] where it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, WriteError> {
        let file = fs::File::open(path)
            .map_err(|source| WriteError::new(Action::Compare, path, source))?;
        Ok(Self::new(path, file))
    }
}

impl<R> Compare<R> {
    /// Compares with what `there` gives, which errors call `path`.
    pub fn new(path: &Path, there: R) -> Self {
        Self { path: path.to_owned(), there, offset: 0, block: Vec::new() }
    }

    fn differs(&self, accepted: usize, message: String) -> WriteError {
        let source = io::Error::new(io::ErrorKind::InvalidData, message);
        WriteError { accepted, ..WriteError::new(Action::Compare, &self.path, source) }
    }
}

impl<R> fmt::Debug for Compare<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compare").field("path", &self.path).field("offset", &self.offset).finish()
    }
}

impl<R: Read + Send> Sink for Compare<R> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.block.clear();
        self.block.reserve(bytes.len());
        let read = (&mut self.there).take(bytes.len() as u64).read_to_end(&mut self.block);
        read.map_err(|source| WriteError::new(Action::Compare, &self.path, source))?;
        // Slices are compared many bytes at a time; where they differ is of interest once.
        let wanted = &bytes[..self.block.len()];
        if self.block != wanted {
            let same = self.block.iter().zip(wanted).take_while(|(found, wanted)| found == wanted);
            let i = same.count();
            let at = self.offset + i as u64;
            return Err(self.differs(i, format!("the first bad byte is at offset {at}")));
        }
        self.offset += self.block.len() as u64;
        if self.block.len() < bytes.len() {
            let message = format!("ends at offset {}, before it is whole", self.offset);
            return Err(self.differs(self.block.len(), message));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        let mut more = [0];
        let n = self
            .there
            .read(&mut more)
            .map_err(|source| WriteError::new(Action::Compare, &self.path, source))?;
        if n > 0 {
            let message = format!("goes on past its end at offset {}", self.offset);
            return Err(self.differs(0, message));
        }
        Ok(Written::new(self.offset))
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
