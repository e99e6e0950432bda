//! What the primitives promise, seen from outside.
#![cfg(not(inrush_loom))]

mod backoff;
mod barrier;
mod drops;
mod event;
mod given;
mod lane;
mod locks;
mod oracle;
mod slots;
mod stress;
