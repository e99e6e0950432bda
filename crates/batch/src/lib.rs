//! Many producers to batches.
#![forbid(unsafe_code)]

mod batching;

pub use batching::{Batching, Closed, PushError, Setting};
