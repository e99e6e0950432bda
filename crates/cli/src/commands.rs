//! One file for each command.

pub(crate) mod completions;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod verify;
