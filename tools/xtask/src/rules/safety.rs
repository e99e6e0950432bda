//! Every `unsafe` block and `unsafe impl` has a `// SAFETY:` comment that says something, and every
//! `unsafe fn` and `unsafe trait` a `# Safety` section.
//!
//! Clippy asks that the comment exists (`undocumented_unsafe_blocks`); this rule also reads it,
//! because a placeholder is worse than nothing: it looks like a proof.

use crate::finding::Finding;
use crate::rules::Rule;
use crate::source::{Source, words_of};
use crate::tree::Tree;

pub(super) const RULE: Rule = Rule { name: "safety", check };

/// Phrases that stand where an argument should.
const PLACEHOLDERS: &[&str] = &["todo", "fixme", "trivially safe", "caller upholds", "untriaged"];
const MIN_WORDS: usize = 3;

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        for (at, _) in source.words().filter(|&(_, word)| word == "unsafe") {
            if let Some(message) = fault(source, at) {
                findings.push(Finding::new(&file.path, source.line_of(at), message));
            }
        }
    }
    findings
}

/// What is wrong with the `unsafe` at this offset.
fn fault(source: &Source, at: usize) -> Option<String> {
    let rest = &source.code()[at + "unsafe".len()..];
    let next = rest.trim_start();
    if next.starts_with('{') {
        let open = at + "unsafe".len() + (rest.len() - next.len());
        return argument(source, at, Some(open), "block");
    }
    // The ABI's name is a literal, of which the scanner keeps the quotes.
    let item = next.strip_prefix("extern").unwrap_or(next).trim_start_matches(['"', ' ', '\n']);
    let kind = words_of(item).next().filter(|&(at, _)| at == 0)?.1;
    match kind {
        "impl" => argument(source, at, None, "impl"),
        // A function pointer's type has no name after `fn`, and nothing to document.
        "fn" if item["fn".len()..].trim_start().starts_with('(') => None,
        "fn" if in_trait_impl(source, at) => None,
        "fn" | "trait" => contract(source, at, kind),
        _ => None,
    }
}

/// Checks the argument given for a block or an impl.
fn argument(source: &Source, at: usize, open: Option<usize>, what: &str) -> Option<String> {
    let inside = || {
        let open_line = source.line_of(open?);
        let first_code = source.code()[open? + 1..].find(|c: char| !c.is_whitespace())? + open? + 1;
        (open_line..=source.line_of(first_code)).find_map(|line| source.marked_on(line, "SAFETY:"))
    };
    let Some(comment) = source.marked_for(at, "SAFETY:").or_else(inside) else {
        return Some(format!(
            "no `// SAFETY:` above this {what}; \
                 write the fact it rests on and what makes it true here"
        ));
    };
    let lower = comment.text.to_lowercase();
    let words: Vec<&str> = words_of(&lower).map(|(_, word)| word).collect();
    let spaced = format!(" {} ", words.join(" "));
    if let Some(phrase) = PLACEHOLDERS.iter().find(|phrase| spaced.contains(&format!(" {phrase} ")))
    {
        return Some(format!(
            "`{phrase}` is no argument; write the fact and what makes it true here"
        ));
    }
    (words.len() < MIN_WORDS).then(|| {
        format!("`{}` is no argument; write the fact and what makes it true here", comment.text)
    })
}

/// Checks the `# Safety` section of a function or a trait.
fn contract(source: &Source, at: usize, kind: &str) -> Option<String> {
    let first = source.line_of(source.statement_start(at));
    let above = (1..first).rev().take_while(|&line| {
        let code = source.code_on(line);
        code.starts_with("#[") || (code.is_empty() && !source.comment_on(line).is_empty())
    });
    // Attributes belong to the statement, and documentation may stand above or between them.
    let within = first..=source.line_of(at);
    let has_section = above
        .chain(within)
        .any(|line| source.comment_on(line).trim_start_matches("///").trim() == "# Safety");
    (!has_section).then(|| {
        format!("no `# Safety` section on this unsafe {kind}; write there what its caller owes")
    })
}

/// Whether the innermost block around `at` is an `impl Trait for Type`, whose methods inherit the
/// trait's contract.
fn in_trait_impl(source: &Source, at: usize) -> bool {
    let Some(open) = source.enclosing_brace(at) else { return false };
    let header = &source.code()[source.statement_start(open)..open];
    let words: Vec<&str> = words_of(header).map(|(_, word)| word).collect();
    words.contains(&"impl") && words.contains(&"for")
}
