//! The repository itself.

use xtask::{Tree, check, workspace_root};

#[test]
fn the_repository_is_tidy() {
    let root = workspace_root().expect("the tests run inside the workspace");
    let tree = Tree::load(&root).expect("the repository can be read");
    let findings: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}
