//! Buffers of one part each, used again.

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// The buffers that wait for their next part: at most as many as there are parts on their way at
/// once.
pub(super) struct Buffers {
    part_bytes: usize,
    keep: usize,
    free: Mutex<Vec<Vec<u8>>>,
}

impl Buffers {
    pub(super) fn new(part_bytes: usize, keep: usize) -> Arc<Self> {
        Arc::new(Self { part_bytes, keep, free: Mutex::default() })
    }

    /// An empty buffer. Its memory is that of an earlier part, or none yet.
    pub(super) fn take(self: &Arc<Self>) -> Buffer {
        let bytes = self.free().pop().unwrap_or_default();
        Buffer { bytes, home: self.clone() }
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        // No code panics between taking the lock and leaving the list whole.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Buffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffers").field("part_bytes", &self.part_bytes).finish_non_exhaustive()
    }
}

/// The bytes of a part. They go back to their [`Buffers`] when the last who sends them is done.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    home: Arc<Buffers>,
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends `bytes`, of a part that will have `part_bytes` at most.
    pub(super) fn push(&mut self, bytes: &[u8], part_bytes: usize) {
        let len = self.bytes.len() + bytes.len();
        // A small object takes little memory; one that grows takes all of a part at once, so that
        // it is moved but once, and as long as it is small.
        if len > self.bytes.capacity() && len > part_bytes / 16 {
            self.bytes.reserve_exact(part_bytes - self.bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut bytes = mem::take(&mut self.bytes);
        // Smaller ones cost little to make; larger ones are of parts that have grown, which come
        // seldom and would be kept for ever.
        if bytes.capacity() == self.home.part_bytes {
            bytes.clear();
            let mut free = self.home.free();
            if free.len() < self.home.keep {
                free.push(bytes);
            }
        }
    }
}
