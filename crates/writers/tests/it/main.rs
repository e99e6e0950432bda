//! What the sinks promise, seen from outside.

mod checksum;
mod conformance;
mod faults;
mod file_set;
mod stacks;
