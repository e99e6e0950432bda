//! What a model does not see: code that is left out where `inrush_loom` is set.

use std::ops::Range;

use crate::models::CFG;
use crate::source::{Source, words_of};
use crate::tree::{File, Tree};

/// The code of one file that a model does not see.
#[derive(Debug)]
pub(super) struct Unbuilt {
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
struct Item {
    range: Range<usize>,
    predicate: String,
}

impl Unbuilt {
    /// Looks at a file, and at the files that declare it as their module.
    pub(super) fn of(file: &File, source: &Source, tree: &Tree) -> Self {
        let mut items = items(file, source);
        let crate_dir = file.package_dir();
        for (parent, parent_source) in
            tree.rust().filter(|(file, _)| file.package_dir() == crate_dir)
        {
            for item in self::items(parent, parent_source) {
                if declares(parent, parent_source, &item, file) {
                    items.push(Item { range: 0..source.code().len(), ..item });
                }
            }
        }
        Self { items }
    }

    /// The condition under which the code at `offset` is built at all, if that is not met in a
    /// model.
    pub(super) fn predicate_at(&self, offset: usize) -> Option<&str> {
        let item = self.items.iter().find(|item| item.range.contains(&offset))?;
        Some(&item.predicate)
    }
}

/// The items and statements of a file that have a condition which a model does not meet.
fn items(file: &File, source: &Source) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in source.attributes() {
        let text = &source.code()[attribute.clone()];
        let inner = text.starts_with("#!");
        let condition = text.trim_start_matches(['#', '!', '[']).trim_end_matches(']').trim();
        let Some(predicate) = condition.strip_prefix("cfg").and_then(in_parentheses) else {
            continue;
        };
        if holds(predicate) != Some(false) {
            continue;
        }
        let range = if inner {
            let open = source.enclosing_brace(attribute.start);
            open.map_or(0..source.code().len(), |open| open..source.closing(open))
        } else {
            attribute.start..source.item_end(attribute.end)
        };
        // The scanner blanks what stands in quotes; a reader wants to see it.
        let start = attribute.start + text.find('(').unwrap_or_default() + 1;
        let shown = file.text_of(start..start + predicate.len());
        let predicate = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        items.push(Item { range, predicate });
    }
    items
}

/// Whether the item is a `mod name;` whose file, or a folder above whose file, this one is.
fn declares(parent: &File, source: &Source, item: &Item, file: &File) -> bool {
    let code = source.code()[item.range.clone()].trim_end();
    let Some(code) = code.strip_suffix(';') else { return false };
    let words: Vec<&str> = words_of(code).map(|(_, word)| word).collect();
    let [.., "mod", name] = words.as_slice() else { return false };
    let Some((folder, last)) = parent.path.rsplit_once('/') else { return false };
    let folder = match last {
        "lib.rs" | "main.rs" | "mod.rs" => folder,
        _ => parent.path.trim_end_matches(".rs"),
    };
    let module = format!("{folder}/{name}");
    file.path.strip_prefix(&module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Whether a `cfg` predicate holds in a model, as far as that can be said.
fn holds(predicate: &str) -> Option<bool> {
    let predicate = predicate.trim();
    let name = predicate.split('(').next().unwrap_or_default();
    let inner = in_parentheses(&predicate[name.len()..]).unwrap_or_default();
    let mut answers = arguments(inner).into_iter().map(holds);
    match name.trim() {
        "not" => answers.next().flatten().map(|holds| !holds),
        "all" => all(answers),
        "any" => all(answers.map(|answer| answer.map(|holds| !holds))).map(|none| !none),
        // The target of the models is built with the crate as others see it, without its own tests.
        "test" => Some(false),
        name if name == CFG => Some(true),
        _ => None,
    }
}

/// One `no` decides; without one, whatever is not known leaves it open.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

fn in_parentheses(text: &str) -> Option<&str> {
    text.trim().strip_prefix('(')?.strip_suffix(')')
}

/// Splits at the commas that stand in no parentheses.
fn arguments(text: &str) -> Vec<&str> {
    let mut depth = 0i32;
    let parts = text.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    parts.filter(|part| !part.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Unbuilt, holds};
    use crate::tree::Tree;

    #[test]
    fn a_predicate_is_decided_as_far_as_it_can_be() {
        let cases = [
            ("inrush_loom", Some(true)),
            ("not(inrush_loom)", Some(false)),
            ("all(target_os = \"     \", not(inrush_loom))", Some(false)),
            ("any(unix, inrush_loom)", Some(true)),
            ("any(unix, not(inrush_loom))", None),
            ("not(all(unix, not(inrush_loom), ))", Some(true)),
            ("target_os = \"     \"", None),
            ("all(inrush_loom)", Some(true)),
            ("test", Some(false)),
        ];
        for (predicate, answer) in cases {
            assert_eq!(holds(predicate), answer, "of {predicate}");
        }
    }

    /// The conditions on each `here` of a file.
    fn conditions(path: &str, files: &[(&str, &str)]) -> Vec<Option<String>> {
        let tree = Tree::from_files(files.iter().copied());
        let (file, source) = tree.rust().find(|(file, _)| file.path == path).expect("it is there");
        let unbuilt = Unbuilt::of(file, source, &tree);
        let places = source.code().match_indices("here");
        places.map(|(at, _)| unbuilt.predicate_at(at).map(str::to_owned)).collect()
    }

    #[test]
    fn an_item_or_a_statement_may_be_left_out() {
        let text = "#[cfg(all(target_os = \"linux\", not(inrush_loom)))]\nif a() {\n    here()\n}\n\
                    here();\n#[cfg(inrush_loom)]\nfn b() { here() }\n\
                    #[cold]\n#[cfg(not(inrush_loom))]\n#[inline]\nfn c() { here() }\n";
        let found = conditions("crates/sync/src/a.rs", &[("crates/sync/src/a.rs", text)]);
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        let linux = "all(target_os = \"linux\", not(inrush_loom))";
        assert_eq!(found, [Some(linux), None, None, Some("not(inrush_loom)")]);
    }

    #[test]
    fn a_file_is_left_out_where_its_declaration_is() {
        let files = [
            ("crates/sync/src/a/mod.rs", "#[cfg(not(inrush_loom))]\nmod b;\nmod bc;\n"),
            ("crates/sync/src/a/b.rs", "fn f() { here }"),
            ("crates/sync/src/a/b/c.rs", "fn f() { here }"),
            ("crates/sync/src/a/bc.rs", "fn f() { here }"),
            ("crates/sync/src/d.rs", "#![cfg(not(inrush_loom))]\nfn f() { here }"),
        ];
        let found: Vec<bool> =
            files[1..].iter().map(|(path, _)| conditions(path, &files)[0].is_some()).collect();
        assert_eq!(found, [true, true, false, true]);
    }
}
