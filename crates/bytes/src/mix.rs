//! The model `mix`: random bytes and runs of one byte, so many of each per 512 bytes.
//!
//! A block is cut into granules. Each begins with `random` bytes of the lanes, a new row for every
//! granule, and is filled up with the block's run byte. So a compressor finds the same share of
//! runs wherever it looks, and what it makes of them hardly depends on how it works.

use crate::key::BlockKey;
use crate::lanes::{Lanes, ROW_BYTES, Row};

/// The shortest granule, and the one of all ratios up to 8.
const GRANULE_BYTES: usize = 512;

/// What a granule should come down to at the least, so that what a compressor spends on each run
/// stays small beside it.
const LEAST_COMPRESSED: f64 = 64.0;

/// What a compressor spends on a run at the least: 6 bytes for lz4, 3 for zstd.
const RUN_COST: f64 = 4.0;

/// What it loses besides, a byte for each 64 random ones: after some time without a find, lz4 looks
/// at every second position only, then at every third, and sees a run when it is in the midst of it.
const LATE: f64 = 64.0;

/// Bytes of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mix {
    granule: usize,
    random: usize,
}

impl Mix {
    /// Nothing but random bytes.
    pub(crate) const RANDOM: Self = Self { granule: GRANULE_BYTES, random: GRANULE_BYTES };

    /// The mix that compresses `compress` to 1.
    pub(crate) fn new(compress: f64) -> Self {
        if compress == 1.0 {
            return Self::RANDOM;
        }
        let mut granule = GRANULE_BYTES;
        while (granule as f64) < LEAST_COMPRESSED * compress {
            granule *= 2;
        }
        let compressed = granule as f64 / compress;
        let random = (compressed - compressed / LATE - RUN_COST).round() as usize;
        Self { granule, random }
    }

    /// The highest ratio within blocks of `block_bytes`.
    pub(crate) fn highest(block_bytes: usize) -> f64 {
        block_bytes as f64 / LEAST_COMPRESSED
    }

    /// Writes the first bytes of the block of `key`.
    #[inline(always)]
    pub(crate) fn fill(self, key: BlockKey, out: &mut [u8]) {
        let mut lanes = Lanes::new(key);
        if self == Self::RANDOM {
            lanes.rows(out);
            return;
        }
        let run = Row::repeat((key.0[0] >> 56) as u8);
        let n_random = self.random / ROW_BYTES;
        let mask = Row::mask(self.random % ROW_BYTES);
        for granule in out.chunks_mut(self.granule) {
            let (rows, rest) = granule.as_chunks_mut::<ROW_BYTES>();
            let (random, others) = rows.split_at_mut(n_random.min(rows.len()));
            for row in random.iter_mut() {
                *row = lanes.next().to_bytes();
            }
            let mut others = others.iter_mut();
            if random.len() == n_random
                && let Some(row) = others.next()
            {
                *row = lanes.next().select(&mask, &run).to_bytes();
            }
            for row in others {
                *row = run.to_bytes();
            }
            if !rest.is_empty() {
                let row = match rows.len() {
                    n if n < n_random => lanes.next(),
                    n if n == n_random => lanes.next().select(&mask, &run),
                    _ => run,
                };
                rest.copy_from_slice(&row.to_bytes()[..rest.len()]);
            }
        }
    }
}
