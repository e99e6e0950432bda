//! The job of one sample, and what must be true of it before it counts.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use inrush_dataset::{CancelToken, Destination, Manifest, RunOptions, Summary, TableSpec, run};
use inrush_formats::parquet_rows;
use inrush_tables::Schema;
use serde::{Deserialize, Serialize};

use super::{Cell, Format, Target};
use crate::{Measured, measured};

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The job.
    pub cell: Cell,
    /// Files in flight at once.
    pub jobs: u32,
    /// Where the files go, if anywhere: an empty folder.
    pub folder: PathBuf,
}

impl Request {
    /// A request for `cell`.
    pub fn new(cell: Cell, jobs: u32, folder: PathBuf) -> Self {
        Self { cell, jobs, folder }
    }
}

/// Does the job in this process, from the reading of the schema until all files are whole.
///
/// # Errors
/// Where a file could not be written, or the system does not say what a process uses.
pub fn measure(request: &Request) -> Result<Measured> {
    measured(|| job(&request.cell, request.jobs, &request.folder))
}

fn job(cell: &Cell, jobs: u32, folder: &Path) -> Result<Summary> {
    let schema = Schema::builtin("seed7").context("read the schema")?;
    let spec = TableSpec::new(&schema, cell.rows, cell.files, cell.format.file_format())
        .context("specify the table")?;
    let destination = match cell.target {
        Target::Null => Destination::Null,
        Target::Folder => Destination::Folder(folder.to_owned()),
    };
    let mut options = RunOptions::new(destination);
    options.jobs = Some(jobs as usize);
    Ok(run(&spec.into(), &options, &CancelToken::default(), &())?)
}

/// Checks what a job of `cell` left in `folder` and said of it, and returns the root hash of the
/// files, or nothing where there are none.
///
/// # Errors
/// What is wrong, and with which file.
pub fn verify(cell: &Cell, folder: &Path, measured: &Measured) -> Result<String> {
    let said = (measured.files, measured.rows);
    ensure!(said == (cell.files, cell.rows), "files and rows are {said:?}");
    if cell.target == Target::Null {
        return Ok(String::new());
    }
    let manifest = Manifest::read(folder)?.context("there is no manifest")?;
    let totals = manifest.totals.context("the manifest says that the job is not complete")?;
    let (mut rows, mut bytes) = (0, 0);
    for entry in &manifest.entries {
        let path = folder.join(&entry.name);
        rows += match cell.format {
            Format::Parquet => parquet_rows(&path)?,
            Format::Csv => count_lines(&path)?.saturating_sub(1),
        };
        bytes += path.metadata()?.len();
    }
    ensure!(rows == cell.rows, "the files hold {rows} rows");
    ensure!(bytes == measured.bytes && bytes == totals.bytes, "the files hold {bytes} bytes");
    Ok(totals.root)
}

/// Ends of lines; no cell of the table holds one.
fn count_lines(path: &Path) -> Result<u64> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 256 * 1024];
    let mut lines = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(lines),
            n => lines += buffer[..n].iter().filter(|&&byte| byte == b'\n').count() as u64,
        }
    }
}
