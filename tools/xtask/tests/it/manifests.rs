//! The rule `manifests`.

use crate::{assert_clean, assert_found};

const RULE: &str = "manifests";

const GOOD: &str = r#"[package]
name = "inrush-bytes"
description = "Bytes from a seed"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lib]
bench = false

[[bin]]
name = "b"
path = "src/main.rs"
bench = false

[dependencies]
anyhow.workspace = true
serde = { workspace = true, features = ["derive"], optional = true }

[target.'cfg(unix)'.dev-dependencies.nix]
workspace = true
default-features = false

[lints]
workspace = true
"#;

/// Checks the good manifest with one text in it replaced.
#[track_caller]
fn assert_line(from: &str, to: &str, line: usize, part: &str) {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    let place = format!("crates/bytes/Cargo.toml:{line}");
    assert_found(RULE, &files(&text), &[(&place, part)]);
}

fn files(manifest: &str) -> [(&str, &str); 3] {
    [
        ("crates/bytes/Cargo.toml", manifest),
        ("crates/bytes/src/lib.rs", ""),
        ("crates/bytes/src/main.rs", ""),
    ]
}

#[test]
fn a_manifest_that_inherits_passes() {
    assert_clean(RULE, &files(GOOD));
    let command = GOOD.replace("inrush-bytes", "inrush");
    assert_clean(RULE, &[("crates/cli/Cargo.toml", &command)]);
    let tool = GOOD.replace("inrush-bytes", "xtask");
    assert_clean(RULE, &[("tools/xtask/Cargo.toml", &tool)]);
}

#[test]
fn a_value_of_its_own_is_found() {
    assert_line("version.workspace = true", "version = \"0.1.0\"", 4, "`version.workspace = true`");
    assert_line("edition.workspace = true", "edition = \"2021\"", 5, "`edition`");
    assert_line("rust-version.workspace = true", "rust-version = \"1.70\"", 6, "`rust-version`");
    assert_line("license.workspace = true", "license = \"MIT\"", 7, "`license`");
    assert_line("publish.workspace = true", "publish = true", 8, "`publish`");
    assert_line("publish.workspace = true\n", "", 1, "`publish`");
}

#[test]
fn a_name_that_does_not_follow_from_the_folder_is_found() {
    assert_line("\"inrush-bytes\"", "\"bytes\"", 2, "call it `inrush-bytes`");
}

#[test]
fn a_missing_or_long_description_is_found() {
    assert_line("description = \"Bytes from a seed\"\n", "", 1, "`description`");
    assert_line("\"Bytes from a seed\"", "\"Bytes\\nfrom a seed\"", 3, "`description`");
}

#[test]
fn lints_of_its_own_are_found() {
    let own = "[lints.rust]\nmissing_docs = \"allow\"";
    assert_line("[lints]\nworkspace = true", own, 1, "lints");
}

#[test]
fn a_version_or_path_of_its_own_is_found_in_any_section() {
    assert_line("anyhow.workspace = true", "anyhow = \"1\"", 19, "`anyhow`");
    assert_line("anyhow.workspace = true", "anyhow = { path = \"../a\" }", 19, "`anyhow`");
    let own = "dev-dependencies.nix]\nversion = \"1\"";
    assert_line("dev-dependencies.nix]\nworkspace = true", own, 22, "`nix`");
}

#[test]
fn a_target_that_joins_cargo_bench_is_found() {
    assert_line("[lib]\nbench = false\n", "[lib]\n", 10, "`[lib]` joins");
    assert_line("[lib]\nbench = false\n", "", 1, "no `[lib]`");
    assert_line(
        "src/main.rs\"\nbench = false",
        "src/main.rs\"\nbench = true",
        13,
        "`[[bin]]` joins",
    );
}

#[test]
fn what_does_not_parse_is_found() {
    let broken = "[package]\nname = \n";
    assert_found(
        RULE,
        &[("crates/a/Cargo.toml", broken), ("crates/b/Cargo.toml", "[lib]\n")],
        &[
            ("crates/a/Cargo.toml:2", "no package manifest"),
            ("crates/b/Cargo.toml:1", "`[package]`"),
        ],
    );
}
