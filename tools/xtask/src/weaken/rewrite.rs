//! A copy of the workspace in which each site asks, at run time, whether it is the weakened one.
//!
//! So the models are compiled once for all sites. The copy is of the whole workspace: the lock file
//! then fits, and dependencies are what they always are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::sites::{Site, What};
use crate::tree::{File, Tree};

/// The variable that holds the number of the weakened site. Without it, none is.
pub(super) const VARIABLE: &str = "INRUSH_WEAKEN";

/// Where the copy has the choice added: what every atomic of a model comes from.
const SHIM: &str = "crates/sync/src/shim/model.rs";

/// The path of [`CHOICE`] in a crate's code.
fn choice(path: &str) -> &'static str {
    if path.starts_with("crates/sync/") {
        "crate::shim::weaken"
    } else {
        "::inrush_sync::shim::weaken"
    }
}

/// What the shim of the copy has more. It uses nothing of loom but the fence, so that asking is no
/// step of the model.
const CHOICE: &str = r#"
/// Chooses, at run time, the one ordering that is weakened.
pub mod weaken {
    use std::sync::OnceLock;

    use loom::sync::atomic::Ordering;

    fn chosen() -> Option<usize> {
        static CHOSEN: OnceLock<Option<usize>> = OnceLock::new();
        *CHOSEN.get_or_init(|| {
            let number = std::env::var("INRUSH_WEAKEN").ok()?;
            Some(number.parse().expect("the number of a site"))
        })
    }

    /// The ordering of a site, or `Relaxed`.
    pub fn ordering(site: usize, strong: Ordering) -> Ordering {
        if chosen() == Some(site) { Ordering::Relaxed } else { strong }
    }

    /// Passes the fence of a site, or does nothing.
    pub fn fence(site: usize, fence: impl FnOnce()) {
        if chosen() != Some(site) {
            fence();
        }
    }
}
"#;

/// Writes the copy into `folder`. A file that is as it should be is left alone, so that a second
/// build has less to do.
///
/// # Errors
///
/// A file cannot be read, written or removed, or there is no shim.
pub(super) fn copy(tree: &Tree, sites: &[Site], folder: &Path) -> Result<()> {
    if tree.file(SHIM).is_none() {
        bail!("`{SHIM}` is gone, to which the choice of a site is added");
    }
    let mut kept = BTreeSet::new();
    for file in tree.files().iter().filter(|file| belongs_to_the_workspace(&file.path)) {
        let mut text = rewritten(file, sites);
        if file.path == SHIM {
            text.push_str(CHOICE);
        }
        let path = folder.join(&file.path);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)
                    .with_context(|| format!("create `{}`", parent.display()))?;
            }
            fs::write(&path, text).with_context(|| format!("write `{}`", path.display()))?;
        }
        kept.insert(path);
    }
    remove_others(folder, &kept)
}

/// What cargo reads to build a package.
fn belongs_to_the_workspace(path: &str) -> bool {
    let is_at_the_root = !path.contains('/') && (path.ends_with(".toml") || path == "Cargo.lock");
    let folders = ["crates/", "tools/", "benches/", ".cargo/"];
    is_at_the_root || folders.iter().any(|folder| path.starts_with(folder))
}

/// The text of a file with each of its sites turned into a question.
pub(super) fn rewritten(file: &File, sites: &[Site]) -> String {
    let mut text = file.text.clone();
    let here = sites.iter().enumerate().filter(|(_, site)| site.path == file.path);
    // From the end on, so that the places of those in front stay.
    for (number, site) in here.filter(|(_, site)| site.is_built()).rev() {
        let (start, end) = (file.text_offset(site.range.start), file.text_offset(site.range.end));
        let choice = choice(&file.path);
        let question = match site.what {
            What::Ordering => format!("{choice}::ordering({number}, {})", &file.text[start..end]),
            What::Fence => format!("{choice}::fence({number}, || {})", &file.text[start..end]),
        };
        text.replace_range(start..end, &question);
    }
    text
}

/// Removes what an earlier copy had and this one has not.
fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    let entries = folder.read_dir().with_context(|| format!("list `{}`", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("list `{}`", folder.display()))?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("remove `{}`", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CHOICE, VARIABLE, rewritten};
    use crate::source::Source;
    use crate::tree::Tree;
    use crate::weaken::sites::{find, tests::TEXT};

    #[test]
    fn only_sites_that_a_model_sees_are_rewritten() {
        let tree = Tree::from_files([("crates/sync/src/slot.rs", TEXT)]);
        let text = rewritten(&tree.files()[0], &find(&tree));
        let changes = [
            (".store(1, Ordering::Release);", ".store(1, ordering(0, Ordering::Release));"),
            ("            AcqRel,\n", "            ordering(1, AcqRel),\n"),
            ("            Acquire,\n", "            ordering(2, Acquire),\n"),
            ("state.store(0, Release);", "state.store(0, ordering(3, Release));"),
            ("state.store(1, Release);", "state.store(1, ordering(4, Release));"),
            ("        atomic::fence(SeqCst);", "        fence(5, || atomic::fence(SeqCst));"),
        ];
        let mut expected = TEXT.to_owned();
        for (from, to) in changes {
            assert_eq!(expected.matches(from).count(), 1, "{from}");
            expected = expected.replace(from, to);
        }
        assert_eq!(text.replace("crate::shim::weaken::", ""), expected);
        assert_eq!(text.matches("crate::shim::weaken::").count(), changes.len());
    }

    #[test]
    fn another_crate_asks_the_shim_of_its_dependency() {
        let text = "fn f() {\n    a.store(1, Release);\n}\n";
        let tree = Tree::from_files([("crates/batch/src/a.rs", text)]);
        let rewritten = rewritten(&tree.files()[0], &find(&tree));
        assert!(rewritten.contains("(1, ::inrush_sync::shim::weaken::ordering(0, Release));"));
    }

    #[test]
    fn the_choice_reads_the_variable_that_is_set() {
        assert!(CHOICE.contains(&format!("\"{VARIABLE}\"")));
        assert!(Source::new(CHOICE).words().any(|(_, word)| word == "weaken"));
    }
}
