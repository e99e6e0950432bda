//! What is swept: the size of a buffer, and what is done with it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};
use serde::{Deserialize, Serialize};

use super::{Kind, SUBJECTS, Subject};
use crate::survey::SurveyCell;

/// What is measured of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Cell {
    /// One buffer of so many bytes, filled again and again by one thread.
    Chunk(u64),
    /// The same with a thread and a buffer on every processor.
    All(u64),
    /// Objects of 8 MiB with dedup 4 and compress 2 in pieces of so many bytes; at once in new
    /// memory where that is 0.
    Object(u64),
    /// The command's job to nowhere, with so many objects in flight.
    Null(u64),
    /// The same into a folder.
    Folder(u64),
    /// So many objects in flight to nowhere, for the memory that they take.
    Flight(u64),
}

/// All cells. An odd number of bytes ends in the middle of everything.
pub const CELLS: [Cell; 22] = [
    Cell::Chunk(1 << 10),
    Cell::Chunk(4_093),
    Cell::Chunk(4 << 10),
    Cell::Chunk(64 << 10),
    Cell::Chunk(256 << 10),
    Cell::Chunk(1 << 20),
    Cell::Chunk(8 << 20),
    Cell::Chunk(1 << 30),
    Cell::All(256 << 10),
    Cell::All(8 << 20),
    Cell::Object(0),
    Cell::Object(64 << 10),
    Cell::Object(256 << 10),
    Cell::Object(1 << 20),
    Cell::Object(4 << 20),
    Cell::Object(8 << 20),
    Cell::Null(1),
    Cell::Null(2),
    Cell::Folder(1),
    Cell::Folder(2),
    Cell::Flight(100),
    Cell::Flight(500),
];

/// The cells of a quick run.
pub const QUICK_CELLS: [Cell; 8] = [
    Cell::Chunk(4 << 10),
    Cell::Chunk(64 << 10),
    Cell::Chunk(256 << 10),
    Cell::Chunk(1 << 20),
    Cell::All(256 << 10),
    Cell::Object(0),
    Cell::Object(256 << 10),
    Cell::Null(1),
];

impl Cell {
    /// Whether the cell asks something of this subject.
    pub fn asks(&self, subject: &Subject) -> bool {
        match self {
            Self::Chunk(_) => subject.kind != Kind::Job,
            Self::All(_) => matches!(subject.kind, Kind::Limit | Kind::Peer | Kind::Ours),
            Self::Object(_) => subject.object.is_some(),
            Self::Folder(1) => subject.kind == Kind::Job,
            Self::Null(_) | Self::Folder(_) | Self::Flight(_) => subject.name == "inrush-bytes",
        }
    }

    /// How long a buffer is filled for.
    pub fn duration(&self) -> Duration {
        Duration::from_millis(match self {
            Self::Chunk(bytes) if *bytes >= 1 << 30 => 1_000,
            _ => 200,
        })
    }

    fn parts(&self) -> (&'static str, u64) {
        match *self {
            Self::Chunk(bytes) => ("chunk", bytes),
            Self::All(bytes) => ("all", bytes),
            Self::Object(bytes) => ("object", bytes),
            Self::Null(jobs) => ("null", jobs),
            Self::Folder(jobs) => ("folder", jobs),
            Self::Flight(objects) => ("flight", objects),
        }
    }
}

impl SurveyCell for Cell {
    fn subjects(&self) -> Vec<&'static str> {
        SUBJECTS.iter().filter(|subject| self.asks(subject)).map(|subject| subject.name).collect()
    }

    fn default_repetitions(&self) -> u32 {
        match self {
            Self::Chunk(bytes) if *bytes < 1 << 30 => 11,
            Self::All(_) | Self::Object(_) | Self::Null(_) | Self::Folder(_) => 11,
            _ => 5,
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
        let no_cell = || format!("`{text}` is no cell; write one like chunk-65536 or null-2");
        let (name, number) = text.split_once('-').with_context(no_cell)?;
        let number: u64 = number.parse().with_context(no_cell)?;
        Ok(match name {
            "object" => Self::Object(number),
            _ if number == 0 => bail!(no_cell()),
            "chunk" => Self::Chunk(number),
            "all" => Self::All(number),
            "null" => Self::Null(number),
            "folder" => Self::Folder(number),
            "flight" => Self::Flight(number),
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
    fn cells_are_read_as_they_are_written() {
        for cell in CELLS.into_iter().chain(QUICK_CELLS) {
            assert_eq!(cell.to_string().parse::<Cell>().expect("it is a cell"), cell);
        }
        for text in ["chunk", "chunk-0", "chunk-x", "page-5", "all-"] {
            assert!(text.parse::<Cell>().is_err(), "{text}");
        }
    }
}
