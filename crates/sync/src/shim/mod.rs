//! Where the atomics, cells, locks and threads of this crate and of `inrush-batch` come from.
//!
//! A build with `--cfg inrush_loom` takes them from loom, which then runs a model through every
//! order of events that the memory model allows; every other build takes them from `core`, `std`
//! and `parking_lot`. Nothing else in the two crates may import them, so that no step escapes a
//! model.
//!
//! Hidden from the documentation: it is no interface, and changes with what the two crates need.

#[cfg(inrush_loom)]
mod model;
#[cfg(not(inrush_loom))]
mod native;

#[cfg(inrush_loom)]
pub use model::*;
#[cfg(not(inrush_loom))]
pub use native::*;
