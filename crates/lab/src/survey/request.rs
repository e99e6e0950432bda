//! What the process of a sample is asked to do.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::ask;

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request<C> {
    /// The cell.
    pub cell: C,
    /// The subject's name.
    pub subject: String,
    /// Where files go: an empty folder.
    pub folder: PathBuf,
}

impl<C: Serialize> Request<C> {
    /// A request.
    pub fn new(cell: C, subject: &str, folder: PathBuf) -> Self {
        Self { cell, subject: subject.to_owned(), folder }
    }

    /// Measures a subject in a process of its own, with a folder below `folder` that is gone
    /// afterwards.
    ///
    /// # Errors
    /// Where the process cannot be started or fails, or the folder cannot be made or removed.
    pub fn ask<R: DeserializeOwned>(cell: C, subject: &str, folder: &Path) -> Result<Answer<R>> {
        let folder = tempfile::Builder::new()
            .prefix("inrush-lab-")
            .tempdir_in(folder)
            .with_context(|| format!("make a folder in `{}`", folder.display()))?;
        let answer = ask(&Self::new(cell, subject, folder.path().to_owned()))?;
        folder.close().context("remove the files of the sample")?;
        Ok(answer)
    }
}
