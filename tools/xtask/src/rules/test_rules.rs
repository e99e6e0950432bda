//! A test is a claim that always runs, in a place where a reader looks for it.
//!
//! No ignored test, no sleep as synchronisation, no `test_1`, no second integration binary per
//! crate; and, in any code, no unfinished macro and no `allow` without a reason.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::rules::Rule;
use crate::source::{Source, words_of};
use crate::tree::{File, Tree};

pub(super) const RULE: Rule = Rule { name: "tests", check };

const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = misplaced(tree);
    for (file, source) in tree.rust() {
        for (at, message) in words(file, source).into_iter().chain(attributes(source)) {
            findings.push(Finding::new(&file.path, source.line_of(at), message));
        }
    }
    findings
}

/// Integration tests beside `tests/it/main.rs` and the models in `tests/loom.rs` or
/// `tests/loom/main.rs`: each would be one more binary to link.
fn misplaced(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut without_main = BTreeSet::new();
    for (file, _) in tree.rust() {
        let (Some(dir), Some(path)) = (file.package_dir(), file.path_in_package()) else {
            continue;
        };
        let Some(path) = path.strip_prefix("tests/") else { continue };
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["loom.rs"] | ["loom", "main.rs"] => {}
            [_] | [_, "main.rs"] if path != "it/main.rs" => {
                let message = "a test binary of its own; make it a module of `tests/it/main.rs`";
                findings.push(Finding::new(&file.path, 1, message));
            }
            ["it", ..]
                if !tree.exists(&format!("{dir}/tests/it/main.rs")) && without_main.insert(dir) =>
            {
                let message =
                    "no `tests/it/main.rs` runs this; write one that names it as a module";
                findings.push(Finding::new(&file.path, 1, message));
            }
            _ => {}
        }
    }
    findings
}

fn words(file: &File, source: &Source) -> Vec<(usize, String)> {
    let code = source.code();
    let mut found = Vec::new();
    for (at, word) in source.words() {
        let before = code[..at].trim_end();
        let after = &code[at + word.len()..];
        if UNFINISHED.contains(&word) && after.starts_with('!') && !after.starts_with("!=") {
            found.push((at, format!("`{word}!` is unfinished work; finish it or return an error")));
        }
        if word == "sleep" && before.ends_with("thread::") && is_test(file, source, at) {
            let message = "a sleep in a test; wait for the event itself, with a deadline";
            found.push((at, message.to_owned()));
        }
        if before.ends_with("fn") && is_no_claim(word) {
            let message = format!("`{word}` claims nothing; name the test for what it proves");
            found.push((at, message));
        }
    }
    found
}

fn is_test(file: &File, source: &Source, at: usize) -> bool {
    file.is_under("tests") || source.is_test(at)
}

fn is_no_claim(name: &str) -> bool {
    let numbered = name
        .strip_prefix("test_")
        .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()));
    numbered || matches!(name, "works" | "it_works")
}

fn attributes(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for attribute in source.attributes() {
        let text = &source.code()[attribute.clone()];
        let words: Vec<(usize, &str)> = words_of(text).collect();
        if words.first().is_some_and(|&(_, word)| word == "ignore") {
            let message =
                "an ignored test proves nothing; make it fit to run, or make it a benchmark";
            found.push((attribute.start, message.to_owned()));
        }
        let allows = words.iter().find(|&&(at, word)| {
            matches!(word, "allow" | "expect")
                && text[at + word.len()..].trim_start().starts_with('(')
        });
        let has_reason = words.iter().any(|&(at, word)| {
            word == "reason" && text[at + word.len()..].trim_start().starts_with('=')
        });
        if let Some((_, word)) = allows.filter(|_| !has_reason) {
            found.push((
                attribute.start,
                format!("`{word}` without a reason; add `reason = \"...\"`"),
            ));
        }
    }
    found
}
