//! The names of the subcommands, for those who only need to know that they exist.

/// Checks the conventions that no lint can.
pub(crate) const TIDY: &str = "tidy";

/// Runs the loom models.
pub(crate) const LOOM: &str = "loom";

/// Weakens memory orderings, to see whether a model notices.
pub(crate) const WEAKEN: &str = "weaken";

/// Every name; the documents may use these and no other.
pub(crate) const SUBCOMMAND_NAMES: &[&str] = &[TIDY, LOOM, WEAKEN];
