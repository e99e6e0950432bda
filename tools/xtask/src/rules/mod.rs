//! The rules, one per file.
//!
//! To add a rule:
//!
//! 1. Write `rules/<rule>.rs`: a header that says what the rule asks and why, a `pub(super) const
//!    RULE: Rule` with its name, and `fn check(tree: &Tree) -> Vec<Finding>`. Take Rust text from
//!    `Tree::rust`, where code and comments are told apart; take documents from
//!    `markdown::pieces`. A message says what is wrong and the way out.
//!    Proof: `cargo clippy -p xtask`.
//! 2. Enter it in [`RULES`] below. Proof: `cargo xtask tidy` counts one rule more.
//! 3. Write `tests/it/<rule>.rs`: for everything the rule asks, a small tree that breaks it, with
//!    the place of the finding, and one that keeps it. Proof: `cargo test -p xtask`.

mod arrows;
mod documents;
mod file_length;
mod forbid_unsafe;
mod machine_traces;
mod manifests;
mod ordering;
mod safety;
mod test_rules;
mod title_page;

use crate::finding::Finding;
use crate::tree::Tree;

/// A convention that a machine can check.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The word that stands in each of its findings.
    pub name: &'static str,
    /// Finds every violation.
    pub check: fn(&Tree) -> Vec<Finding>,
}

impl Rule {
    /// Runs the rule and enters its name in what it found.
    pub fn run(&self, tree: &Tree) -> Vec<Finding> {
        let mut findings = (self.check)(tree);
        findings.iter_mut().for_each(|finding| finding.rule = self.name);
        findings
    }
}

/// Every rule that tidy runs.
pub const RULES: &[Rule] = &[
    file_length::RULE,
    title_page::RULE,
    arrows::RULE,
    manifests::RULE,
    forbid_unsafe::RULE,
    safety::RULE,
    ordering::RULE,
    documents::RULE,
    test_rules::RULE,
    machine_traces::RULE,
];
