//! What the documents name exists: links, paths, packages, benches and subcommands.
//!
//! A document that sends its reader to a file which moved costs more than none. README and
//! `.ci/run` must also agree on the test command, so that what a newcomer types is what the machine
//! proves.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::markdown::{self, Kind, Piece};
use crate::names::SUBCOMMAND_NAMES;
use crate::rules::Rule;
use crate::tree::{File, Tree};

pub(super) const RULE: Rule = Rule { name: "documents", check };

const AT_THE_ROOT: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "METHODOLOGY.md"];
const README_LINES: usize = 150;
const FOLDERS: &[&str] =
    &["crates/", "tools/", "benches/", "docs/", "examples/", "results/", ".ci/", ".github/"];

fn check(tree: &Tree) -> Vec<Finding> {
    let names = Names::of(tree);
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| is_document(&file.path)) {
        let pieces = markdown::pieces(&file.text);
        let cited = cited_lines(&file.text);
        for piece in &pieces {
            let messages = match piece.kind {
                Kind::Link => broken_link(tree, file, &piece.text),
                Kind::Inline if cited.contains(&piece.line) => Vec::new(),
                Kind::Inline => {
                    [broken_path(tree, &piece.text), names.unknown(&piece.text)].concat()
                }
                Kind::Fenced => names.unknown(&piece.text),
            };
            findings.extend(
                messages.into_iter().map(|message| Finding::new(&file.path, piece.line, message)),
            );
        }
        findings.extend(whole(tree, file, &pieces));
    }
    findings
}

/// The lines that are cited from a record, from 1: what stands in code there are names of subjects.
fn cited_lines(text: &str) -> BTreeSet<usize> {
    let mut is_cited = false;
    let mut lines = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with("<!-- BEGIN lab: ") {
            is_cited = true;
        } else if line == "<!-- END lab -->" {
            is_cited = false;
        } else if is_cited {
            lines.insert(number);
        }
    }
    lines
}

fn is_document(path: &str) -> bool {
    AT_THE_ROOT.contains(&path) || (path.starts_with("docs/") && path.ends_with(".md"))
}

/// What is asked of a document as a whole.
fn whole(tree: &Tree, file: &File, pieces: &[Piece]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if file.path == "README.md" && lines > README_LINES {
        let message =
            format!("{lines} lines; move detail to docs/, the README holds {README_LINES}");
        findings.push(Finding::new(&file.path, README_LINES + 1, message));
    }
    if file.path == "ARCHITECTURE.md" && !file.text.contains("**Invariant") {
        let message = "no line with **Invariant**; state one per boundary, best as an absence";
        findings.push(Finding::new(&file.path, 1, message));
    }
    if file.path == "README.md" {
        let tests: Vec<&Piece> = pieces
            .iter()
            .filter(|piece| piece.kind == Kind::Fenced && piece.text.starts_with("cargo test"))
            .collect();
        let in_ci = |command: &str| {
            tree.file(".ci/run").is_none_or(|ci| ci.text.lines().any(|line| line.trim() == command))
        };
        match tests.first() {
            None => {
                let message = "no fenced line begins with `cargo test`; show the one test command";
                findings.push(Finding::new(&file.path, 1, message));
            }
            Some(first) if !tests.iter().any(|test| in_ci(command_of(&test.text))) => {
                let message = format!(
                    "`{}` is no line of `.ci/run`; both run the same test command",
                    command_of(&first.text)
                );
                findings.push(Finding::new(&file.path, first.line, message));
            }
            Some(_) => {}
        }
    }
    findings
}

/// A shell line without its comment.
fn command_of(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim()
}

fn broken_link(tree: &Tree, file: &File, target: &str) -> Vec<String> {
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
        return Vec::new();
    }
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match resolve(folder, path) {
        Some(found) if tree.exists(&found) => Vec::new(),
        _ => vec![format!(
            "the link to `{target}` leads nowhere; point it at a file of the repository"
        )],
    }
}

/// Joins a relative path to a folder. `None` where it leaves the repository.
fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn broken_path(tree: &Tree, code: &str) -> Vec<String> {
    let is_path = FOLDERS.iter().any(|folder| code.starts_with(folder))
        && !code.contains([' ', '*', '<', '{', '…'])
        && !code.contains("...");
    if !is_path || tree.exists(code) {
        return Vec::new();
    }
    vec![format!(
        "`{code}` does not exist; name what does, or write `<...>` for what is to be filled in"
    )]
}

/// The names that a document may use.
struct Names {
    packages: Vec<String>,
    binaries: Vec<String>,
    benches: Vec<String>,
}

impl Names {
    fn of(tree: &Tree) -> Self {
        let manifests = Manifest::all(tree);
        let targets = |kind: &str| -> Vec<String> {
            let targets = manifests.iter().flat_map(|manifest| manifest.targets_of(kind));
            targets.filter_map(|target| target.name.clone()).collect()
        };
        Self {
            binaries: targets("bin"),
            benches: targets("bench"),
            packages: manifests.iter().map(|manifest| manifest.name.clone()).collect(),
        }
    }

    /// The names in a piece of code that nothing bears.
    fn unknown(&self, code: &str) -> Vec<String> {
        let mut messages: Vec<String> = crate_words(code)
            .filter(|word| !self.is_package(word) && !self.binaries.iter().any(|name| name == word))
            .map(|word| format!("`{word}` is no package of this workspace; name one that is"))
            .collect();
        for command in code.split(['|', ';', '&']) {
            let words: Vec<&str> =
                command.split_whitespace().take_while(|&word| word != "--").collect();
            messages.extend(unknown_subcommand(&words));
            // A lone flag in prose is cargo's; in a command of another program it is not.
            if words.contains(&"cargo") || code.starts_with('-') {
                messages.extend(self.unknown_selection(&words));
            }
        }
        messages
    }

    /// The values of `-p`, `--package` and `--bench` that select nothing.
    fn unknown_selection(&self, words: &[&str]) -> Vec<String> {
        let mut messages = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, value),
                None => (*word, words.get(at + 1).copied().unwrap_or_default()),
            };
            if value.is_empty() || !value.starts_with(|c: char| c.is_ascii_lowercase()) {
                continue;
            }
            match flag {
                "-p" | "--package" if !self.is_package(value) && !value.starts_with("inrush-") => {
                    messages.push(format!(
                        "`{value}` is no package of this workspace; name one that is"
                    ));
                }
                "--bench" if !self.benches.iter().any(|name| name == value) => {
                    messages.push(format!("no `[[bench]]` is named `{value}`; name one that is"));
                }
                _ => {}
            }
        }
        messages
    }

    fn is_package(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package == name)
    }
}

fn unknown_subcommand(words: &[&str]) -> Option<String> {
    let at = words.windows(2).position(|pair| pair == ["cargo", "xtask"])?;
    let name = words.get(at + 2)?;
    let is_word =
        name.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !name.starts_with('-');
    let is_known = *name == "help" || SUBCOMMAND_NAMES.contains(name);
    (is_word && !is_known)
        .then(|| format!("`cargo xtask {name}` is no subcommand; `cargo xtask help` lists them"))
}

/// The words `inrush-<name>` of a piece of code that can be packages: no part of a path, no file
/// name.
fn crate_words(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices("inrush-").filter_map(|(at, prefix)| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let rest = &code[at..];
        let word = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
        let after = rest[word.len()..].strip_prefix('.').unwrap_or_default();
        let is_part = code[..at].ends_with(|c| is_name(c) || c == '/' || c == '.' || c == '$')
            || after.starts_with(|c: char| c.is_ascii_alphanumeric());
        (word.len() > prefix.len() && !is_part).then_some(word)
    })
}
