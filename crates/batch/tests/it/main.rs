//! What every batcher promises, asked of each; and what users of the lanes may rely on beyond that.
#![cfg(not(inrush_loom))]

mod bad_use;
mod claims;
mod closing;
mod conformance;
mod errors;
mod given;
mod history;
mod item;
mod known_bugs;
mod policies;
mod pull;
mod random;
mod reservation;
mod tasks;
mod triggers;
mod watch;
