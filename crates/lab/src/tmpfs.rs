//! A file system in memory.

use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// Where Linux has one.
const PLACE: &str = "/dev/shm";

/// That there is none, where that is so.
pub(crate) fn absence() -> Option<String> {
    (!Path::new(PLACE).is_dir()).then(|| format!("there is no file system in memory at {PLACE}"))
}

/// A folder in it, which is gone when this is dropped.
///
/// # Errors
/// Where it cannot be made.
pub(crate) fn folder() -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("inrush-lab-").tempdir_in(PLACE);
    folder.context("make a folder in memory")
}
