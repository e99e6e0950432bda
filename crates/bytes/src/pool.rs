//! Buffers that are used again: fresh memory costs the system a page fault per 4 KiB, which is
//! slower than what fills it.

use std::fmt;
use std::ops::{Deref, DerefMut, Range};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Buffers of one size, given out and taken back. Clones share them.
///
/// A buffer begins at an address that is a multiple of [`BufferPool::ALIGNMENT`]: no vector that is
/// stored into it straddles two lines of a cache, and direct I/O takes it.
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
///     assert_eq!(buffer.as_ptr().addr() % BufferPool::ALIGNMENT, 0);
/// } // The buffer goes back to the pool.
/// assert_eq!(pool.n_free(), 1);
/// # Ok::<(), inrush_bytes::EmptyBuffers>(())
/// ```
#[derive(Clone)]
pub struct BufferPool {
    buffer_bytes: usize,
    free: Arc<Mutex<Vec<Memory>>>,
}

impl BufferPool {
    /// What the address of a buffer is a multiple of, in bytes: a page.
    pub const ALIGNMENT: usize = 4096;

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
        let memory = free.unwrap_or_else(|| Memory::new(self.buffer_bytes));
        Buffer { memory, pool: self.clone() }
    }

    /// How many buffers wait to be used again.
    pub fn n_free(&self) -> usize {
        self.free().len()
    }

    fn free(&self) -> MutexGuard<'_, Vec<Memory>> {
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
    memory: Memory,
    pool: BufferPool,
}

/// Bytes with an aligned part among them.
#[derive(Debug, Default)]
struct Memory {
    all: Box<[u8]>,
    aligned: Range<usize>,
}

impl Memory {
    fn new(n_bytes: usize) -> Self {
        let all = vec![0; n_bytes + BufferPool::ALIGNMENT - 1].into_boxed_slice();
        let start = all.as_ptr().align_offset(BufferPool::ALIGNMENT);
        Self { all, aligned: start..start + n_bytes }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory.all[self.memory.aligned.clone()]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory.all[self.memory.aligned.clone()]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        self.pool.free().push(memory);
    }
}

/// A pool was asked for buffers of no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a buffer of 0 bytes: at least 1 is needed")]
pub struct EmptyBuffers;
