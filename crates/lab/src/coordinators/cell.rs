//! What is swept, and what is compared.

use std::fmt;
use std::str::FromStr;

use inrush_dataset::CoordinatorKind;
use serde::{Deserialize, Serialize};

use crate::short;

/// How many files of how many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Files.
    pub files: u64,
    /// Rows in each.
    pub rows_per_file: u64,
}

/// The cells of the comparison that this one redoes.
pub const SEED_CELLS: [Cell; 2] =
    [Cell { files: 3, rows_per_file: 5_000 }, Cell { files: 10, rows_per_file: 10_000 }];

/// Many small files, and few large ones.
pub const LARGE_CELLS: [Cell; 2] =
    [Cell { files: 1_000, rows_per_file: 1_000 }, Cell { files: 4, rows_per_file: 5_000_000 }];

impl Cell {
    /// Rows in all files.
    pub fn rows(&self) -> u64 {
        self.files * self.rows_per_file
    }

    /// The cell as a table names it: `3 x 5k`.
    pub fn label(&self) -> String {
        format!("{} x {}", short(self.files), short(self.rows_per_file))
    }

    /// Repetitions unless told otherwise: a small cell takes milliseconds and is noisy, a large one
    /// takes seconds and is steadier.
    pub fn default_repetitions(&self) -> u32 {
        match self.rows() {
            0..1_000_000 => 101,
            1_000_000..10_000_000 => 31,
            _ => 9,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.files, self.rows_per_file)
    }
}

/// A text that names no cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no cell: write files x rows of each, such as 3x5000")]
pub struct ParseCellError(String);

impl FromStr for Cell {
    type Err = ParseCellError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('x').and_then(|(files, rows)| {
            let (files, rows_per_file): (u64, u64) = (files.parse().ok()?, rows.parse().ok()?);
            files.checked_mul(rows_per_file)?;
            (files > 0).then_some(Self { files, rows_per_file })
        });
        parsed.ok_or_else(|| ParseCellError(text.to_owned()))
    }
}

/// A coordinator under measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A pipeline per file in flight.
    PerFile,
    /// One queue of whole files behind a mutex: the baseline.
    Mutex,
}

impl Subject {
    /// Both, the baseline last.
    pub const ALL: [Self; 2] = [Self::PerFile, Self::Mutex];

    /// The subject's name in samples and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::PerFile => "per-file",
            Self::Mutex => "mutex",
        }
    }

    /// The coordinator of a job.
    pub fn kind(self) -> CoordinatorKind {
        match self {
            Self::PerFile => CoordinatorKind::PerFile,
            Self::Mutex => CoordinatorKind::SharedMutex,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_reads_back_what_it_shows() {
        for cell in SEED_CELLS.into_iter().chain(LARGE_CELLS) {
            assert_eq!(cell.to_string().parse(), Ok(cell));
        }
        assert_eq!(SEED_CELLS[0].label(), "3 x 5k");
        assert_eq!(LARGE_CELLS[1].label(), "4 x 5M");
    }

    #[test]
    fn text_that_is_no_cell_is_refused() {
        for text in ["", "3", "3x", "x5", "0x5", "-1x5", "3x5k", "99999999999999x99999999999999"] {
            assert!(text.parse::<Cell>().is_err(), "{text}");
        }
    }
}
