//! The folder that keeps what was measured: `samples.jsonl`, `machine.toml`, `report.md`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{Kept, Machine, Samples, samples_text};

/// A folder of records, of one question on one machine on one day.
#[derive(Clone, Debug)]
pub struct Record {
    folder: PathBuf,
}

impl Record {
    /// The folder in which the samples of `question` on `machine` belong, under `results`.
    pub fn new(results: &Path, machine: &Machine, question: &str) -> Self {
        Self { folder: results.join(machine.folder_name()).join(question) }
    }

    /// A folder that has samples already.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder as a document of the repository names it, with `/` between its parts; `None`
    /// where it lies elsewhere.
    pub fn name_in(&self, repository: &Path) -> Option<String> {
        let absolute = fs::canonicalize(&self.folder).ok()?;
        let inside = absolute.strip_prefix(fs::canonicalize(repository).ok()?).ok()?;
        let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// Writes the samples and the machine, in a folder that is made if it is not there.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write<S: Kept>(&self, samples: &[S], machine: &Machine) -> Result<()> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("make `{}`", self.folder.display()))?;
        write(&self.samples_path(), &samples_text(samples))?;
        self.write_machine(machine)
    }

    /// Writes the machine, in a folder that is there.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write_machine(&self, machine: &Machine) -> Result<()> {
        write(&self.machine_path(), &machine.text().context("write the machine as TOML")?)
    }

    /// Reads them back.
    ///
    /// # Errors
    /// Where a file cannot be read, or the machine's is no such record. A damaged sample is no
    /// error: it is named in the result.
    pub fn read<S: Kept>(&self) -> Result<(Samples<S>, Machine)> {
        let samples = Samples::parse(&read(&self.samples_path())?);
        let path = self.machine_path();
        let machine = Machine::parse(&read(&path)?)
            .with_context(|| format!("`{}` is no record of a machine", path.display()))?;
        Ok((samples, machine))
    }

    /// Where the samples are.
    pub fn samples_path(&self) -> PathBuf {
        self.folder.join("samples.jsonl")
    }

    /// Where the report is.
    pub fn report_path(&self) -> PathBuf {
        self.folder.join("report.md")
    }

    fn machine_path(&self) -> PathBuf {
        self.folder.join("machine.toml")
    }
}

/// The root of the workspace where Cargo runs this program, and the current folder otherwise.
pub fn repository() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let root = package
        .as_deref()
        .and_then(|package| package.ancestors().find(|folder| folder.join("Cargo.lock").is_file()));
    root.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// A path as its writer means it. Cargo runs a bench in its package's folder, not in the one
/// where the command was typed, so relative paths count from [`repository`].
pub fn resolve(path: &Path) -> PathBuf {
    repository().join(path)
}

pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("write `{}`", path.display()))
}
