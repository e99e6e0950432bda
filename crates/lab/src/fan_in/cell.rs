//! What is swept: how many producers, and where they run.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Error, Result, ensure};
use serde::{Deserialize, Serialize};

use super::{Kind, Placement, Subject};

/// What is measured of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Cell {
    /// Items a second, and what one costs.
    Flow {
        /// Where the producers run.
        placement: Placement,
        /// How many there are.
        producers: u32,
    },
    /// How late an item is delivered that comes alone.
    Latency,
    /// The same without a linger.
    Wake,
    /// What memory grows by under a slow consumer.
    Growth,
}

const fn flow(placement: Placement, producers: u32) -> Cell {
    Cell::Flow { placement, producers }
}

/// All cells.
pub const CELLS: [Cell; 16] = [
    flow(Placement::Apart, 1),
    flow(Placement::Apart, 2),
    flow(Placement::Apart, 4),
    flow(Placement::Apart, 16),
    flow(Placement::Spread, 2),
    flow(Placement::Spread, 4),
    flow(Placement::Spread, 16),
    flow(Placement::Spread, 100),
    flow(Placement::Spread, 1_000),
    flow(Placement::Spread, 10_000),
    flow(Placement::Tasks, 2),
    flow(Placement::Tasks, 1_000),
    flow(Placement::Tasks, 10_000),
    Cell::Latency,
    Cell::Wake,
    Cell::Growth,
];

/// The cells of a quick run.
pub const QUICK_CELLS: [Cell; 6] = [
    flow(Placement::Apart, 1),
    flow(Placement::Apart, 4),
    flow(Placement::Spread, 100),
    Cell::Latency,
    Cell::Wake,
    Cell::Growth,
];

/// Producers from which on a subject needs a door that costs next to nothing.
const MANY: u32 = 64;

impl Cell {
    /// Whether the cell asks something of this subject.
    pub fn asks(&self, subject: &Subject) -> bool {
        match self {
            Self::Flow { placement: Placement::Tasks, .. } => subject.kind == Kind::Task,
            _ if subject.kind == Kind::Task => false,
            Self::Flow { placement: Placement::Apart, .. } => true,
            Self::Flow { placement: Placement::Spread, .. } => subject.kind != Kind::Handle,
            Self::Latency | Self::Wake => subject.delivers_alone(),
            Self::Growth => subject.kind != Kind::Control,
        }
    }

    /// Repetitions unless told otherwise. A delay is measured a hundred times in each.
    pub fn default_repetitions(&self) -> u32 {
        match self {
            Self::Flow { producers, .. } if *producers < MANY => 11,
            _ => 5,
        }
    }

    /// How long all producers push together. Where threads take turns, each must have had many.
    pub fn duration(&self, is_quick: bool) -> Duration {
        let ms = match self {
            Self::Flow { producers: 0..MANY, .. } => 200,
            Self::Flow { producers: MANY..1_000, .. } => 300,
            Self::Flow { placement: Placement::Tasks, .. }
            | Self::Flow { producers: 1_000..5_000, .. } => 1_000,
            Self::Flow { .. } => 6_000,
            Self::Latency | Self::Wake => 1_000,
            Self::Growth => 600,
        };
        Duration::from_millis(if is_quick { ms / 3 } else { ms })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flow { placement, producers } => write!(f, "{placement}-{producers}"),
            Self::Latency => f.write_str("latency"),
            Self::Wake => f.write_str("wake"),
            Self::Growth => f.write_str("growth"),
        }
    }
}

impl FromStr for Cell {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "latency" => Self::Latency,
            "wake" => Self::Wake,
            "growth" => Self::Growth,
            _ => {
                let no_cell =
                    || format!("`{text}` is no cell: write apart-4, spread-100, tasks-2, latency");
                let (placement, producers) = text.split_once('-').with_context(no_cell)?;
                let producers = producers.parse().with_context(no_cell)?;
                ensure!((1..=60_000).contains(&producers), "{producers} producers are no cell");
                Self::Flow { placement: placement.parse().with_context(no_cell)?, producers }
            }
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
        for text in ["", "apart", "apart-0", "apart-x", "beside-4", "spread-70000"] {
            assert!(text.parse::<Cell>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_cell_asks_somebody() {
        for cell in CELLS {
            assert!(super::super::SUBJECTS.iter().any(|subject| cell.asks(subject)), "{cell}");
        }
    }
}
