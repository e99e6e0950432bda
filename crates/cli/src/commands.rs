//! One file for each command.

pub(crate) mod bytes;
mod catalogue;
pub(crate) mod completions;
pub(crate) mod convert;
mod job;
pub(crate) mod marc;
pub(crate) mod merge;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod tee;
pub(crate) mod verify;
