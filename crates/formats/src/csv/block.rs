//! The text of some rows while it grows.

/// Bytes copied at once; the block keeps as many ready behind its end.
const LANE: usize = 16;

/// A growing text. The bytes are ready ahead of the length, so that a cell is written with one
/// check of bounds and without a check of capacity.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Vec<u8>,
    len: usize,
}

impl Block {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; 4096], len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Makes `additional` bytes ready, and the overhang of the last copy.
    #[inline]
    pub(super) fn reserve(&mut self, additional: usize) {
        let needed = self.len + additional + 2 * LANE;
        if self.bytes.len() < needed {
            self.grow(needed);
        }
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        self.bytes.resize(needed.next_power_of_two(), 0);
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// `text` as it is, at most [`Self::reserve`]d bytes long.
    #[inline]
    pub(super) fn text(&mut self, text: &[u8]) {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    /// The `len` bytes of `source` from `start` on: in whole registers where `source` reaches far
    /// enough, as most cells are shorter than two.
    #[inline]
    pub(super) fn part(&mut self, source: &[u8], start: usize, len: usize) {
        let two_lanes = 2 * LANE;
        match source.get(start..start + two_lanes) {
            Some(lanes) if len <= two_lanes => {
                self.bytes[self.len..self.len + two_lanes].copy_from_slice(lanes);
                self.len += len;
            }
            _ => self.text(&source[start..start + len]),
        }
    }

    /// The first `len` bytes of `digits`.
    #[inline]
    pub(super) fn lane(&mut self, digits: &[u8; LANE], len: usize) {
        self.bytes[self.len..self.len + LANE].copy_from_slice(digits);
        self.len += len;
    }

    /// `N` bytes at once.
    #[inline]
    pub(super) fn array<const N: usize>(&mut self, text: [u8; N]) {
        self.bytes[self.len..self.len + N].copy_from_slice(&text);
        self.len += N;
    }
}
