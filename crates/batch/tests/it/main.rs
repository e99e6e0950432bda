//! What users of a batcher may rely on, each as a test that is named for it.
#![cfg(not(inrush_loom))]

mod bad_use;
mod closing;
mod errors;
mod given;
mod policies;
mod pull;
mod tasks;
mod triggers;
