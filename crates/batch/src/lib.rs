//! Many producers to batches.
#![forbid(unsafe_code)]

pub mod comparators;

mod batching;

pub use batching::{Batching, Closed, PushError, Setting};
