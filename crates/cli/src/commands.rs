//! One file for each command.

pub(crate) mod bytes;
pub(crate) mod completions;
mod job;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod tee;
pub(crate) mod verify;
