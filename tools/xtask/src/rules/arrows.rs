//! Dependency arrows point down, as [`HOUSE`] draws them.
//!
//! A generator that cannot see a writer cannot open a file; a writer that cannot see a format
//! cannot know one. The table keeps those absences true. A test may look sideways and up to the
//! first floor, and never up to the others.

use crate::finding::Finding;
use crate::manifest::{Manifest, Section};
use crate::rules::Rule;
use crate::tree::Tree;

pub(super) const RULE: Rule = Rule { name: "arrows", check };

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Cellar,
    Ground,
    First,
    Second,
    Top,
}

struct Room {
    /// The folder under `crates/`.
    dir: &'static str,
    floor: Floor,
    /// The folders of the crates that it may depend on.
    uses: &'static [&'static str],
}

const fn room(dir: &'static str, floor: Floor, uses: &'static [&'static str]) -> Room {
    Room { dir, floor, uses }
}

const BELOW_THE_TOP: &[&str] =
    &["dataset", "batch", "coordinator", "sync", "bytes", "tables", "formats", "marc", "writers"];

/// Every crate with its floor and its arrows.
const HOUSE: &[Room] = &[
    room("nontemporal", Floor::Cellar, &[]),
    room("sync", Floor::Ground, &[]),
    room("bytes", Floor::Ground, &["nontemporal"]),
    room("tables", Floor::Ground, &[]),
    room("formats", Floor::Ground, &[]),
    room("marc", Floor::Ground, &[]),
    room("writers", Floor::Ground, &[]),
    room("batch", Floor::First, &["sync"]),
    room("coordinator", Floor::First, &["sync", "writers"]),
    room(
        "dataset",
        Floor::Second,
        &["coordinator", "bytes", "tables", "formats", "marc", "writers"],
    ),
    room("cli", Floor::Top, BELOW_THE_TOP),
    room("python", Floor::Top, BELOW_THE_TOP),
    room("lab", Floor::Top, BELOW_THE_TOP),
];

fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = Manifest::all(tree);
    let crates = manifests.iter().filter(|manifest| manifest.dir.starts_with("crates/"));
    crates
        .flat_map(|manifest| match room_of(manifest.short_name()) {
            Some(room) => arrows_of(manifest, room),
            None => {
                let message = format!(
                    "crate `{}` has no floor; give it one in the table of {}",
                    manifest.short_name(),
                    file!()
                );
                vec![Finding::new(&manifest.path, manifest.package_line, message)]
            }
        })
        .collect()
}

fn arrows_of(manifest: &Manifest, from: &Room) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dependency in &manifest.dependencies {
        let Some(to) = dir_of(&dependency.package) else { continue };
        let floor = room_of(to).map(|room| room.floor);
        let message = match dependency.section {
            Section::Shipped if !from.uses.contains(&to) => {
                let may = if from.uses.is_empty() {
                    "none of ours".to_owned()
                } else {
                    from.uses.join(", ")
                };
                format!(
                    "no arrow leads from `{}` to `{to}`; it may depend on {may}. \
                 Move what both need down",
                    from.dir
                )
            }
            Section::Dev
                if floor.is_none_or(|floor| floor > from.floor && floor >= Floor::Second) =>
            {
                format!(
                    "a test of `{}` looks up to `{to}`; move the test to the crate that sees both",
                    from.dir
                )
            }
            _ => continue,
        };
        findings.push(Finding::new(&manifest.path, dependency.line, message));
    }
    findings
}

fn room_of(dir: &str) -> Option<&'static Room> {
    HOUSE.iter().find(|room| room.dir == dir)
}

/// The folder of one of our packages.
fn dir_of(package: &str) -> Option<&str> {
    if package == "inrush" { Some("cli") } else { package.strip_prefix("inrush-") }
}
