//! More than one processor, for callers who have a pool of threads already.
//!
//! Every range of an object is a pure function of its offset, so threads share nothing: no counter,
//! no lock, no state that moves from piece to piece.

use rayon::prelude::*;

use crate::{BufferPool, EmptyBuffers, Spec};

/// What a thread fills at a time: it fits into the second level of caches.
const PIECE_BYTES: usize = 256 * 1024;

/// Writes the bytes from `offset` on with the threads of rayon's current pool, and returns how
/// many: all of `out`, or as many as the object still has.
///
/// ```
/// use inrush_bytes::{Spec, generate, par_fill};
///
/// let spec = Spec::builder(3_000_000).dedup(1.5).compress(2.5).build()?;
/// let mut bytes = vec![0; 3_000_000];
/// assert_eq!(par_fill(&spec, 0, &mut bytes), 3_000_000);
/// assert!(bytes == generate(&spec));
/// # Ok::<(), inrush_bytes::SpecError>(())
/// ```
pub fn par_fill(spec: &Spec, offset: u64, out: &mut [u8]) -> usize {
    let n = spec.n_from(offset, out.len());
    out[..n].par_chunks_mut(PIECE_BYTES).enumerate().for_each(|(i, piece)| {
        spec.fill_at(offset + (i * PIECE_BYTES) as u64, piece);
    });
    n
}

/// Calls `take` with every chunk of an object and its offset, on the threads of rayon's current
/// pool and in no order. Each thread fills one buffer of its own, again and again.
///
/// # Errors
/// [`EmptyBuffers`] where a chunk would have no bytes.
pub fn par_chunks(
    spec: &Spec,
    chunk_bytes: usize,
    take: impl Fn(u64, &[u8]) + Sync,
) -> Result<(), EmptyBuffers> {
    // A thread asks for a buffer whenever work is divided once more, and gets one that it has used.
    let pool = BufferPool::new(chunk_bytes)?;
    let n_chunks = spec.size().div_ceil(chunk_bytes as u64);
    (0..n_chunks).into_par_iter().for_each_init(
        || pool.take(),
        |buffer, i| {
            let offset = i * chunk_bytes as u64;
            let n = spec.fill_at(offset, buffer);
            take(offset, &buffer[..n]);
        },
    );
    Ok(())
}
