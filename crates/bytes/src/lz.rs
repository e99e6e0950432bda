//! The model `lz`: literals and repetitions, as compressors meet them in real data.
//!
//! A block begins with 32 random bytes and goes on in sequences: random bytes, the *literals*, and
//! behind them the bytes from an earlier place of the block on, the *match*. Lengths are spread
//! exponentially, many short and few long. The place is a random one among the literals of a random
//! sequence so far. Those a compressor has surely noted, while it skips what lies within a match: so
//! it finds the matches as they were meant. It works as hard for the ratio as on data with that many
//! sequences, where [`mix`](crate::Model::Mix) lets it skip most of the bytes.
//!
//! Measured on 8 MiB in dedup units of 4 KiB, by zstd 1.5.7 at level 1, lz4 1.9.4 in its block
//! format and zlib at level 6, in pieces of so many KiB:
//!
//! | asked | zstd, 4 | zstd, 64 | lz4, 4 | lz4, 64 | zlib, 64 |
//! |------:|--------:|---------:|-------:|--------:|---------:|
//! |     1 |    1.00 |     1.00 |   1.00 |    1.00 |     1.00 |
//! |   1.1 |    1.09 |     1.10 |   1.08 |    1.08 |     1.10 |
//! |  1.25 |    1.25 |     1.26 |   1.23 |    1.23 |     1.26 |
//! |   1.5 |    1.49 |     1.52 |   1.47 |    1.47 |     1.53 |
//! |     2 |    2.02 |     2.07 |   1.96 |    1.97 |     2.13 |
//! |     3 |    2.94 |     3.07 |   2.89 |    2.90 |     3.18 |
//! |     4 |    3.89 |     4.09 |   3.84 |    3.85 |     4.27 |
//! |     6 |    5.87 |     6.10 |   5.71 |    5.75 |     6.37 |
//! |     8 |    7.82 |     8.22 |   7.65 |    7.72 |     8.51 |
//! |    12 |    11.4 |     12.4 |   11.2 |    11.4 |     13.5 |
//! |    16 |    14.6 |     16.6 |   14.3 |    14.6 |     19.5 |

use crate::draws::{Draws, below};
use crate::key::BlockKey;
use crate::lanes::Lanes;
use crate::lengths::{Lengths, Mean};
use crate::repeat::{LEAST_DISTANCE, repeat};

/// The literals of a sequence, at the least.
const LEAST_LITERALS: usize = 1;

/// The match of a sequence, at the least: zstd overlooks what is shorter than 6 bytes.
const LEAST_MATCH: usize = 8;

/// The match of a sequence, at the most: no aligned 512 bytes lie within one, so none are the same
/// as others.
const MOST_MATCH: usize = 511;

/// The mean match where ratios are so low that more literals bring them about.
const SHORT_MATCH: f64 = 20.0;

/// What a sequence should come down to, literals and all. What a compressor spends on it beyond the
/// literals differs from one to the other, and should stay small beside them.
const SEQUENCE_COMPRESSED: f64 = 16.0;

/// The sequences of which one is repeated: the last so many.
const N_PLACES: usize = 256;

/// The mean lengths of literals and matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lz {
    literals: Mean,
    matched: Mean,
}

impl Lz {
    /// Nothing but random bytes.
    const RANDOM: Self = Self { literals: Mean(0), matched: Mean(0) };

    /// The lengths that make blocks of `block_bytes` compress `compress` to 1.
    pub(crate) fn new(compress: f64, block_bytes: usize) -> Self {
        if compress == 1.0 {
            return Self::RANDOM;
        }
        // The bytes of all sequences, and what they should come down to.
        let bytes = (block_bytes - LEAST_DISTANCE) as f64;
        let compressed = block_bytes as f64 / compress - LEAST_DISTANCE as f64;
        // Higher ratios take shorter sequences, and small blocks, so that they have some.
        let each = SEQUENCE_COMPRESSED.min(128.0 / compress).min(compressed / 4.0);
        // What is spent on a match, by and large: lz4 writes more bytes for a long one.
        let cost = 3.55 + 0.09 * compress;
        // The match that the block cuts short costs as much as a whole one.
        let cut = 0.85 * (1.0 - 1.0 / compress);
        let literals = each - cost;
        let matched = bytes / (compressed / each - cut) - literals;
        if matched >= SHORT_MATCH {
            return Self::with_means(literals, matched);
        }
        // (literals + cost) / (literals + matched) = compressed / bytes
        let compressed = compressed - cut * each;
        let literals = (compressed * SHORT_MATCH - bytes * cost) / (bytes - compressed);
        Self::with_means(literals, SHORT_MATCH)
    }

    fn with_means(literals: f64, matched: f64) -> Self {
        let literals = Mean::new(literals - LEAST_LITERALS as f64);
        Self { literals, matched: Mean::new(matched - LEAST_MATCH as f64) }
    }

    /// The highest ratio within blocks of `block_bytes`. Beyond, a sequence would cost more than
    /// its literals, and each compressor would find another ratio.
    pub(crate) fn highest(block_bytes: usize) -> f64 {
        (block_bytes as f64 / 64.0).min(16.0)
    }

    /// Writes the first bytes of the block of `key`.
    #[inline(always)]
    pub(crate) fn fill(self, key: BlockKey, out: &mut [u8]) {
        Lanes::new(key).rows(out);
        if self != Self::RANDOM {
            self.write_matches(key, out);
        }
    }

    /// Turns random bytes into matches. What is left of them are the literals.
    ///
    /// Nothing here gains from wide vectors, so it is compiled once for all of them.
    #[inline(never)]
    fn write_matches(self, BlockKey([word, order, ..]): BlockKey, out: &mut [u8]) {
        let mut draws = Draws::new(word);
        let mut literals = Lengths::new(self.literals, order);
        let mut matches = Lengths::new(self.matched, order >> 8);
        let mut places = [(0, 0); N_PLACES];
        let mut n_sequences = 0;
        let mut at = LEAST_DISTANCE;
        while at < out.len() {
            let draw = draws.next();
            let n_literals = LEAST_LITERALS + literals.next(draw);
            let n_matched = (LEAST_MATCH + matches.next(draw >> 8)).min(MOST_MATCH);
            let to = at + n_literals;
            places[n_sequences % N_PLACES] = (at, n_literals);
            n_sequences += 1;
            let (start, n_bytes) = places[below(n_sequences.min(N_PLACES), draw >> 16)];
            let from = start + below(n_bytes, draw >> 32);
            repeat(out, from.min(to - LEAST_DISTANCE), to, n_matched);
            at = to + n_matched;
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
        let lz = Lz::new(compress, block_bytes);
        let mut bytes = vec![0; 256 << 10];
        for (i, block) in bytes.chunks_mut(block_bytes).enumerate() {
            lz.fill(ObjectKey::new(3, 0).block(i as u64), block);
        }
        bytes
    }

    #[test]
    fn the_beginning_of_a_block_does_not_depend_on_how_much_is_asked_for() {
        for compress in [1.0, 1.3, 2.0, 8.0, 16.0] {
            let lz = Lz::new(compress, BLOCK_BYTES);
            let key = ObjectKey::new(1, 2).block(3);
            let mut whole = [0; BLOCK_BYTES];
            lz.fill(key, &mut whole);
            for n in (0..300).chain((300..BLOCK_BYTES).step_by(61)) {
                let mut part = vec![0; n];
                lz.fill(key, &mut part);
                assert!(part == whole[..n], "{n} bytes at {compress}");
            }
        }
    }

    #[test]
    fn zstd_finds_the_ratio_in_all_sizes_of_blocks() {
        for block_bytes in [512, 1024, 2048, 4096] {
            for compress in [1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0] {
                if compress > Lz::highest(block_bytes) {
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
}
