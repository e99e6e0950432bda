//! Floats instead of bytes: vectors for similarity search, tensors, checkpoints.

use crate::Spec;
use crate::spec::BLOCK_BYTES;

const BLOCK_FLOATS: usize = BLOCK_BYTES / 4;

/// Writes floats of an object, from the one of an index on, and returns how many: all of `out`, or
/// as many as the object still has. It has one for each 4 bytes.
///
/// Float `i` is made of the little-endian number in bytes `4 i` to `4 i + 4`: its upper 24 bits,
/// divided by 2^24. So it is evenly spread over 0 to 1, without 1, and never infinite or NaN.
///
/// ```
/// use inrush_bytes::{Spec, uniform_f32};
///
/// let mut vector = [0.0; 128];
/// assert_eq!(uniform_f32(&Spec::new(4 * 1_000), 900, &mut vector), 100);
/// assert!(vector[..100].iter().all(|x| (0.0..1.0).contains(x)));
/// ```
pub fn uniform_f32(spec: &Spec, index: u64, out: &mut [f32]) -> usize {
    let left = usize::try_from((spec.size() / 4).saturating_sub(index)).unwrap_or(usize::MAX);
    let n = out.len().min(left);
    let mut scratch = [0; BLOCK_BYTES];
    let mut at = index;
    let mut out = &mut out[..n];
    while !out.is_empty() {
        // Up to the end of a block, so that none is generated twice.
        let some = (BLOCK_FLOATS - (at % BLOCK_FLOATS as u64) as usize).min(out.len());
        let (now, later) = out.split_at_mut(some);
        spec.fill_at(4 * at, &mut scratch[..4 * some]);
        let (numbers, _) = scratch[..4 * some].as_chunks::<4>();
        for (float, number) in now.iter_mut().zip(numbers) {
            *float = (u32::from_le_bytes(*number) >> 8) as f32 * (1.0 / (1 << 24) as f32);
        }
        at += some as u64;
        out = later;
    }
    n
}
