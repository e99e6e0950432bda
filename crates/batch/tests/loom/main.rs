//! Models: every order of events that the memory model allows, for a few threads and items.
//!
//! ```sh
//! RUSTFLAGS="--cfg inrush_loom" LOOM_MAX_PREEMPTIONS=2 \
//!     cargo test --release -p inrush-batch --test loom --target-dir target/loom
//! ```
#![cfg(inrush_loom)]

mod comparators;
mod explore;
