//! `unsafe` lives in `crates/sync`, in `crates/nontemporal`, and in one boundary file of
//! `crates/python`; every other crate forbids it.
//!
//! A reader who audits for memory safety then has three places to look. `python` denies instead of
//! forbidding, because the code that PyO3's macros write, and the buffer boundary, must be able to
//! allow it.

use crate::finding::Finding;
use crate::rules::Rule;
use crate::source::{Source, words_of};
use crate::tree::{File, Tree};

pub(super) const RULE: Rule = Rule { name: "forbid-unsafe", check };

const HOMES: [&str; 2] = ["crates/sync", "crates/nontemporal"];
const BOUNDARY: &str = "crates/python";

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut boundary_file: Option<&str> = None;
    for (file, source) in tree.rust() {
        let dir = file.package_dir();
        if dir.is_some_and(|dir| HOMES.contains(&dir)) {
            continue;
        }
        let level = if dir == Some(BOUNDARY) { "deny" } else { "forbid" };
        if is_crate_root(file) && !sets(source, level) {
            let message =
                format!("the crate's root lacks `#![{level}(unsafe_code)]`; write it there");
            findings.push(Finding::new(&file.path, 1, message));
        }
        let Some((at, _)) = source.words().find(|&(_, word)| word == "unsafe") else { continue };
        let line = source.line_of(at);
        if dir != Some(BOUNDARY) {
            let message = format!(
                "`unsafe` outside {}; find the safe way, or give what needs it a crate of its own",
                HOMES.join(" and ")
            );
            findings.push(Finding::new(&file.path, line, message));
        } else if let Some(first) = boundary_file.replace(&file.path) {
            let message =
                format!("a second file with `unsafe`; keep the boundary in one, `{first}`");
            findings.push(Finding::new(&file.path, line, message));
        }
    }
    findings
}

fn is_crate_root(file: &File) -> bool {
    file.path_in_package().is_some_and(|path| {
        matches!(path, "src/lib.rs" | "src/main.rs")
            || path.strip_prefix("src/bin/").is_some_and(|name| !name.contains('/'))
    })
}

fn sets(source: &Source, level: &str) -> bool {
    source.attributes().any(|attribute| {
        let text = &source.code()[attribute];
        let words: Vec<&str> = words_of(text).map(|(_, word)| word).collect();
        text.starts_with("#![") && words.first() == Some(&level) && words.contains(&"unsafe_code")
    })
}
