//! Models: every order of events that the memory model allows, for a few threads and items.
//! `cargo xtask loom` runs them.
#![cfg(inrush_loom)]

mod batcher;
mod comparators;
mod designs;
mod explore;
