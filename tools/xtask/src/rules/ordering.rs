//! Every memory ordering has an `// ORDERING:` comment, and every happens-before edge has both its
//! ends.
//!
//! An ordering other than `Relaxed` names, in backticks, an edge that a `//!` table of its crate
//! declares; `Relaxed` says why it carries nothing. Each declared edge is named by a from-side and
//! by a to-side, since an Acquire without its Release orders nothing. A crate is checked as a
//! whole: the two ends may lie in two files.

use std::collections::{BTreeMap, BTreeSet};

use crate::edges::{self, Edge, Sides};
use crate::finding::Finding;
use crate::orderings;
use crate::rules::Rule;
use crate::source::{Marked, Source};
use crate::tree::{File, Tree};

pub(super) const RULE: Rule = Rule { name: "ordering", check };

const MIN_RELAXED_WORDS: usize = 4;

/// One file of a crate with what it declares.
struct Module<'a> {
    file: &'a File,
    source: &'a Source,
    edges: Vec<Edge>,
}

fn check(tree: &Tree) -> Vec<Finding> {
    let mut crates: BTreeMap<&str, Vec<Module<'_>>> = BTreeMap::new();
    for (file, source) in tree.rust() {
        let (Some(dir), Some(path)) = (file.package_dir(), file.path_in_package()) else {
            continue;
        };
        if dir.starts_with("crates/") && path.starts_with("src/") && !file.is_under("tests") {
            let module = Module { file, source, edges: edges::declared(source) };
            crates.entry(dir).or_default().push(module);
        }
    }
    let mut findings = Vec::new();
    for modules in crates.values() {
        for module in modules {
            findings.extend(unexplained(module, modules));
        }
        findings.extend(unpaired(modules));
    }
    findings
}

/// The orderings of a module whose comment is missing or says too little.
fn unexplained(module: &Module<'_>, modules: &[Module<'_>]) -> Vec<Finding> {
    let Module { file, source, .. } = module;
    let declared: BTreeSet<&str> =
        modules.iter().flat_map(|module| &module.edges).map(|edge| edge.name.as_str()).collect();
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, ordering) in orderings::used(source) {
        let comment = source.marked_for(at, "ORDERING:");
        let message = match &comment {
            None => format!(
                "`{ordering}` without `// ORDERING:` above its statement; \
                 name the edge, or why there is none"
            ),
            Some(Marked { text, .. }) if ordering == "Relaxed" => {
                if text.split_whitespace().count() >= MIN_RELAXED_WORDS {
                    continue;
                }
                format!(
                    "`{text}` does not say why `Relaxed` carries nothing; \
                 say what orders the access instead"
                )
            }
            Some(Marked { text, .. }) => {
                if edges::named(text).iter().any(|(name, _)| declared.contains(name)) {
                    continue;
                }
                format!(
                    "`{ordering}` names no edge that a `//!` table of this crate declares; \
                 declare it, and write `from-side of` or `to-side of` and its name in backticks"
                )
            }
        };
        // The two orderings of a compare-exchange share a statement and a comment: one finding is
        // enough.
        let place = comment.map_or_else(|| source.line_of(source.statement_start(at)), |c| c.line);
        if seen.insert(place) {
            findings.push(Finding::new(&file.path, source.line_of(at), message));
        }
    }
    findings
}

/// The declared edges of a crate that lack an end.
fn unpaired(modules: &[Module<'_>]) -> Vec<Finding> {
    let mut sides: Vec<Vec<Sides>> =
        modules.iter().map(|module| vec![Sides::default(); module.edges.len()]).collect();
    for (here, module) in modules.iter().enumerate() {
        let Module { source, .. } = module;
        for comment in source.marked("ORDERING:") {
            if source.is_test(source.offset_of(comment.line)) {
                continue;
            }
            for (name, named) in edges::named(&comment.text) {
                for (owner, edge) in owners(modules, here, name) {
                    let side = &mut sides[owner][edge];
                    *side = Sides { from: side.from || named.from, to: side.to || named.to };
                }
            }
        }
    }
    let mut findings = Vec::new();
    for (module, sides) in modules.iter().zip(&sides) {
        for (edge, side) in module.edges.iter().zip(sides) {
            let missing = match (side.from, side.to) {
                (true, true) => continue,
                (true, false) => "to-side",
                (false, true) => "from-side",
                (false, false) => "from-side and no to-side",
            };
            let message = format!(
                "edge `{0}` has no {missing}; \
                 let the operation's `// ORDERING:` say it of `{0}`, or drop the row",
                edge.name
            );
            findings.push(Finding::new(&module.file.path, edge.line, message));
        }
    }
    findings
}

/// The declarations that a name means in module `here`: its own, or else every other one of the
/// crate.
fn owners(modules: &[Module<'_>], here: usize, name: &str) -> Vec<(usize, usize)> {
    let declared_in = |owner: usize| {
        let edges = modules[owner].edges.iter().enumerate();
        edges.filter(move |(_, edge)| edge.name == name).map(move |(edge, _)| (owner, edge))
    };
    let own: Vec<(usize, usize)> = declared_in(here).collect();
    if own.is_empty() { (0..modules.len()).flat_map(declared_in).collect() } else { own }
}
