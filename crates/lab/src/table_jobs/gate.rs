//! What must be true of the files before a sample counts.
//!
//! The files are looked at from outside: the listing of the folder, the footer or the lines of every
//! file, the bytes themselves. The manifest and the job must say the same of them, and so must the
//! other coordinator.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use inrush_dataset::{Entry, MANIFEST_NAME, Manifest, Summary, root_hash};
use inrush_formats::parquet_rows;
use twox_hash::XxHash3_64;

use super::job::Job;

/// Checks what a job left in `folder` and said of it, and returns the files.
pub(super) fn verify(job: &Job, folder: Option<&Path>, summary: &Summary) -> Result<Vec<Entry>> {
    let failed: BTreeSet<&str> = summary.failures.iter().map(|failure| &*failure.name).collect();
    let taken = job.taken();
    for failure in &summary.failures {
        let (name, error) = (&failure.name, &failure.error);
        ensure!(taken.contains(name), "`{name}` failed: {error}");
    }
    for name in &taken {
        ensure!(failed.contains(&**name), "`{name}` is no failure, and could not be written");
    }
    let Some(folder) = folder else {
        let (said, asked) = ([summary.files, summary.rows], [job.files, job.rows()]);
        ensure!(said == asked, "files and rows are {asked:?}, and the job says {said:?}");
        return Ok(Vec::new());
    };

    let manifest = Manifest::read(folder)?.context("there is no manifest")?;
    let is_whole = manifest.totals.is_some();
    ensure!(is_whole || job.failing > 0, "the manifest says that the job is not complete");
    ensure!(!is_whole || job.failing == 0, "the manifest says that the job is complete");
    let said: BTreeSet<&str> = manifest.entries.iter().map(|entry| entry.name.as_str()).collect();
    let found = names(folder, &taken)?;
    for name in &found {
        ensure!(said.contains(name.as_str()), "`{name}` is there, and not in the manifest");
    }
    let mut entries = manifest.entries.clone();
    for entry in &mut entries {
        let name = &entry.name;
        ensure!(found.contains(name), "`{name}` is in the manifest, and not there");
        let lines;
        (entry.bytes, entry.xxh3, lines) =
            read(&folder.join(name)).with_context(|| format!("read `{name}`"))?;
        let (what, rows) = if job.is_parquet {
            let rows = parquet_rows(&folder.join(name));
            ("footer", rows.with_context(|| format!("the footer of `{name}`"))?)
        } else {
            // The first line has the names of the columns; no cell of the table holds an end of line.
            ("text", lines.saturating_sub(1))
        };
        entry.rows = rows;
        if rows != job.rows_per_file {
            bail!("the {what} of `{name}` states {rows} rows, not {}", job.rows_per_file);
        }
    }

    let (files, asked) = (entries.len() as u64, job.files - job.failing);
    ensure!(files == asked, "there are {files} files, not {asked}");
    let is_same = manifest.entries.iter().zip(&entries).all(|(a, b)| a.xxh3 == b.xxh3);
    ensure!(is_same, "the bytes of the files are not those of the manifest");
    let there = [files, files * job.rows_per_file, entries.iter().map(|entry| entry.bytes).sum()];
    let by_job = [summary.files, summary.rows, summary.bytes];
    ensure!(by_job == there, "files, rows, bytes are {there:?}, and the job says {by_job:?}");
    if let Some(totals) = manifest.totals {
        let said = [totals.files, totals.rows, totals.bytes];
        ensure!(said == there, "files, rows, bytes are {there:?}, and the manifest says {said:?}");
        ensure!(root_hash(&entries) == totals.root, "the root is not that of the files");
    }
    Ok(entries)
}

/// Whether files have the bytes that another run gave them.
pub(super) fn same(entries: &[Entry], others: &[Entry]) -> Result<()> {
    let others: BTreeMap<&str, &Entry> =
        others.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    for Entry { name, bytes, xxh3, .. } in entries {
        let is_same = others.get(&**name).is_some_and(|o| (&o.bytes, &o.xxh3) == (bytes, xxh3));
        ensure!(is_same, "`{name}` has other bytes from the other coordinator");
    }
    Ok(())
}

/// The names in a folder but for the manifest's and those that were taken: what an unfinished file
/// leaves behind, too.
fn names(folder: &Path, taken: &[String]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let entries = fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))?;
    for entry in entries {
        let name = entry.context("list the folder")?.file_name().to_string_lossy().into_owned();
        if name != MANIFEST_NAME && !taken.contains(&name) {
            names.insert(name);
        }
    }
    Ok(names)
}

/// The length of a file, its xxh3 in the manifest's form, and the ends of lines in it.
fn read(path: &Path) -> std::io::Result<(u64, String, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = XxHash3_64::with_seed(0);
    let mut buffer = vec![0; 256 * 1024];
    let (mut bytes, mut lines) = (0, 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hasher.write(&buffer[..n]);
                bytes += n as u64;
                lines += buffer[..n].iter().filter(|&&byte| byte == b'\n').count() as u64;
            }
        }
    }
    Ok((bytes, format!("{:016x}", hasher.finish()), lines))
}
