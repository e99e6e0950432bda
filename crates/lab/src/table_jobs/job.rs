//! The job of a cell.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use inrush_dataset::{
    CancelToken, CoordinatorKind, Destination, Existing, FileFormat, RunOptions, Summary,
    TableSpec, run,
};
use inrush_tables::Schema;

use crate::Cell;

/// What a cell asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) files: u64,
    pub(super) rows_per_file: u64,
    pub(super) is_parquet: bool,
    /// Whether the files go to a folder; nowhere otherwise.
    pub(super) is_kept: bool,
    /// Files in flight at once.
    jobs: usize,
    chunk_bytes: usize,
    /// How many of the files cannot get their names.
    pub(super) failing: u64,
}

impl Job {
    pub(super) fn new(cell: &Cell) -> Self {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = Some(cell.number("jobs") as usize).filter(|&jobs| jobs > 0);
        Self {
            files: cell.number("files"),
            rows_per_file: cell.number("rows_per_file"),
            is_parquet: cell.word("format") == "parquet",
            is_kept: cell.word("target") == "folder",
            jobs: jobs.unwrap_or_else(processors),
            chunk_bytes: cell.number("chunk_bytes") as usize,
            failing: cell.number("failing"),
        }
    }

    /// Rows of all files.
    pub(super) fn rows(&self) -> u64 {
        self.files * self.rows_per_file
    }

    /// Does the job in this process, with the rows of a seed.
    pub(super) fn run(
        &self,
        kind: CoordinatorKind,
        seed: u64,
        folder: Option<&Path>,
    ) -> Result<Summary> {
        let destination = match folder {
            Some(folder) => Destination::Folder(folder.to_owned()),
            None => Destination::Null,
        };
        let schema = Schema::builtin("seed7").context("read the schema")?;
        let format = if self.is_parquet { FileFormat::parquet() } else { FileFormat::csv() };
        let spec = TableSpec::new(&schema, self.rows(), self.files, format)
            .context("specify the table")?
            .with_seed(seed);
        let mut options = RunOptions::new(destination);
        options.jobs = Some(self.jobs);
        options.coordinator = kind;
        options.chunk_bytes = Some(self.chunk_bytes);
        if self.failing > 0 {
            // What takes the names is there before the job.
            options.existing = Existing::Overwrite;
        }
        Ok(run(&spec.into(), &options, &CancelToken::default(), &())?)
    }

    /// The name of a file.
    pub(super) fn name(&self, file: u64) -> String {
        let suffix = if self.is_parquet { "parquet" } else { "csv" };
        format!("seed7-{file:05}-of-{:05}.{suffix}", self.files)
    }

    /// The names that files cannot get: `failing` of them, as far apart as can be.
    pub(super) fn taken(&self) -> Vec<String> {
        (0..self.failing).map(|i| self.name(i * self.files / self.failing)).collect()
    }

    /// Takes these names: no file can be renamed to what is a folder.
    pub(super) fn take_names(&self, folder: &Path) -> Result<()> {
        for name in self.taken() {
            fs::create_dir_all(folder.join(&name)).with_context(|| format!("make `{name}`"))?;
        }
        Ok(())
    }
}
