//! The model `text`: words by Zipf's law, in sentences and lines.
//!
//! A block begins with a capital and ends anywhere. [`Prose`] says what words, marks and ids are.
//! Left alone, it compresses [`NATURAL`] to 1. For lower ratios, some of the words become ids. For
//! higher ones, stretches of fresh words alternate with *phrases* from earlier in the block: whole
//! words, from a random one of a random stretch so far on, or from farther ahead where the phrase
//! would not end before it begins. The lengths of both are spread exponentially.
//!
//! The ratio is that of zstd at level 1 in pieces of 64 KiB. Others find other ones, as in real
//! text: in a shorter piece fewer words have been seen before, and lz4 has no code for the letters
//! in between. Measured on 8 MiB in dedup units of 4 KiB, by zstd 1.5.7 at level 1, lz4 1.9.4 in
//! its block format and zlib at level 6, in pieces of so many KiB:
//!
//! | asked | zstd, 4 | zstd, 64 | lz4, 4 | lz4, 64 | zlib, 64 |
//! |------:|--------:|---------:|-------:|--------:|---------:|
//! |   1.4 |    1.35 |     1.40 |   1.01 |    1.04 |     1.43 |
//! |   1.5 |    1.42 |     1.50 |   1.04 |    1.10 |     1.56 |
//! |  1.75 |    1.57 |     1.74 |   1.11 |    1.23 |     1.84 |
//! |     2 |    1.74 |     2.00 |   1.16 |    1.38 |     2.13 |
//! |   2.4 |    2.00 |     2.40 |   1.23 |    1.56 |     2.58 |
//! |     3 |    2.52 |     3.01 |   1.59 |    2.00 |     3.20 |
//! |     4 |    3.44 |     4.09 |   2.24 |    2.75 |     4.34 |
//! |     6 |    4.97 |     5.97 |   3.33 |    4.06 |     6.25 |
//! |     8 |    6.74 |     8.02 |   4.60 |    5.47 |     8.41 |
//! |    12 |    10.1 |     12.2 |    7.5 |     8.3 |     13.5 |
//! |    16 |    12.9 |     15.6 |   10.2 |    10.5 |     18.9 |

use crate::draws::below;
use crate::key::BlockKey;
use crate::lengths::{Lengths, Mean};
use crate::prose::Prose;

/// The ratio of words alone.
const NATURAL: f64 = 2.4;

/// How many of 65,536 tokens are ids, for lower ratios: measured, and in between on a line.
const IDS: [(f64, f64); 8] = [
    (1.4, 34_144.0),
    (1.5, 23_136.0),
    (1.6, 16_544.0),
    (1.8, 8_800.0),
    (2.0, 4_448.0),
    (2.2, 1_760.0),
    (2.3, 736.0),
    (NATURAL, 0.0),
];

/// What a block begins with, so that its first phrases are not all the same few words.
const HEAD_BYTES: usize = 48;

/// The phrase that is asked for, at the least.
const LEAST_PHRASE: usize = 16;

/// A phrase, at the most: no aligned 512 bytes lie within one, so none are the same as others.
const MOST_PHRASE: usize = 511;

/// The mean phrase where ratios are so low that more fresh words bring them about.
const SHORT_PHRASE: f64 = 40.0;

/// A stretch ends with the word that it ends in, and a phrase before it.
const HALF_WORD: f64 = 3.0;

/// The stretches of which one is repeated: the last so many.
const N_PLACES: usize = 256;

/// What a block is made of, beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// So many of 65,536 tokens are ids.
    Ids(u64),
    /// Phrases between stretches of fresh words.
    Phrases { fresh: Mean, repeated: Mean },
}

impl Text {
    /// The lowest ratio, with half of the words replaced by ids.
    pub(crate) const LOWEST: f64 = IDS[0].0;
    /// The ratio of words alone.
    pub(crate) const NATURAL: f64 = NATURAL;

    /// The highest ratio within blocks of `block_bytes`. Beyond, too little text comes before the
    /// phrases for them to be as long as they must.
    pub(crate) fn highest(block_bytes: usize) -> f64 {
        (2.0 + block_bytes as f64 / 256.0).min(16.0)
    }

    /// The text that compresses `compress` to 1 in blocks of `block_bytes`.
    pub(crate) fn new(compress: f64, block_bytes: usize) -> Self {
        if compress > NATURAL {
            return Self::phrases(compress, block_bytes);
        }
        let above = IDS.iter().position(|&(ratio, _)| compress <= ratio).unwrap_or(0).max(1);
        let ((low, most), (high, fewest)) = (IDS[above - 1], IDS[above]);
        let ids = most + (fewest - most) * (compress - low) / (high - low);
        Self::Ids(ids.round() as u64)
    }

    fn phrases(compress: f64, block_bytes: usize) -> Self {
        // The bytes of all stretches and phrases, and what they should come down to.
        let bytes = (block_bytes - HEAD_BYTES) as f64;
        let compressed = block_bytes as f64 / compress - HEAD_BYTES as f64 / NATURAL;
        // The same for a stretch and a phrase. Higher ratios take shorter ones, and small blocks.
        let each = f64::min(24.0, 160.0 / compress).min(compressed / 3.0);
        // What is spent on a phrase. Part of it makes up for words that compress worse, as fewer
        // of them came before.
        let cost = f64::min(4.3 + 0.43 * compress, 8.0);
        let fresh = (each - cost) * NATURAL;
        // The phrase that the block cuts short costs as much as a whole one.
        let repeated = bytes / (compressed / each - 0.5) - fresh;
        if repeated >= SHORT_PHRASE {
            return Self::with_means(fresh, repeated);
        }
        // (fresh / NATURAL + cost) / (fresh + repeated) = compressed / bytes
        let fresh = (compressed * SHORT_PHRASE - bytes * cost) / (bytes / NATURAL - compressed);
        Self::with_means(fresh, SHORT_PHRASE)
    }

    fn with_means(fresh: f64, repeated: f64) -> Self {
        let repeated = repeated - LEAST_PHRASE as f64 + HALF_WORD;
        Self::Phrases { fresh: Mean::new(fresh - HALF_WORD), repeated: Mean::new(repeated) }
    }

    /// Writes the first bytes of the block of `key`.
    ///
    /// Nothing here gains from wide vectors, so it is compiled once for all of them.
    #[inline(never)]
    pub(crate) fn fill(self, BlockKey([word, order, ..]): BlockKey, out: &mut [u8]) {
        let mut prose = Prose::new(word, out);
        let (fresh, repeated) = match self {
            Self::Ids(ids) => return prose.write(usize::MAX, ids),
            Self::Phrases { fresh, repeated } => (fresh, repeated),
        };
        let mut fresh = Lengths::new(fresh, order);
        let mut repeated = Lengths::new(repeated, order >> 8);
        let mut places = [(0, 0); N_PLACES];
        let mut n_stretches = 0;
        let mut start = 0;
        prose.write(HEAD_BYTES, 0);
        loop {
            let draw = prose.draw();
            prose.write(fresh.next(draw), 0);
            if prose.is_full() {
                return;
            }
            places[n_stretches % N_PLACES] = (start, prose.n_bytes() - start);
            n_stretches += 1;
            let (place, n_bytes) = places[below(n_stretches.min(N_PLACES), draw >> 16)];
            let from = place + below(n_bytes, draw >> 32);
            let n_bytes = LEAST_PHRASE + repeated.next(draw >> 8);
            prose.repeat(from, n_bytes.min(MOST_PHRASE));
            start = prose.n_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::ObjectKey;
    use crate::spec::BLOCK_BYTES;

    /// Some blocks, one behind the other.
    fn blocks(compress: f64, block_bytes: usize) -> Vec<u8> {
        let text = Text::new(compress, block_bytes);
        let mut bytes = vec![0; 256 << 10];
        for (i, block) in bytes.chunks_mut(block_bytes).enumerate() {
            text.fill(ObjectKey::new(3, 0).block(i as u64), block);
        }
        bytes
    }

    #[test]
    fn the_beginning_of_a_block_does_not_depend_on_how_much_is_asked_for() {
        for compress in [1.4, 1.7, NATURAL, 2.5, 4.0, 16.0] {
            let text = Text::new(compress, BLOCK_BYTES);
            let key = ObjectKey::new(1, 2).block(3);
            let mut whole = [0; BLOCK_BYTES];
            text.fill(key, &mut whole);
            for n in (0..300).chain((300..BLOCK_BYTES).step_by(61)) {
                let mut part = vec![0; n];
                text.fill(key, &mut part);
                assert!(part == whole[..n], "{n} bytes at {compress}");
            }
        }
    }

    #[test]
    fn zstd_finds_the_ratio_in_all_sizes_of_blocks() {
        for block_bytes in [512, 1024, 2048, 4096] {
            for compress in [1.4, 1.5, 1.75, 2.0, 2.4, 2.41, 2.7, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0] {
                if compress > Text::highest(block_bytes) {
                    continue;
                }
                let bytes = blocks(compress, block_bytes);
                let compressed = bytes.chunks(64 << 10).map(|piece| zstd::bulk::compress(piece, 1));
                let compressed: usize = compressed.map(|piece| piece.unwrap().len()).sum();
                let found = bytes.len() as f64 / compressed as f64;
                let case = format!("{found} instead of {compress} in blocks of {block_bytes}");
                assert!((found / compress - 1.0).abs() < 0.1, "{case}");
            }
        }
    }

    #[test]
    fn all_bytes_are_those_of_words_marks_and_ids() {
        for compress in [1.4, 2.0, NATURAL, 4.0, 16.0] {
            let bytes = blocks(compress, BLOCK_BYTES);
            let is_known = |b: &u8| b.is_ascii_alphanumeric() || b" ,.-_\n".contains(b);
            assert!(bytes.iter().all(is_known), "at {compress}");
            let has_end = |piece: &[u8]| piece.iter().any(u8::is_ascii_whitespace);
            assert!(bytes.chunks(64).all(has_end), "at {compress}");
        }
    }
}
