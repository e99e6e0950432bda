//! No file speaks of a folder that exists on one machine only.
//!
//! A record that is read elsewhere, or a script that is run elsewhere, must not lead to somebody's
//! home.

use crate::finding::Finding;
use crate::rules::Rule;
use crate::tree::Tree;

pub(super) const RULE: Rule = Rule { name: "machine-traces", check };

/// The folders, each in two halves: this file is checked too.
const FOLDERS: &[(&str, &str)] =
    &[("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/tmp/", "wt-")];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (head, tail) in FOLDERS {
        let folder = format!("{head}{tail}");
        for file in tree.files().iter().filter(|file| file.text.contains(&folder)) {
            for (line, text) in file.numbered_lines() {
                if text.match_indices(&folder).any(|(at, _)| is_absolute(text, at, &folder)) {
                    let message = format!(
                        "a path of one machine, `{folder}...`; write it relative to the repository"
                    );
                    findings.push(Finding::new(&file.path, line, message));
                }
            }
        }
    }
    findings
}

/// Whether the path begins here: what stands in front is no part of a longer path or URL. The
/// folder of all homes is on every machine; one home in it is not.
fn is_absolute(text: &str, at: usize, folder: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "_-.~}*$)".contains(c);
    let named = text[at + folder.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    !text[..at].ends_with(goes_on) && (named || !folder.starts_with("/ho"))
}
