//! Bytes that go nowhere, to measure what makes them.

use crate::{Sink, WriteError, Written};

/// Counts the bytes and forgets them.
#[derive(Debug, Default)]
pub struct Null {
    bytes: u64,
}

impl Sink for Null {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        Ok(Written::new(self.bytes))
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
