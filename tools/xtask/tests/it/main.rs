//! What tidy promises: every rule finds what breaks it, at its place, and leaves alone what keeps
//! it.

mod arrows;
mod command;
mod documents;
mod file_length;
mod forbid_unsafe;
mod machine_traces;
mod manifests;
mod ordering;
mod repository;
mod safety;
mod test_rules;
mod title_page;
mod tree;

use xtask::{Finding, RULES, Tree};

/// What one rule finds in a tree of paths and texts.
fn findings(rule: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let rule = RULES.iter().find(|known| known.name == rule).expect("the rule is in the table");
    let mut findings = rule.run(&Tree::from_files(files.iter().copied()));
    findings.sort();
    findings
}

/// Asserts that a rule finds exactly these: a place as `path:line`, and a part of the message.
#[track_caller]
fn assert_found(rule: &str, files: &[(&str, &str)], expected: &[(&str, &str)]) {
    let found = findings(rule, files);
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), expected.len(), "found {shown:#?}");
    for (finding, (place, part)) in found.iter().zip(expected) {
        assert_eq!(format!("{}:{}", finding.path, finding.line), *place, "found {shown:#?}");
        assert!(finding.message.contains(part), "`{part}` is not in `{finding}`");
        assert_eq!(finding.rule, rule);
    }
}

/// Asserts that a rule finds nothing.
#[track_caller]
fn assert_clean(rule: &str, files: &[(&str, &str)]) {
    assert_found(rule, files, &[]);
}
