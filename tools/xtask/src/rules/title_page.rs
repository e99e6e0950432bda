//! `lib.rs` is a title page: documentation, attributes, `mod x;` lines and `pub use` blocks, and no
//! code.
//!
//! A reader who opens a crate sees what it is and where to go on. `crates/python` is exempt: PyO3
//! wants the module's function at the root.

use std::ops::Range;

use crate::finding::Finding;
use crate::rules::Rule;
use crate::source::{Source, words_of};
use crate::tree::Tree;

pub(super) const RULE: Rule = Rule { name: "title-page", check };

const EXEMPT: &[&str] = &["crates/python"];

fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.rust().filter(|(file, _)| {
        file.path_in_package() == Some("src/lib.rs")
            && !file.package_dir().is_some_and(|dir| EXEMPT.contains(&dir))
    });
    pages
        .flat_map(|(file, source)| {
            items(source).into_iter().filter(|item| !is_allowed(&source.code()[item.clone()])).map(
                |item| {
                    let first = source.code()[item.clone()].lines().next().unwrap_or_default();
                    let message = format!(
                        "`{}` is no `mod x;` and no `pub use`; move it to a module of its own",
                        first.trim_end()
                    );
                    Finding::new(&file.path, source.line_of(item.start), message)
                },
            )
        })
        .collect()
}

/// The items of a file without their attributes, each up to its `;` or its closing brace.
fn items(source: &Source) -> Vec<Range<usize>> {
    let code = source.code();
    let attributes: Vec<Range<usize>> = source.attributes().collect();
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(found) = code[at..].find(|c: char| !c.is_whitespace()) {
        at += found;
        if let Some(attribute) = attributes.iter().find(|attribute| attribute.start == at) {
            at = attribute.end;
            continue;
        }
        let end = item_end(source, at);
        items.push(at..end);
        at = end;
    }
    items
}

/// A brace closes an item, except the brace of a `use` list, which a `;` follows.
fn item_end(source: &Source, start: usize) -> usize {
    let code = source.code();
    let Some(mut end) = source.find_outside(start, b"{;") else { return code.len() };
    if code[end..].starts_with('{') {
        end = source.closing(end);
        let after = (end + 1).min(code.len());
        if code[after..].trim_start().starts_with(';') {
            end = after + code[after..].find(';').unwrap_or(0);
        }
    }
    (end + 1).min(code.len())
}

fn is_allowed(item: &str) -> bool {
    let words: Vec<&str> = words_of(item).map(|(_, word)| word).collect();
    let is_reexport = item.ends_with(';') && words.starts_with(&["pub", "use"]);
    let is_module = item.ends_with(';')
        && matches!(words.as_slice(), ["mod", _] | ["pub", "mod", _] | ["pub", "crate", "mod", _])
        && words.last() != Some(&"tests");
    is_reexport || is_module
}
