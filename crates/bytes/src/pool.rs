//! Buffers that are used again: fresh memory costs the system a page fault per 4 KiB, which is
//! slower than what fills it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Buffers of one size, given out and taken back. Clones share them.
///
/// ```
/// use inrush_bytes::{BufferPool, Spec};
///
/// let pool = BufferPool::new(256 * 1024)?;
/// let spec = Spec::new(1 << 20);
/// for offset in (0..spec.size()).step_by(pool.buffer_bytes()) {
///     let mut buffer = pool.take();
///     let n = spec.fill_at(offset, &mut buffer);
///     assert_eq!(n, buffer.len());
/// } // The buffer goes back to the pool.
/// assert_eq!(pool.n_free(), 1);
/// # Ok::<(), inrush_bytes::EmptyBuffers>(())
/// ```
#[derive(Clone)]
pub struct BufferPool {
    buffer_bytes: usize,
    free: Arc<Mutex<Vec<Box<[u8]>>>>,
}

impl BufferPool {
    /// A pool of buffers of `buffer_bytes` each. None is made before it is asked for.
    ///
    /// # Errors
    /// [`EmptyBuffers`] where they would have no bytes.
    pub fn new(buffer_bytes: usize) -> Result<Self, EmptyBuffers> {
        if buffer_bytes == 0 {
            return Err(EmptyBuffers);
        }
        Ok(Self { buffer_bytes, free: Arc::default() })
    }

    /// The size of a buffer.
    pub fn buffer_bytes(&self) -> usize {
        self.buffer_bytes
    }

    /// A free buffer, with what its last user left in it, or a new one of zeros.
    pub fn take(&self) -> Buffer {
        let free = self.free().pop();
        let bytes = free.unwrap_or_else(|| vec![0; self.buffer_bytes].into_boxed_slice());
        Buffer { bytes, pool: self.clone() }
    }

    /// How many buffers wait to be used again.
    pub fn n_free(&self) -> usize {
        self.free().len()
    }

    fn free(&self) -> MutexGuard<'_, Vec<Box<[u8]>>> {
        // Nothing under the lock leaves the list half changed.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for BufferPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferPool")
            .field("buffer_bytes", &self.buffer_bytes)
            .field("n_free", &self.n_free())
            .finish()
    }
}

/// A buffer of a pool, which it goes back to when dropped.
#[derive(Debug)]
pub struct Buffer {
    bytes: Box<[u8]>,
    pool: BufferPool,
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        self.pool.free().push(bytes);
    }
}

/// A pool was asked for buffers of no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a buffer of 0 bytes: at least 1 is needed")]
pub struct EmptyBuffers;
