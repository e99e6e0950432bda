//! What is swept: the format, and the size of a file.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};
use inrush_dataset::FileFormat;
use serde::{Deserialize, Serialize};

/// A job of `builtin:seed7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The format of the files.
    pub format: Format,
    /// Where they go.
    pub target: Target,
    /// How many.
    pub files: u64,
    /// Rows in all of them.
    pub rows: u64,
}

/// The formats, each with its default codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CSV, not compressed.
    Csv,
    /// Parquet with Snappy.
    Parquet,
}

/// Where files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// Nowhere: what is measured is the generator and the format.
    Null,
    /// A folder.
    Folder,
}

const fn cell(format: Format, target: Target, files: u64, rows: u64) -> Cell {
    Cell { format, target, files, rows }
}

/// Rows a second on all processors.
pub const RATE_CELLS: [Cell; 2] = [
    cell(Format::Csv, Target::Null, 8, 20_000_000),
    cell(Format::Parquet, Target::Null, 8, 20_000_000),
];

/// One file of about 1 MB, 10 MB, 100 MB, 1 GB and 4 GB in each format: a row takes 83 bytes as
/// CSV and 33 as Parquet.
pub const SIZE_CELLS: [Cell; 10] = [
    cell(Format::Csv, Target::Folder, 1, 12_000),
    cell(Format::Csv, Target::Folder, 1, 120_000),
    cell(Format::Csv, Target::Folder, 1, 1_200_000),
    cell(Format::Csv, Target::Folder, 1, 12_000_000),
    cell(Format::Csv, Target::Folder, 1, 48_000_000),
    cell(Format::Parquet, Target::Folder, 1, 30_000),
    cell(Format::Parquet, Target::Folder, 1, 300_000),
    cell(Format::Parquet, Target::Folder, 1, 3_000_000),
    cell(Format::Parquet, Target::Folder, 1, 30_000_000),
    cell(Format::Parquet, Target::Folder, 1, 120_000_000),
];

impl Cell {
    /// Repetitions: peak memory is steady, and a large file takes long.
    pub fn repetitions(&self) -> u32 {
        match (self.target, self.rows) {
            (Target::Null, _) => 15,
            (Target::Folder, 0..10_000_000) => 5,
            (Target::Folder, _) => 3,
        }
    }
}

impl Format {
    /// The format as a job takes it.
    pub fn file_format(self) -> FileFormat {
        match self {
            Self::Csv => FileFormat::csv(),
            Self::Parquet => FileFormat::parquet(),
        }
    }

    /// The format's name in samples and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.target {
            Target::Null => "null",
            Target::Folder => "folder",
        };
        write!(f, "{}-{target}-{}x{}", self.format.name(), self.files, self.rows)
    }
}

impl FromStr for Cell {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let no_cell = || format!("`{text}` is no cell");
        let mut parts = text.splitn(3, '-');
        let format = match parts.next() {
            Some("csv") => Format::Csv,
            Some("parquet") => Format::Parquet,
            _ => bail!(no_cell()),
        };
        let target = match parts.next() {
            Some("null") => Target::Null,
            Some("folder") => Target::Folder,
            _ => bail!(no_cell()),
        };
        let counts = parts.next().and_then(|counts| counts.split_once('x'));
        let (files, rows) = counts.with_context(no_cell)?;
        Ok(Self {
            format,
            target,
            files: files.parse().with_context(no_cell)?,
            rows: rows.parse().with_context(no_cell)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_they_are_written() {
        for cell in RATE_CELLS.into_iter().chain(SIZE_CELLS) {
            assert_eq!(cell.to_string().parse::<Cell>().expect("it is a cell"), cell);
        }
        assert!("csv-null".parse::<Cell>().is_err());
        assert!("xml-null-1x1".parse::<Cell>().is_err());
    }
}
