//! A chunk: memory of a fixed size, and how much of it is in use.

/// Bytes on their way from a generator to a sink, and an empty chunk on its way back.
#[derive(Debug)]
pub(super) struct Chunk {
    memory: Box<[u8]>,
    used: usize,
}

impl Chunk {
    /// An empty chunk with room for `chunk_bytes` bytes.
    pub(super) fn new(chunk_bytes: usize) -> Self {
        Self { memory: vec![0; chunk_bytes].into_boxed_slice(), used: 0 }
    }

    /// No chunk: what is left where one was given away.
    pub(super) fn none() -> Self {
        Self { memory: Box::default(), used: 0 }
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[..self.used]
    }

    pub(super) fn is_full(&self) -> bool {
        self.used == self.memory.len()
    }

    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// Lets `fill` write up to `limit` bytes behind those that are there; returns how many.
    pub(super) fn fill(&mut self, limit: usize, fill: impl FnOnce(&mut [u8])) -> usize {
        let n = limit.min(self.memory.len() - self.used);
        fill(&mut self.memory[self.used..self.used + n]);
        self.used += n;
        n
    }
}
