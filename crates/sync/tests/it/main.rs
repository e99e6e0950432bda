//! What the primitives promise, seen from outside.
#![cfg(not(inrush_loom))]

mod event;
mod given;
mod lane;
mod locks;
mod oracle;
