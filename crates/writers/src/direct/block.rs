//! Memory that direct I/O takes: it begins where the device wants it to.

use std::fmt;

/// Bytes that begin at a multiple of an alignment and grow up to a fixed size.
///
/// The memory is not touched before bytes are put into it, so that a small file does not pay for a
/// large block.
pub(super) struct Block {
    /// Of which the first `start` bytes are there for the alignment only. Its capacity is reserved
    /// once: it never moves.
    all: Vec<u8>,
    start: usize,
    end: usize,
    alignment: usize,
}

impl Block {
    /// An empty block for `n_bytes`, or as many more as make them a multiple of `alignment`.
    pub(super) fn new(n_bytes: usize, alignment: usize) -> Self {
        let n_bytes = n_bytes.max(1).next_multiple_of(alignment);
        let mut all = Vec::<u8>::with_capacity(n_bytes + alignment - 1);
        let start = all.as_ptr().addr().wrapping_neg() % alignment;
        all.resize(start, 0);
        Self { all, start, end: start + n_bytes, alignment }
    }

    /// An empty block of the same size and alignment.
    pub(super) fn another(&self) -> Self {
        Self::new(self.end - self.start, self.alignment)
    }

    /// Takes as many of `bytes` as there is room for, and says how many.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> usize {
        let n = bytes.len().min(self.end - self.all.len());
        self.all.extend_from_slice(&bytes[..n]);
        n
    }

    pub(super) fn is_full(&self) -> bool {
        self.all.len() == self.end
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.all[self.start..]
    }

    pub(super) fn clear(&mut self) {
        self.all.truncate(self.start);
    }
}

/// Without the bytes, which are many.
impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block")
            .field("len", &self.bytes().len())
            .field("n_bytes", &(self.end - self.start))
            .field("alignment", &self.alignment)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn bytes_begin_at_a_multiple_and_stay_there() {
        for alignment in [1, 512, 4096] {
            let mut block = Block::new(3 * 4096, alignment);
            let first = block.bytes().as_ptr();
            assert_eq!(first.addr() % alignment, 0);
            for _ in 0..3 {
                assert_eq!(block.fill(&[1; 5000]), 5000);
                assert_eq!(block.fill(&[2; 5000]), 5000);
                assert!(!block.is_full());
                assert_eq!(block.fill(&[3; 5000]), 2288);
                assert!(block.is_full());
                assert_eq!(block.fill(&[4; 5000]), 0);
                assert_eq!(block.bytes().as_ptr(), first);
                let expected = [[1; 5000], [2; 5000], [3; 5000]].concat();
                assert_eq!(block.bytes(), &expected[..3 * 4096]);
                block.clear();
                assert!(block.bytes().is_empty());
            }
        }
    }
}
