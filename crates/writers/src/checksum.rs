//! A sink that hashes what passes through it.

use twox_hash::XxHash3_64;

use crate::{Sink, WriteError, Written};

/// Hashes by xxh3 (64 bits, seed 0) what the sink inside takes.
#[derive(Debug)]
pub struct Checksum<S: ?Sized> {
    hasher: Hasher,
    inner: Box<S>,
}

impl<S: Sink + ?Sized> Checksum<S> {
    /// A hashing sink around `inner`.
    pub fn new(inner: Box<S>) -> Self {
        Self { hasher: Hasher(XxHash3_64::with_seed(0)), inner }
    }
}

/// The hasher, without its inner state in debug output.
struct Hasher(XxHash3_64);

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("xxh3")
    }
}

impl<S: Sink + ?Sized> Sink for Checksum<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        use std::hash::Hasher as _;
        let result = self.inner.write(bytes);
        let accepted = match &result {
            Ok(()) => bytes.len(),
            Err(error) => error.accepted,
        };
        self.hasher.0.write(&bytes[..accepted]);
        result
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        use std::hash::Hasher as _;
        let xxh3 = Some(self.hasher.0.finish());
        Ok(Written { xxh3, ..self.inner.finish()? })
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        self.inner.abort()
    }
}
