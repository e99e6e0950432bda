//! What the coordinators promise, seen from outside.

mod cancel;
mod conformance;
mod isolation;
mod memory;
mod model;
mod script;
