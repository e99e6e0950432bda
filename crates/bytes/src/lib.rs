//! Bytes from a seed: as many as are asked for, from any offset, with a dedup and a compress ratio
//! that tools confirm.
//!
//! Byte `i` of object `k` depends on the [`Spec`] alone, of which seed and `k` are a part: not on how
//! the object is cut into pieces, on threads, or on the processor. So a part can be made again, and
//! what was written can be verified, without keeping any of it.
//!
//! ```
//! use inrush_bytes::{Spec, Stream, verify};
//!
//! let spec = Spec::builder(1 << 20).seed(7).dedup(1.5).compress(2.5).build()?;
//! let mut stream = Stream::new(spec);
//! let mut chunk = vec![0; 256 * 1024];
//! while !stream.is_complete() {
//!     let offset = stream.position();
//!     let n = stream.fill_chunk(&mut chunk);
//!     verify(&spec, offset, &chunk[..n]).expect("these are the bytes");
//! }
//! # Ok::<(), inrush_bytes::SpecError>(())
//! ```
//!
//! | to | take |
//! |---|---|
//! | fill a buffer from an offset on | [`Spec::fill_at`] |
//! | read and seek as in a file | [`Stream`] |
//! | have an object at once | [`generate`] |
//! | use buffers again | [`BufferPool`] |
//! | have floats instead of bytes | [`uniform_f32`] |
//! | check what was written | [`verify()`] |
//! | use all processors (feature `rayon`) | `par_fill`, `par_chunks` |
//!
//! The crate starts no thread, reads no clock and does no I/O. A buffer of 128 to 512 KiB that is used
//! again is filled fastest: it stays in the second level of caches, and its pages are there.
//!
//! A unit of the dedup ratio is a power of two from 512 B to 1 MiB. Its copies lie 4 MiB apart, where
//! the object is long enough: farther than compressors look by default. Objects of less than 128 KiB
//! times the dedup ratio have them nearer, and a compressor may then see them. A [`Model`] says how a
//! unit comes by the compress ratio.
//!
#![doc = include_str!("../STREAM.md")]
#![forbid(unsafe_code)]

mod draws;
mod error;
mod fill;
mod float;
mod isa;
mod key;
mod lanes;
mod lengths;
mod lz;
mod mix;
mod model;
#[cfg(feature = "rayon")]
mod parallel;
mod pool;
mod prose;
mod recipe;
mod repeat;
mod schedule;
mod spec;
mod stream;
mod text;
mod verify;
mod version;
mod vocabulary;
mod whole;

pub use error::SpecError;
pub use float::uniform_f32;
#[doc(hidden)]
pub use isa::Isa;
pub use model::{Model, UnknownModel};
#[cfg(feature = "rayon")]
pub use parallel::{par_chunks, par_fill};
pub use pool::{Buffer, BufferPool, EmptyBuffers};
pub use spec::{Spec, SpecBuilder};
pub use stream::Stream;
pub use verify::{VerifyError, verify};
pub use version::STREAM_VERSION;
pub use whole::generate;
