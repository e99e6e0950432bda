//! What is swept: how many files, where they lie, and whether they are there.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};
use serde::{Deserialize, Serialize};

use crate::survey::SurveyCell;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Cell {
    /// So many new files in memory.
    Tmpfs(u64),
    /// The same by one thread.
    Single(u64),
    /// So many files in memory that are there already.
    Old(u64),
    /// So many new files in memory, of which one in twenty fails once.
    Faulty(u64),
    /// So many new files on the disk.
    Disk(u64),
    /// A file of so many MiB on the disk, past the page cache.
    Direct(u64),
    /// A file of so many MiB on the disk, through the page cache.
    Buffered(u64),
    /// An object of so many MiB to a server in the same process, which forgets it.
    Object(u64),
}

/// All cells.
pub const CELLS: [Cell; 16] = [
    Cell::Tmpfs(1_000),
    Cell::Tmpfs(1_500),
    Cell::Tmpfs(3_000),
    Cell::Tmpfs(5_000),
    Cell::Tmpfs(100_000),
    Cell::Single(5_000),
    Cell::Old(5_000),
    Cell::Faulty(5_000),
    Cell::Disk(1_000),
    Cell::Disk(1_500),
    Cell::Disk(3_000),
    Cell::Disk(5_000),
    Cell::Disk(100_000),
    Cell::Direct(1_024),
    Cell::Buffered(1_024),
    Cell::Object(1_024),
];

/// The cells of a quick run.
pub const QUICK_CELLS: [Cell; 6] = [
    Cell::Tmpfs(1_000),
    Cell::Tmpfs(5_000),
    Cell::Old(5_000),
    Cell::Faulty(5_000),
    Cell::Disk(1_000),
    Cell::Direct(256),
];

/// All subjects, those that write many small files first.
pub const SUBJECTS: [&str; 14] = [
    "raw-loop",
    "std-bufwriter",
    "tokio-fs",
    "file-set",
    "file-set-no-retry",
    "file-set-truncate",
    "file-set-atomic",
    "file-set-batches",
    "dd",
    "file",
    "direct",
    "inrush-bytes",
    "raw-parts",
    "object-store",
];

/// How many of them write many small files.
const N_SETS: usize = 8;

impl Cell {
    /// Whether the files are kept in memory.
    pub fn is_in_memory(&self) -> bool {
        matches!(self, Self::Tmpfs(_) | Self::Single(_) | Self::Old(_) | Self::Faulty(_))
    }

    fn parts(&self) -> (&'static str, u64) {
        match *self {
            Self::Tmpfs(files) => ("tmpfs", files),
            Self::Single(files) => ("single", files),
            Self::Old(files) => ("old", files),
            Self::Faulty(files) => ("faulty", files),
            Self::Disk(files) => ("disk", files),
            Self::Direct(mib) => ("direct", mib),
            Self::Buffered(mib) => ("buffered", mib),
            Self::Object(mib) => ("object", mib),
        }
    }
}

impl SurveyCell for Cell {
    fn subjects(&self) -> Vec<&'static str> {
        match self {
            Self::Tmpfs(..=5_000) => SUBJECTS[..N_SETS].to_vec(),
            Self::Faulty(_) => vec!["file-set"],
            // What takes long is asked of those that are compared.
            Self::Tmpfs(_) | Self::Disk(10_000..) => vec!["raw-loop", "tokio-fs", "file-set"],
            Self::Single(_) | Self::Old(_) => {
                vec!["raw-loop", "file-set", "file-set-no-retry", "file-set-batches"]
            }
            Self::Disk(_) => vec!["raw-loop", "std-bufwriter", "tokio-fs", "file-set"],
            Self::Direct(_) => vec!["dd", "direct", "inrush-bytes"],
            Self::Buffered(_) => vec!["dd", "file"],
            Self::Object(_) => vec!["raw-parts", "object-store"],
        }
    }

    fn default_repetitions(&self) -> u32 {
        match self {
            Self::Disk(10_000..) => 5,
            _ => 7,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, number) = self.parts();
        write!(f, "{name}-{number}")
    }
}

impl FromStr for Cell {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let no_cell = || format!("`{text}` is no cell; write one like tmpfs-5000 or direct-1024");
        let (name, number) = text.split_once('-').with_context(no_cell)?;
        let number = number.parse().ok().filter(|number| *number > 0).with_context(no_cell)?;
        Ok(match name {
            "tmpfs" => Self::Tmpfs(number),
            "single" => Self::Single(number),
            "old" => Self::Old(number),
            "faulty" => Self::Faulty(number),
            "disk" => Self::Disk(number),
            "direct" => Self::Direct(number),
            "buffered" => Self::Buffered(number),
            "object" => Self::Object(number),
            _ => bail!(no_cell()),
        })
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

impl TryFrom<String> for Cell {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_they_are_written_and_ask_known_subjects() {
        for cell in CELLS.into_iter().chain(QUICK_CELLS) {
            assert_eq!(cell.to_string().parse::<Cell>().expect("it is a cell"), cell);
            assert!(cell.subjects().iter().all(|name| SUBJECTS.contains(name)), "{cell}");
        }
        for text in ["tmpfs", "tmpfs-0", "tmpfs-x", "page-5", "disk-"] {
            assert!(text.parse::<Cell>().is_err(), "{text}");
        }
    }
}
