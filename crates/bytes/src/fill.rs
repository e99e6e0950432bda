//! Filling any range of an object, block by block.

use inrush_nontemporal::{Make, PIECE_BYTES, fill};
use pulp::NullaryFnOnce;

use crate::isa::{self, Isa};
use crate::spec::{BLOCK_BYTES, Spec};

impl Spec {
    /// Writes the bytes from `offset` on, and returns how many: all of `out`, or as many as the
    /// object still has.
    ///
    /// ```
    /// use inrush_bytes::Spec;
    ///
    /// let spec = Spec::builder(10_000).seed(7).compress(2.0).build()?;
    /// let mut whole = vec![0; 10_000];
    /// assert_eq!(spec.fill_at(0, &mut whole), 10_000);
    /// let mut part = [0; 100];
    /// assert_eq!(spec.fill_at(9_950, &mut part), 50);
    /// assert_eq!(part[..50], whole[9_950..]);
    /// # Ok::<(), inrush_bytes::SpecError>(())
    /// ```
    pub fn fill_at(&self, offset: u64, out: &mut [u8]) -> usize {
        self.fill(None, offset, out)
    }

    /// [`fill_at`](Self::fill_at) with the instructions of `isa`.
    ///
    /// # Panics
    /// Where the processor lacks them.
    #[doc(hidden)]
    pub fn fill_at_with(&self, isa: Isa, offset: u64, out: &mut [u8]) -> usize {
        self.fill(Some(isa), offset, out)
    }

    fn fill(&self, isa: Option<Isa>, offset: u64, out: &mut [u8]) -> usize {
        let n = self.n_from(offset, out.len());
        // Past the end there are no blocks, and an object of no bytes has no contents either.
        if n > 0 {
            isa::dispatch(isa, Fill { spec: self, offset, out: &mut out[..n] });
        }
        n
    }
}

/// The bytes of an object from an offset on, all of them within the object.
struct Fill<'a> {
    spec: &'a Spec,
    offset: u64,
    out: &'a mut [u8],
}

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { spec, offset, mut out } = self;
        let block_bytes = spec.block_bytes();
        let mut block = offset / block_bytes as u64;
        let skip = (offset % block_bytes as u64) as usize;
        if skip > 0 {
            let head = (block_bytes - skip).min(out.len());
            let mut scratch = Scratch([0; BLOCK_BYTES]);
            spec.fill_block(spec.block_key(block), &mut scratch.0[..skip + head]);
            let (now, later) = out.split_at_mut(head);
            now.copy_from_slice(&scratch.0[skip..skip + head]);
            out = later;
            block += 1;
        }
        if out.len() < PAST_CACHES_BYTES {
            fill_blocks(spec, block, out);
        } else {
            fill(out, Blocks { spec, block });
        }
    }
}

/// Writes blocks one behind the other; the last one may be the beginning of one.
///
/// Where this were not inlined, it would be compiled without the instructions of its caller.
#[inline(always)]
fn fill_blocks(spec: &Spec, mut block: u64, out: &mut [u8]) {
    let mut key = spec.block_key(block);
    let mut blocks = out.chunks_mut(spec.block_bytes());
    while let Some(out) = blocks.next() {
        let now = key;
        if blocks.len() > 0 {
            block += 1;
            // Ahead of time: the multiplications of a key wait for each other, and a processor
            // that looks a few hundred instructions ahead finds nothing else to do at the end of a
            // block.
            key = spec.block_key(block);
        }
        spec.fill_block(now, out);
    }
}

/// The blocks from a number on.
struct Blocks<'a> {
    spec: &'a Spec,
    block: u64,
}

impl Make for Blocks<'_> {
    #[inline(always)]
    fn make(&mut self, offset: usize, piece: &mut [u8]) {
        let block = self.block + (offset / self.spec.block_bytes()) as u64;
        fill_blocks(self.spec, block, piece);
    }
}

/// From how many bytes on they go past the caches, where so many would not stay anyway.
const PAST_CACHES_BYTES: usize = 32 << 20;

// A piece is a whole number of blocks.
const _: () = assert!(PIECE_BYTES.is_multiple_of(BLOCK_BYTES));

/// A block on the stack. Its alignment makes that of the whole frame: what AVX2 has no registers for
/// lies there too, and a vector that straddles two pages halves the speed.
#[repr(align(64))]
struct Scratch([u8; BLOCK_BYTES]);
