//! What the primitives promise, seen from outside.
#![cfg(not(inrush_loom))]

mod given;
mod lane;
mod oracle;
