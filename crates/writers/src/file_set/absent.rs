//! Which files of an atomic set are not there yet, found out once for all files of a folder.
//!
//! To look for a single name that is not there takes a folder's lock, and threads that do so between
//! the creations and renames of others hinder each other: two of them are slower than one. Where many
//! files of a set lie in a folder, it is listed instead.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::entry::Entry;
use crate::part::folder_of;

/// From how many files of a set on their folder is listed.
const MANY: usize = 64;

/// How many entries of a folder are looked at for each file of the set: others may have filled it.
const AT_MOST: usize = 4;

/// Notes the files that are not there. Of the others nothing is said.
pub(super) fn note_absent(paths: &[PathBuf], entries: &mut [Entry]) {
    let mut folders: HashMap<&Path, Vec<usize>> = HashMap::new();
    for (i, path) in paths.iter().enumerate() {
        folders.entry(folder_of(path)).or_default().push(i);
    }
    for (folder, files) in folders.into_iter().filter(|(_, files)| files.len() >= MANY) {
        let Some(names) = names(folder, files.len() * AT_MOST) else { continue };
        for i in files {
            entries[i].is_absent = paths[i].file_name().is_some_and(|name| !names.contains(name));
        }
    }
}

/// The names in a folder, if they can be listed and are at most `most`.
fn names(folder: &Path, most: usize) -> Option<HashSet<OsString>> {
    let mut names = HashSet::new();
    for entry in fs::read_dir(folder).ok()? {
        if names.len() == most {
            return None;
        }
        names.insert(entry.ok()?.file_name());
    }
    Some(names)
}
