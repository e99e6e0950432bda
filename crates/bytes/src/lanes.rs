//! Sixteen generators side by side, as plain arrays that the compiler turns into vectors.
//!
//! Each lane is an xoshiro256++ (Blackman and Vigna 2021). A row is the next output of all lanes,
//! little-endian, 128 bytes. AVX-512, AVX2, NEON and scalar code compute the same rows.

use crate::key::{BlockKey, GOLDEN};

/// Generators side by side: two registers of AVX-512 for each state word. With one, additions wait
/// for each other; with fewer lanes than these, compilers no longer see whole vectors.
const LANES: usize = 16;

/// The bytes of one step of all lanes.
pub(crate) const ROW_BYTES: usize = 8 * LANES;

/// The states of the lanes, one array for each of the four state words.
pub(crate) struct Lanes {
    a: [u64; LANES],
    b: [u64; LANES],
    c: [u64; LANES],
    d: [u64; LANES],
}

impl Lanes {
    /// The lanes at the start of a block.
    #[inline(always)]
    pub(crate) fn new(key: BlockKey) -> Self {
        let BlockKey([a, b, c, d]) = key;
        Self { a: spread(a), b: spread(b), c: spread(c), d: spread(d) }
    }

    /// The next row.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Row {
        let mut row = [0; LANES];
        for (i, output) in row.iter_mut().enumerate() {
            let (a, b, c, d) = (self.a[i], self.b[i], self.c[i], self.d[i]);
            *output = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
            // In this order AVX-512 takes three operands at once, and other sets lose nothing.
            self.a[i] = a ^ (d ^ b);
            self.b[i] = (b ^ c) ^ a;
            self.c[i] = (c ^ (b << 17)) ^ a;
            self.d[i] = (d ^ b).rotate_left(45);
        }
        Row(row)
    }

    /// Writes rows over all of `out`; of the last one, as much as there is room for.
    #[inline(always)]
    pub(crate) fn rows(&mut self, out: &mut [u8]) {
        let (rows, rest) = out.as_chunks_mut::<ROW_BYTES>();
        for row in rows {
            *row = self.next().to_bytes();
        }
        if !rest.is_empty() {
            rest.copy_from_slice(&self.next().to_bytes()[..rest.len()]);
        }
    }
}

/// A state word for each lane: a hash of the key's word and the lane. One multiplication is enough,
/// as the word itself is fully mixed; it costs a block of 4 KiB six percent less time than two.
#[inline(always)]
fn spread(word: u64) -> [u64; LANES] {
    let mut states = OFFSETS;
    for state in &mut states {
        let z = word.wrapping_add(*state);
        let z = (z ^ (z >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        *state = z ^ (z >> 29);
    }
    states
}

/// What sets the lanes apart. None is zero, which the compiler would treat apart.
const OFFSETS: [u64; LANES] = {
    let mut offsets = [0; LANES];
    let mut lane = 0;
    while lane < LANES {
        offsets[lane] = GOLDEN.wrapping_mul(lane as u64 + 1);
        lane += 1;
    }
    offsets
};

/// One output of each lane.
#[derive(Clone, Copy)]
pub(crate) struct Row([u64; LANES]);

impl Row {
    /// A row of one byte.
    #[inline(always)]
    pub(crate) fn repeat(byte: u8) -> Self {
        Self([u64::from_ne_bytes([byte; 8]); LANES])
    }

    /// A row whose first `n` bytes have all bits set, and the others none.
    #[inline(always)]
    pub(crate) fn mask(n: usize) -> Self {
        let mut mask = [0; LANES];
        for (i, word) in mask.iter_mut().enumerate() {
            *word = match n.saturating_sub(8 * i) {
                set @ 0..8 => (1 << (8 * set)) - 1,
                _ => u64::MAX,
            };
        }
        Self(mask)
    }

    /// The bits of this row where `mask` has them set, and those of `other` elsewhere.
    #[inline(always)]
    pub(crate) fn select(mut self, mask: &Self, other: &Self) -> Self {
        for i in 0..LANES {
            self.0[i] = (self.0[i] & mask.0[i]) | (other.0[i] & !mask.0[i]);
        }
        self
    }

    /// The bytes, little-endian.
    #[inline(always)]
    pub(crate) fn to_bytes(self) -> [u8; ROW_BYTES] {
        let mut bytes = [0; ROW_BYTES];
        let (words, _) = bytes.as_chunks_mut::<8>();
        for (word, value) in words.iter_mut().zip(self.0) {
            *word = value.to_le_bytes();
        }
        bytes
    }
}
