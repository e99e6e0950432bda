//! `cargo xtask tidy`: every rule over one tree.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::finding::Finding;
use crate::rules::RULES;
use crate::tree::Tree;

/// Runs every rule over the tree; the findings come in the order of their places.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule.run(tree)).collect();
    findings.sort();
    findings.dedup();
    findings
}

/// Checks the workspace at `root`: one line per finding and exit code 1, or one summary line and 0.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<u8> {
    let tree = Tree::load(root)?;
    let findings = check(&tree);
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    if findings.is_empty() {
        writeln!(out, "tidy: {} rules, {} files, no finding", RULES.len(), tree.files().len())?;
    }
    Ok(u8::from(!findings.is_empty()))
}
