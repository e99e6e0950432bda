//! Each package inherits from the root `Cargo.toml` what the root can say, and its name follows
//! from its folder.
//!
//! One place for versions, licences and lints means that one diff changes them. `bench = false`
//! keeps libtest's harness out of `cargo bench`, whose options it does not know.

use crate::finding::Finding;
use crate::manifest::{Fact, Manifest, Said};
use crate::rules::Rule;
use crate::tree::{File, Tree};

pub(super) const RULE: Rule = Rule { name: "manifests", check };

const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

fn check(tree: &Tree) -> Vec<Finding> {
    Manifest::files(tree)
        .flat_map(|file| match Manifest::parse(file) {
            Ok(manifest) => findings_of(&manifest, tree),
            Err(Fact { line, value }) => {
                vec![unparsed(file, line, &value)]
            }
        })
        .collect()
}

fn unparsed(file: &File, line: usize, why: &str) -> Finding {
    Finding::new(&file.path, line, format!("no package manifest: {}", why.replace('\n', " ")))
}

fn findings_of(manifest: &Manifest, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |line: usize, message: String| {
        findings.push(Finding::new(&manifest.path, line, message));
    };
    let line_of = |key: &str| manifest.package(key).map_or(manifest.package_line, |fact| fact.line);

    for key in INHERITED {
        if manifest.package(key).is_none_or(|fact| fact.value != Said::Inherited) {
            add(line_of(key), format!("`{key}` is not inherited; write `{key}.workspace = true`"));
        }
    }
    if let Some(name) = expected_name(manifest).filter(|name| *name != manifest.name) {
        let dir = &manifest.dir;
        add(line_of("name"), format!("the package in `{dir}` is named for it; call it `{name}`"));
    }
    let described = match manifest.package("description").map(|fact| &fact.value) {
        Some(Said::Own(text)) => !text.trim().is_empty() && !text.contains('\n'),
        _ => false,
    };
    if !described {
        let message = "no `description` of one line; say what the package is for";
        add(line_of("description"), message.to_owned());
    }
    if !manifest.inherits_lints {
        let message =
            "the lints are not inherited; write `[lints]` and `workspace = true` under it";
        add(manifest.package_line, message.to_owned());
    }
    for dependency in manifest.dependencies.iter().filter(|dependency| !dependency.inherited) {
        let name = &dependency.package;
        let message = format!(
            "`{name}` is not inherited; name its version in the root `Cargo.toml` \
                 and write `{name}.workspace = true`"
        );
        add(dependency.line, message);
    }
    for (root, kind, entry) in [("src/lib.rs", "lib", "[lib]"), ("src/main.rs", "bin", "[[bin]]")] {
        let exists = tree.exists(&format!("{}/{root}", manifest.dir));
        if exists && manifest.targets_of(kind).next().is_none() {
            let message = format!("no `{entry}` for `{root}`; write one with `bench = false`");
            add(manifest.package_line, message);
        }
        for target in manifest.targets_of(kind).filter(|target| target.benches) {
            add(target.line, format!("`{entry}` joins `cargo bench`; write `bench = false` in it"));
        }
    }
    findings
}

/// `inrush-<dir>` for a crate, `inrush` for the command. A tool may be called what it likes.
fn expected_name(manifest: &Manifest) -> Option<String> {
    let dir = manifest.dir.strip_prefix("crates/")?;
    Some(if dir == "cli" { "inrush".to_owned() } else { format!("inrush-{dir}") })
}
