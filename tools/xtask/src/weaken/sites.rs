//! The memory orderings that can be weakened: every one but `Relaxed`, and every fence.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::unbuilt::Unbuilt;
use crate::edges;
use crate::models;
use crate::orderings;
use crate::source::Source;
use crate::tree::{File, Tree};

/// What an `// ORDERING:` comment says in front of the reason why no model can notice.
const UNMODELLED: &str = "Unmodelled:";

/// One ordering of one operation, or one fence.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The file, relative to the root.
    pub(super) path: String,
    /// The line, for whoever looks for it now.
    pub(super) line: usize,
    /// `sync/src/spin.rs: Spin::unlock, state.store`: says which it is without a line number, so that
    /// it stays true when lines move.
    pub(super) name: String,
    /// `Release`.
    pub(super) ordering: String,
    /// The edges that its comment names.
    pub(super) edges: Vec<String>,
    pub(super) what: What,
    /// Why no model can notice, where that is so.
    pub(super) unmodelled: Option<Unmodelled>,
    /// What is replaced, in the file's code: the ordering or the call of the fence.
    pub(super) range: Range<usize>,
}

/// What is weakened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// An argument, which becomes `Relaxed`.
    Ordering,
    /// A call, which is left out.
    Fence,
}

/// Why no model can notice that a site is weaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unmodelled {
    /// No model contains the code, which needs this condition.
    Unbuilt(String),
    /// The comment on this line gives this reason.
    Explained(usize, String),
}

impl Site {
    /// Whether there is a way to weaken it in a model.
    pub(super) fn is_built(&self) -> bool {
        !matches!(self.unmodelled, Some(Unmodelled::Unbuilt(_)))
    }
}

/// Every site of the modelled crates, in the order of their places.
pub(super) fn find(tree: &Tree) -> Vec<Site> {
    let mut files: Vec<(&File, &Source)> =
        tree.rust().filter(|(file, _)| is_source(file)).collect();
    files.sort_by_key(|(file, _)| &file.path);
    let mut declared: BTreeMap<Option<&str>, BTreeSet<String>> = BTreeMap::new();
    for (file, source) in &files {
        let names = edges::declared(source).into_iter().map(|edge| edge.name);
        declared.entry(file.package_dir()).or_default().extend(names);
    }
    let mut sites: Vec<Site> = Vec::new();
    for (file, source) in files {
        let edges = &declared[&file.package_dir()];
        let unbuilt = Unbuilt::of(file, source, tree);
        sites.extend(of_file(file, source, edges, &unbuilt));
    }
    number(&mut sites);
    sites
}

fn is_source(file: &File) -> bool {
    file.package_dir().is_some_and(models::is_modelled)
        && file.path_in_package().is_some_and(|path| path.starts_with("src/"))
        && !file.is_under("tests")
}

fn of_file(
    file: &File,
    source: &Source,
    declared: &BTreeSet<String>,
    unbuilt: &Unbuilt,
) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    let used: Vec<(usize, &str)> = orderings::used(source).collect();
    for &(at, ordering) in &used {
        let (what, range, operation) = operation(source, at, ordering, &used);
        let is_known = sites.iter().any(|site| site.range == range);
        if is_known || (what == What::Ordering && ordering == "Relaxed") {
            continue;
        }
        let comment = source.marked_for(at, "ORDERING:");
        let text = comment.as_ref().map_or("", |found| found.text.as_str());
        let named = edges::named(text).into_iter().map(|(name, _)| name.to_owned());
        let explained = || {
            let reason = text.split_once(UNMODELLED)?.1.trim();
            let line = comment.as_ref()?.line;
            (!reason.is_empty()).then(|| Unmodelled::Explained(line, reason.to_owned()))
        };
        let function = source.function_around(at).map_or(String::new(), |name| name + ", ");
        let short = file.path.strip_prefix("crates/").unwrap_or(&file.path);
        sites.push(Site {
            path: file.path.clone(),
            line: source.line_of(at),
            name: format!("{short}: {function}{operation}"),
            ordering: ordering.to_owned(),
            edges: named.filter(|name| declared.contains(name)).collect(),
            what,
            unmodelled: unbuilt
                .predicate_at(at)
                .map(|predicate| Unmodelled::Unbuilt(predicate.to_owned()))
                .or_else(explained),
            range,
        });
    }
    sites
}

/// What is weakened for the ordering at `at`, the range that is replaced, and what the operation is
/// called.
fn operation(
    source: &Source,
    at: usize,
    ordering: &str,
    used: &[(usize, &str)],
) -> (What, Range<usize>, String) {
    let range = source.path_start(at)..at + ordering.len();
    let Some(argument) = source.argument_at(at) else {
        return (What::Ordering, range, "no call".to_owned());
    };
    let end = source.closing(argument.open);
    if matches!(argument.callee, "fence" | "compiler_fence") {
        let range = source.path_start(argument.at)..(end + 1).min(source.code().len());
        return (What::Fence, range, argument.callee.to_owned());
    }
    let mut name = argument.callee.to_owned();
    if let Some(receiver) = source.receiver_of(argument.at) {
        name = format!("{receiver}.{name}");
    }
    let same_call = |&&(other, _): &&(usize, &str)| {
        source.argument_at(other).is_some_and(|found| found.open == argument.open)
    };
    let indices: Vec<usize> = used
        .iter()
        .filter(same_call)
        .filter_map(|&(other, _)| Some(source.argument_at(other)?.index))
        .collect();
    // Of two orderings, the first is for success, whatever the operation.
    match (indices.iter().min(), indices.iter().max()) {
        (Some(first), Some(last)) if first != last => {
            let when = if argument.index == *first { "success" } else { "failure" };
            (What::Ordering, range, format!("{name} on {when}"))
        }
        _ => (What::Ordering, range, name),
    }
}

/// Tells apart sites of one name, in their order.
fn number(sites: &mut [Site]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for site in sites {
        let count = seen.entry(site.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            site.name = format!("{} ({count})", site.name);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Unmodelled, What, find};
    use crate::tree::Tree;

    /// One file with every shape of site, and of what looks like one.
    pub(in crate::weaken) const TEXT: &str = r#"//! A Release in a comment.
//!
//! | edge   | from  | to    |
//! |--------|-------|-------|
//! | `full` | `put` | `get` |

use core::sync::atomic::{AtomicU8, Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst}, fence};

impl<T> Slot<T> {
    fn put(&self) {
        // ORDERING: Release, from-side of `full`, and `nothing` else.
        self.shared.state[self.place(0)]
            .store(1, Ordering::Release);
        // ORDERING: Relaxed, a count that nobody waits on.
        self.count.fetch_add(1, Relaxed);
        let action = (Action::Release, "é Release", 'A'); /* fence(SeqCst) */
    }

    fn get(&self) {
        // ORDERING: AcqRel and Acquire, to-side of `full`. Unmodelled: it
        // is the second line.
        let _ = state.compare_exchange(
            0,
            1,
            AcqRel,
            Acquire,
        );
        state.store(0, Release);
        state.store(1, Release);
        atomic::fence(SeqCst);
    }
}

#[cfg(all(target_os = "linux", not(inrush_loom)))]
fn native() {
    compiler_fence(SeqCst);
}

#[cfg(test)]
mod tests {
    fn f() {
        a.load(SeqCst);
    }
}
"#;

    #[test]
    fn every_strong_ordering_and_every_fence_is_a_site() {
        let tree = Tree::from_files([
            ("crates/sync/src/slot.rs", TEXT),
            ("crates/sync/tests/loom.rs", "fn f() { fence(SeqCst) }"),
            ("crates/lab/src/a.rs", "fn f() { fence(SeqCst) }"),
        ]);
        let sites = find(&tree);
        let found: Vec<(&str, usize, &str)> = sites
            .iter()
            .map(|site| (site.name.as_str(), site.line, site.ordering.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("sync/src/slot.rs: Slot::put, state.store", 13, "Release"),
                ("sync/src/slot.rs: Slot::get, state.compare_exchange on success", 25, "AcqRel"),
                ("sync/src/slot.rs: Slot::get, state.compare_exchange on failure", 26, "Acquire"),
                ("sync/src/slot.rs: Slot::get, state.store", 28, "Release"),
                ("sync/src/slot.rs: Slot::get, state.store (2)", 29, "Release"),
                ("sync/src/slot.rs: Slot::get, fence", 30, "SeqCst"),
                ("sync/src/slot.rs: native, compiler_fence", 36, "SeqCst"),
            ]
        );
        assert_eq!(sites[0].edges, ["full"]);
        let fences: Vec<bool> = sites.iter().map(|site| site.what == What::Fence).collect();
        assert_eq!(fences, [false, false, false, false, false, true, true]);
    }

    #[test]
    fn a_reason_comes_from_the_comment_or_from_the_condition() {
        let sites = find(&Tree::from_files([("crates/batch/src/slot.rs", TEXT)]));
        let explained = Unmodelled::Explained(20, "it is the second line.".to_owned());
        let unbuilt =
            Unmodelled::Unbuilt("all(target_os = \"linux\", not(inrush_loom))".to_owned());
        let reasons: Vec<Option<Unmodelled>> =
            sites.into_iter().map(|site| site.unmodelled).collect();
        let expected =
            [None, Some(explained.clone()), Some(explained), None, None, None, Some(unbuilt)];
        assert_eq!(reasons, expected);
    }
}
