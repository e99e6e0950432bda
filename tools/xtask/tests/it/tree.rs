//! Reading a repository from disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::Tree;

fn fixture(root: &Path) {
    for (path, bytes) in [
        (".gitignore", &b"/out/\n/target/\n"[..]),
        ("README.md", b"A house.\n"),
        ("docs/figure.png", b"\x89PNG\0"),
        ("out/rows.csv", b"1\n"),
        ("target/debug/note.txt", b"built\n"),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("every file has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}

fn git(root: &Path, args: &[&str]) -> bool {
    Command::new("git").args(args).current_dir(root).output().is_ok_and(|out| out.status.success())
}

#[test]
fn git_leaves_out_what_it_ignores_and_what_is_gone() {
    let root = tempfile::tempdir().expect("a temporary folder");
    fixture(root.path());
    if !git(root.path(), &["init", "--quiet"]) {
        // Without git there is nothing to ask; the walk below is what tidy then does.
        return;
    }
    assert!(git(root.path(), &["add", "README.md"]));
    fs::remove_file(root.path().join("README.md")).expect("the file was there");
    let tree = Tree::load(root.path()).expect("the fixture can be read");
    assert_eq!(tree.paths().collect::<Vec<_>>(), [".gitignore", "docs/figure.png"]);
}

#[test]
fn without_git_the_folder_is_walked_around_the_build() {
    let root = tempfile::tempdir().expect("a temporary folder");
    fixture(root.path());
    let tree = Tree::load(root.path()).expect("the fixture can be read");
    let paths: Vec<&str> = tree.paths().collect();
    assert_eq!(paths, [".gitignore", "README.md", "docs/figure.png", "out/rows.csv"]);
}

#[test]
fn a_binary_file_exists_and_has_no_text() {
    let root = tempfile::tempdir().expect("a temporary folder");
    fixture(root.path());
    let tree = Tree::load(root.path()).expect("the fixture can be read");
    assert!(tree.exists("docs/figure.png") && tree.exists("docs/") && tree.exists("docs"));
    assert!(!tree.exists("doc") && !tree.exists("docs/figure"));
    assert!(tree.file("docs/figure.png").is_none());
    assert_eq!(tree.file("README.md").map(|file| file.text.as_str()), Some("A house.\n"));
}
