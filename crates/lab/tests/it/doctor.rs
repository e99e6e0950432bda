//! The doctor on this machine, whatever it is like.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use inrush_lab::{Check, State, checks_text, doctor};

const NAMES: [&str; 18] = [
    "build",
    "clock",
    "counters",
    "file system",
    "free space",
    "governor",
    "hypervisor",
    "load",
    "memory",
    "open files",
    "other machines",
    "other programs",
    "pinning",
    "processor quota",
    "siblings of a core",
    "threads",
    "turbo",
    "two threads at once",
];

fn names(checks: &[Check]) -> Vec<&str> {
    let mut names: Vec<&str> = checks.iter().map(|check| check.name).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_check_is_named_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let checks = doctor(folder.path(), Duration::from_millis(50));
    assert_eq!(names(&checks), NAMES);
    for check in &checks {
        assert!(!check.found.is_empty(), "{check}");
        assert_eq!(check.state == State::Good, check.advice.is_empty(), "{check}");
    }
    println!("{}", checks_text(&checks));
}

#[test]
fn nothing_to_look_at_is_unknown_and_not_good() {
    let checks = doctor(Path::new("no/such/folder"), Duration::ZERO);
    assert_eq!(names(&checks), NAMES);
    let unknown: BTreeSet<&str> = checks
        .iter()
        .filter(|check| check.state == State::Unknown)
        .map(|check| check.name)
        .collect();
    for name in ["free space", "file system", "two threads at once"] {
        assert!(unknown.contains(name), "{unknown:?}");
    }
}

#[test]
fn text_has_a_line_for_each_check() {
    let checks = doctor(&std::env::temp_dir(), Duration::ZERO);
    let text = checks_text(&checks);
    let n_lines = text.lines().filter(|line| !line.starts_with(' ')).count();
    assert_eq!(n_lines, checks.len(), "{text}");
}
