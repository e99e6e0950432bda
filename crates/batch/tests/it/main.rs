//! What every batcher promises, asked of each; and what only some have.
#![cfg(not(inrush_loom))]

mod claims;
mod conformance;
mod history;
mod item;
mod random;
mod reservation;
mod watch;
