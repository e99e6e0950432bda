//! The folder that keeps what was measured: `samples.jsonl`, `machine.toml`, `report.md`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{Machine, Samples};

/// A folder of records, of one question on one machine on one day.
#[derive(Clone, Debug)]
pub struct Record {
    folder: PathBuf,
}

impl Record {
    /// A folder that has samples already.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
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
    pub fn read(&self) -> Result<(Samples, Machine)> {
        let samples = Samples::parse(&read_bytes(&self.samples_path())?);
        Ok((samples, self.machine()?))
    }

    /// Reads the machine back alone.
    ///
    /// # Errors
    /// Where the file cannot be read, or is no such record.
    pub fn machine(&self) -> Result<Machine> {
        let path = self.machine_path();
        Machine::parse(&read(&path)?)
            .with_context(|| format!("`{}` is no record of a machine", path.display()))
    }

    /// Where the samples are.
    pub fn samples_path(&self) -> PathBuf {
        self.folder.join("samples.jsonl")
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

pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))
}

pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("read `{}`", path.display()))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("write `{}`", path.display()))
}
