//! The job of one sample, as its own process does it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use inrush_dataset::{CancelToken, Destination, FileFormat, RunOptions, TableSpec, run};
use inrush_tables::Schema;
use serde::{Deserialize, Serialize};

use super::{Cell, Subject};
use crate::{Measured, measured};

/// The size of a chunk, which the comparison fixes.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// How many files of how many rows.
    pub cell: Cell,
    /// Through which coordinator.
    pub subject: Subject,
    /// Files in flight at once.
    pub jobs: u32,
    /// Where the files go: an empty folder, or one to be made.
    pub folder: PathBuf,
}

impl Request {
    /// A request for `cell` through `subject`.
    pub fn new(cell: Cell, subject: Subject, jobs: u32, folder: PathBuf) -> Self {
        Self { cell, subject, jobs, folder }
    }
}

/// Does the job in this process, from the reading of the schema until the manifest is whole.
///
/// # Errors
/// Where a file could not be written, or the system does not say what a process uses.
pub fn measure(request: &Request) -> Result<Measured> {
    let Request { cell, subject, jobs, folder } = request;
    measured(|| {
        let schema = Schema::builtin("seed7").context("read the schema")?;
        let spec = TableSpec::new(&schema, cell.rows(), cell.files, FileFormat::parquet())
            .context("specify the table")?;
        let mut options = RunOptions::new(Destination::Folder(folder.clone()));
        options.jobs = Some(*jobs as usize);
        options.coordinator = subject.kind();
        options.chunk_bytes = Some(CHUNK_BYTES);
        Ok(run(&spec.into(), &options, &CancelToken::default(), &())?)
    })
}
