//! What the sinks promise, seen from outside.

mod checksum;
mod conformance;
mod direct;
mod faults;
mod file_set;
mod objects;
mod stacks;
