//! The names of the subcommands, for those who only need to know that they exist.

/// Checks the conventions that no lint can.
pub(crate) const TIDY: &str = "tidy";

/// Every name; the documents may use these and no other.
pub(crate) const SUBCOMMAND_NAMES: &[&str] = &[TIDY];
