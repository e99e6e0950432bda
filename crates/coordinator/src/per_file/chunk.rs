//! A chunk: memory of a fixed size, and how much of it is in use.

/// Bytes on their way from a generator to a sink, and an empty chunk on its way back.
#[derive(Debug)]
pub(super) struct Chunk {
    memory: Box<[u8]>,
    /// Where the bytes begin in the memory.
    start: usize,
    capacity: usize,
    used: usize,
}

/// What the address of the first byte is a multiple of, so that no vector straddles two lines of a
/// cache; where chunks are small, there may be many, and what this adds to them counts for more.
const ALIGNMENT: usize = 64;
const LEAST_ALIGNED: usize = 4096;

impl Chunk {
    /// An empty chunk with room for `chunk_bytes` bytes.
    pub(super) fn new(chunk_bytes: usize) -> Self {
        let alignment = if chunk_bytes < LEAST_ALIGNED { 1 } else { ALIGNMENT };
        let memory = vec![0; chunk_bytes + alignment - 1].into_boxed_slice();
        let start = memory.as_ptr().align_offset(alignment);
        Self { memory, start, capacity: chunk_bytes, used: 0 }
    }

    /// No chunk: what is left where one was given away.
    pub(super) fn none() -> Self {
        Self { memory: Box::default(), start: 0, capacity: 0, used: 0 }
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.start + self.used]
    }

    pub(super) fn is_full(&self) -> bool {
        self.used == self.capacity
    }

    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// Lets `fill` write up to `limit` bytes behind those that are there; returns how many.
    pub(super) fn fill(&mut self, limit: usize, fill: impl FnOnce(&mut [u8])) -> usize {
        let n = limit.min(self.capacity - self.used);
        let from = self.start + self.used;
        fill(&mut self.memory[from..from + n]);
        self.used += n;
        n
    }
}
