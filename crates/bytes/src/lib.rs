//! Bytes from a seed.
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
