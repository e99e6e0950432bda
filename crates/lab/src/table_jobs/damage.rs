//! What is done to the files of a job so that the gate has something to find.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use inrush_dataset::MANIFEST_NAME;

use super::job::Job;

/// Does one thing that a job must not to its files.
pub(super) type Damage = fn(&Job, &Path) -> Result<()>;

pub(super) fn lose_a_file(job: &Job, folder: &Path) -> Result<()> {
    fs::remove_file(folder.join(job.name(job.files / 2))).context("lose a file")
}

pub(super) fn leave_a_part(_: &Job, folder: &Path) -> Result<()> {
    fs::write(folder.join(".x.inrush-part"), "x").context("leave a part")
}

pub(super) fn cut_a_file(job: &Job, folder: &Path) -> Result<()> {
    change(job, folder, |bytes| bytes.truncate(bytes.len() - 1))
}

/// Behind the leading magic, inside the first page; or in the line with the columns' names.
pub(super) fn flip_a_bit(job: &Job, folder: &Path) -> Result<()> {
    change(job, folder, |bytes| bytes[40] ^= 1)
}

pub(super) fn end_early(_: &Job, folder: &Path) -> Result<()> {
    let path = folder.join(MANIFEST_NAME);
    let text = fs::read_to_string(&path).context("read the manifest")?;
    let end = text.trim_end().rfind('\n').context("it has lines")?;
    fs::write(path, &text[..=end]).context("cut the manifest")
}

fn change(job: &Job, folder: &Path, how: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
    let path = folder.join(job.name(job.files - 1));
    let mut bytes = fs::read(&path).context("read a file")?;
    how(&mut bytes);
    fs::write(path, bytes).context("change a file")
}
