//! Repeating what a block already holds: the back-references of compressors.

/// What is copied at a time.
const STEP: usize = 32;

/// The least distance between a repetition and what it repeats.
pub(crate) const LEAST_DISTANCE: usize = STEP;

/// Copies `n_bytes` bytes from `from` to `to`, or as many as `out` has room for. What lies behind
/// them stays. A repetition longer than the distance goes on with its own beginning.
///
/// `from` lies at least [`LEAST_DISTANCE`] before `to`, or what is repeated ends before `to`: so no
/// step reads what it writes.
#[inline(always)]
pub(crate) fn repeat(out: &mut [u8], from: usize, to: usize, n_bytes: usize) {
    let end = to + n_bytes;
    if end + STEP > out.len() {
        repeat_at_end(out, from, to, n_bytes);
        return;
    }
    // Whole steps cost fewer mispredicted branches than a copy of just these bytes. What the last
    // one overwrites is put back.
    let mut behind = [0; STEP];
    behind.copy_from_slice(&out[end..end + STEP]);
    let mut done = 0;
    while done < n_bytes {
        out.copy_within(from + done..from + done + STEP, to + done);
        done += STEP;
    }
    out[end..end + STEP].copy_from_slice(&behind);
}

#[cold]
#[inline(never)]
fn repeat_at_end(out: &mut [u8], from: usize, to: usize, n_bytes: usize) {
    for i in 0..n_bytes.min(out.len().saturating_sub(to)) {
        out[to + i] = out[from + i];
    }
}
