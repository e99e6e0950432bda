//! What must be true of the files before a sample counts.
//!
//! The files are looked at from outside: the listing of the folder, the footer of every file, the
//! bytes themselves. The manifest must say the same of them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use inrush_dataset::{MANIFEST_NAME, Manifest, root_hash};
use inrush_formats::parquet_rows;
use twox_hash::XxHash3_64;

use super::Cell;
use crate::Measured;

/// Checks what a job of `cell` left in `folder` and said of it, and returns a hash over the names,
/// rows, lengths and bytes of all files.
///
/// # Errors
/// What is wrong, and with which file.
pub fn verify(cell: &Cell, folder: &Path, measured: &Measured) -> Result<String> {
    let manifest = Manifest::read(folder)?.context("there is no manifest")?;
    let totals = manifest.totals.context("the manifest says that the job is not complete")?;
    let said: BTreeSet<&str> = manifest.entries.iter().map(|entry| entry.name.as_str()).collect();
    let found = names(folder)?;
    for name in &found {
        ensure!(said.contains(name.as_str()), "`{name}` is there, and not in the manifest");
    }
    let mut entries = manifest.entries.clone();
    for entry in &mut entries {
        let name = &entry.name;
        ensure!(found.contains(name), "`{name}` is in the manifest, and not there");
        let path = folder.join(name);
        entry.rows = parquet_rows(&path).with_context(|| format!("the footer of `{name}`"))?;
        if entry.rows != cell.rows_per_file {
            let (rows, expected) = (entry.rows, cell.rows_per_file);
            bail!("the footer of `{name}` states {rows} rows, not {expected}");
        }
        (entry.bytes, entry.xxh3) = hash(&path).with_context(|| format!("read `{name}`"))?;
    }

    let files = entries.len() as u64;
    ensure!(files == cell.files, "there are {files} files, not {}", cell.files);
    let root = root_hash(&entries);
    ensure!(root == totals.root, "the bytes of the files are not those of the manifest");
    let there = [files, cell.rows(), entries.iter().map(|entry| entry.bytes).sum()];
    for (said, by) in [
        ([totals.files, totals.rows, totals.bytes], "the manifest"),
        ([measured.files, measured.rows, measured.bytes], "the job"),
    ] {
        ensure!(said == there, "files, rows, bytes are {there:?}, and {by} says {said:?}");
    }
    Ok(root)
}

/// The names in a folder but for the manifest's: what an unfinished file leaves behind, too.
fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let entries = fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))?;
    for entry in entries {
        let name = entry.context("list the folder")?.file_name();
        if name != MANIFEST_NAME {
            names.insert(name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// The length of a file and its xxh3, in the manifest's form.
fn hash(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hasher = XxHash3_64::with_seed(0);
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hasher.write(&buffer[..n]);
                bytes += n as u64;
            }
        }
    }
    Ok((bytes, format!("{:016x}", hasher.finish())))
}
