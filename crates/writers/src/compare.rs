//! A sink that checks: the bytes given against the bytes that are there.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::{Action, Sink, WriteError, Written};

/// Compares what it is given with a file, and fails at the first byte that differs.
#[derive(Debug)]
pub struct Compare {
    path: PathBuf,
    file: fs::File,
    offset: u64,
    block: Vec<u8>,
}

impl Compare {
    /// Opens the file at `path` to be compared.
    ///
    /// # Errors
    /// [`WriteError`] where it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, WriteError> {
        let file = fs::File::open(path)
            .map_err(|source| WriteError::new(Action::Compare, path, source))?;
        Ok(Self { path: path.to_owned(), file, offset: 0, block: Vec::new() })
    }

    fn differs(&self, accepted: usize, message: String) -> WriteError {
        let source = io::Error::new(io::ErrorKind::InvalidData, message);
        WriteError { accepted, ..WriteError::new(Action::Compare, &self.path, source) }
    }
}

impl Sink for Compare {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.block.clear();
        self.block.reserve(bytes.len());
        let read = (&mut self.file).take(bytes.len() as u64).read_to_end(&mut self.block);
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
            .file
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
