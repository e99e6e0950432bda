//! The files of the repository, read once and shared by every rule.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::source::Source;

/// A text file of the repository.
#[derive(Debug)]
pub struct File {
    /// Relative to the root, with `/` between its parts.
    pub path: String,
    /// The whole content.
    pub text: String,
    source: Option<Source>,
}

impl File {
    fn new(path: &str, text: String) -> Self {
        let source = path.ends_with(".rs").then(|| Source::new(&text));
        Self { path: path.to_owned(), text, source }
    }

    /// The file's lines with their numbers, from 1.
    pub fn numbered_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The text behind a range of the code of its source, in which the scanner blanked letters of
    /// any width.
    pub(crate) fn text_of(&self, code: Range<usize>) -> &str {
        &self.text[self.text_offset(code.start)..self.text_offset(code.end)]
    }

    /// The place in the text of an offset into the code of its source.
    pub(crate) fn text_offset(&self, offset: usize) -> usize {
        let Some(source) = &self.source else { return offset };
        let n_chars = source.code()[..offset].chars().count();
        self.text.char_indices().nth(n_chars).map_or(self.text.len(), |(at, _)| at)
    }

    /// Whether one of the folders on the file's path has this name.
    pub fn is_under(&self, folder: &str) -> bool {
        let mut parts: Vec<&str> = self.path.split('/').collect();
        parts.pop();
        parts.contains(&folder)
    }

    /// The package folder (`crates/sync`, `tools/xtask`) that holds the file.
    pub fn package_dir(&self) -> Option<&str> {
        let (group, rest) = self.path.split_once('/')?;
        let (name, _) = rest.split_once('/')?;
        matches!(group, "crates" | "tools").then(|| &self.path[..group.len() + 1 + name.len()])
    }

    /// The path inside the package's folder (`src/lib.rs`).
    pub fn path_in_package(&self) -> Option<&str> {
        self.package_dir().map(|dir| &self.path[dir.len() + 1..])
    }
}

/// The tracked files, and those that are new but not ignored.
#[derive(Debug)]
pub struct Tree {
    paths: BTreeSet<String>,
    files: Vec<File>,
}

impl Tree {
    /// Reads the repository at `root`: what git would carry, or, where there is no git, everything
    /// but `target` and `.git`.
    ///
    /// # Errors
    ///
    /// A folder or a file that cannot be read.
    pub fn load(root: &Path) -> Result<Self> {
        let listed = match git_files(root) {
            Some(paths) => paths,
            None => walk(root)?,
        };
        let mut paths = BTreeSet::new();
        let mut files = Vec::new();
        for path in listed {
            let full = root.join(&path);
            // Git still lists a file that was deleted but not staged.
            let Ok(meta) = full.symlink_metadata() else { continue };
            // A link may lead out of the repository: it is a path that exists, and no text of ours.
            if meta.is_file() {
                let bytes =
                    fs::read(&full).with_context(|| format!("read `{}`", full.display()))?;
                if let Some(text) = as_text(bytes) {
                    files.push(File::new(&path, text));
                }
            }
            paths.insert(path);
        }
        Ok(Self { paths, files })
    }

    /// A tree in memory, of paths and texts.
    pub fn from_files<P: AsRef<str>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let files: Vec<File> = files
            .into_iter()
            .map(|(path, text)| File::new(path.as_ref(), text.as_ref().to_owned()))
            .collect();
        Self { paths: files.iter().map(|file| file.path.clone()).collect(), files }
    }

    /// Every text file.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The text file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Every Rust file, with code and comments told apart.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| Some((file, file.source.as_ref()?)))
    }

    /// The paths of all files, text or not, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// Whether a file or a folder lies at this path. The empty path is the root.
    pub fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        path.is_empty()
            || self.paths.contains(path)
            || self
                .paths
                .range(folder.clone()..)
                .next()
                .is_some_and(|next| next.starts_with(&folder))
    }
}

/// `None` where git is missing or `root` is no working tree of it.
fn git_files(root: &Path) -> Option<Vec<String>> {
    // A fixture folder inside somebody else's repository must be walked, not listed by that
    // repository.
    if !root.join(".git").exists() {
        return None;
    }
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    let listing = String::from_utf8(output.stdout).ok()?;
    let paths = listing.split_terminator('\0').map(str::to_owned).collect();
    output.status.success().then_some(paths)
}

fn walk(root: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let full = root.join(&folder);
        let entries = full.read_dir().with_context(|| format!("list `{}`", full.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("list `{}`", full.display()))?;
            // A name that is not UTF-8 can be neither linked nor imported.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().with_context(|| format!("look at `{name}`"))?;
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if kind.is_dir() && !matches!(name.as_str(), "target" | ".git") {
                folders.push(path);
            } else if !kind.is_dir() {
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

/// A NUL byte is git's own sign of a binary file.
fn as_text(bytes: Vec<u8>) -> Option<String> {
    if bytes.contains(&0) { None } else { String::from_utf8(bytes).ok() }
}
