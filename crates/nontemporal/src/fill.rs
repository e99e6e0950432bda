//! Pieces that are made in the first level of caches and sent on from there.

use crate::store::{Fence, copy};

/// The largest piece that is made at a time.
pub const PIECE_BYTES: usize = 4096;

/// What makes the bytes of pieces. Closures do; but a compiler may leave the body of a closure out of
/// line, and without the vector instructions of the function around it. A type of its own can mark
/// its [`make`](Self::make) as `#[inline(always)]`.
pub trait Make {
    /// Overwrites all of `piece`, which begins `offset` bytes behind the beginning.
    fn make(&mut self, offset: usize, piece: &mut [u8]);
}

impl<F: FnMut(usize, &mut [u8])> Make for F {
    #[inline(always)]
    fn make(&mut self, offset: usize, piece: &mut [u8]) {
        self(offset, piece);
    }
}

/// Fills `to` with what `make` makes, piece by piece from the beginning on. Every piece but the last
/// has [`PIECE_BYTES`]. Where `make` panics, up to 63 bytes of what it made may be missing.
///
/// It is always inlined, so that pieces are made with the instructions of its caller.
#[inline(always)]
pub fn fill(mut to: &mut [u8], mut make: impl Make) {
    let mut scratch = Scratch([0; LINE_BYTES + PIECE_BYTES + PAGE_BYTES]);
    let scratch = apart(&mut scratch.0, to);
    let n_bytes = to.len();
    let mut n_made = 0;
    // Bytes that were made and wait in front of the next piece for the rest of their line.
    let mut n_waiting = 0;
    // Dropped last, however `make` ends. Until then `to` is ours alone, so nobody reads too early.
    let fence = Fence;
    while n_made < n_bytes {
        let n = PIECE_BYTES.min(n_bytes - n_made);
        let end = LINE_BYTES + n;
        make.make(n_made, &mut scratch[LINE_BYTES..end]);
        n_made += n;
        let made = &scratch[LINE_BYTES - n_waiting..end];
        let n_surplus = if n_made < n_bytes { past_last_line(to, made.len()) } else { 0 };
        let (now, later) = to.split_at_mut(made.len() - n_surplus);
        copy(now, &made[..now.len()], &fence);
        to = later;
        n_waiting = n_surplus;
        scratch.copy_within(end - n_waiting..end, LINE_BYTES - n_waiting);
    }
}

/// The part of `scratch` in which a piece lies a little ahead of its place in `to`, but for whole
/// pages. A load that follows a store to the same offset of another page waits for it, as processors
/// compare the offsets first; so each load is to come as long after such a store as it can.
#[inline(always)]
fn apart<'a>(scratch: &'a mut [u8], to: &[u8]) -> &'a mut [u8] {
    let wanted = to.as_ptr().addr() + AHEAD_BYTES;
    let n_before = wanted.wrapping_sub(scratch.as_ptr().addr() + LINE_BYTES) % PAGE_BYTES;
    &mut scratch[n_before / LINE_BYTES * LINE_BYTES..]
}

/// How many of the first `n` bytes of `to` lie behind the end of the last whole line.
#[inline(always)]
fn past_last_line(to: &[u8], n: usize) -> usize {
    (to.as_ptr().addr() + n) % LINE_BYTES
}

/// What goes to memory at once. A line of which a part is sent and a part stored is read after all.
const LINE_BYTES: usize = 64;

/// What the processor looks at first of an address is its place in a page.
const PAGE_BYTES: usize = 4096;

/// How far ahead a piece lies: 256 bytes were never slow here, where half a page at times took a
/// third off the speed.
const AHEAD_BYTES: usize = 256;

/// Room for bytes that wait and a piece behind them, anywhere in a page; no vector of the piece
/// straddles two lines.
#[repr(align(64))]
struct Scratch([u8; LINE_BYTES + PIECE_BYTES + PAGE_BYTES]);
