//! The command line and the order of a report.

use std::process::Command;

use xtask::{RULES, Tree, check};

#[test]
fn an_unknown_subcommand_prints_the_usage_and_exits_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("dance").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("unknown subcommand `dance`"), "{said}");
    assert!(said.contains("usage: cargo xtask"), "{said}");
}

#[test]
fn no_subcommand_and_a_stray_argument_exit_2() {
    for args in [
        &[][..],
        &["tidy", "now"],
        &["loom", "one", "two"],
        &["loom", "tables"],
        &["weaken", "--write"],
        &["weaken", "everything"],
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_xtask")).args(args).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}

/// Runs a subcommand on a workspace in a temporary folder, whose one file is this one.
fn run(subcommand: &str, path: &str, text: &str) -> (Option<i32>, String) {
    let root = tempfile::tempdir().expect("a temporary folder");
    let package = root.path().join("tools/xtask");
    std::fs::create_dir_all(&package).expect("a folder in it");
    std::fs::write(root.path().join("Cargo.toml"), "[workspace]\n").expect("a manifest");
    let file = root.path().join(path);
    std::fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("its folder");
    std::fs::write(file, text).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg(subcommand)
        .env("CARGO_MANIFEST_DIR", &package)
        .output()
        .expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_finding_is_one_line_and_exits_1() {
    let (code, said) = run("tidy", "ARCHITECTURE.md", "Nothing is stated.\n");
    assert_eq!(code, Some(1));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("ARCHITECTURE.md:1: documents: no line with **Invariant**"), "{said}");
}

#[test]
fn no_finding_is_one_summary_line_and_exits_0() {
    let (code, said) =
        run("tidy", "ARCHITECTURE.md", "**Invariant** `bytes` never reads a clock.\n");
    assert_eq!(code, Some(0));
    assert_eq!(said, format!("tidy: {} rules, 2 files, no finding\n", RULES.len()));
}

#[test]
fn a_workspace_without_models_does_not_pass() {
    let (code, said) = run("loom", "crates/sync/Cargo.toml", "[package]\nname = \"inrush-sync\"\n");
    assert_eq!(code, Some(1));
    assert_eq!(said, "loom: no package has a test target `loom`\n");
}

#[test]
fn a_site_without_a_row_is_found_before_anything_is_built() {
    let text =
        "impl Flag {\n    fn set(&self) {\n        self.flag.store(true, Release);\n    }\n}\n";
    let (code, said) = run("weaken", "crates/sync/src/flag.rs", text);
    assert_eq!(code, Some(1));
    let finding = "docs/orderings.md: `sync/src/flag.rs: Flag::set, flag.store` has no row\n";
    assert!(said.starts_with(finding), "{said}");
}

#[test]
fn findings_come_in_the_order_of_their_places() {
    let tree = Tree::from_files([
        ("crates/b/src/lib.rs", "fn works() {}\n"),
        ("crates/a/src/lib.rs", "fn ok() {}\n\nfn works() {}\n"),
    ]);
    let places: Vec<(String, usize)> =
        check(&tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
    assert!(places.len() > 4);
    assert!(places.is_sorted(), "{places:?}");
}
