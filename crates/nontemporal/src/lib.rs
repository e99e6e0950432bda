//! Filling memory that is larger than the caches, without reading it first.
//!
//! An ordinary store to a line that is in no cache makes the processor read the line before it is
//! overwritten, so filling large memory moves twice as many bytes as it should. A *non-temporal* store
//! (Intel, "64 and IA-32 Architectures Software Developer's Manual", volume 1, section 10.4.6.2)
//! gathers a whole line and sends it past the caches. What was written is then in memory, and not at
//! hand: this is for buffers that nobody looks at soon.
//!
//! ```
//! let mut large = vec![0; 100_000];
//! inrush_nontemporal::fill(&mut large, |offset, piece: &mut [u8]| {
//!     for (i, byte) in piece.iter_mut().enumerate() {
//!         *byte = (offset + i) as u8;
//!     }
//! });
//! assert_eq!(large[70_003], 70_003_usize as u8);
//! ```
//!
//! On processors other than x86-64, and under Miri, the stores are ordinary ones.

mod fill;
mod store;

pub use fill::{Make, PIECE_BYTES, fill};
