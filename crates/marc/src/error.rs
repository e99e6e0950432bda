//! Why records could not be read or written.

use std::{fmt, io};

use crate::Fault;

/// Which record it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its index in the input or the output, from 0.
    pub record: u64,
    /// Where it begins there, in bytes.
    pub offset: u64,
    /// Its control number (field 001), where one could be found.
    pub control_number: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} at byte {}", self.record, self.offset)?;
        match &self.control_number {
            Some(number) => write!(f, " (001 {})", number.escape_debug()),
            None => Ok(()),
        }
    }
}

/// Why records could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input could not be read.
    #[error("read records at byte {offset}: {source}")]
    Read {
        /// How many bytes were read before.
        offset: u64,
        /// What the input said.
        source: io::Error,
    },
    /// The output could not be written.
    #[error("write records at byte {offset}: {source}")]
    Write {
        /// How many bytes the output has accepted before.
        offset: u64,
        /// What the output said.
        source: io::Error,
    },
    /// A record is not what it should be.
    #[error("{place}: {fault}")]
    Record {
        /// Which.
        place: Box<Place>,
        /// What is wrong with it.
        fault: Box<Fault>,
    },
    /// A record was asked for after an error that left no place to go on from.
    #[error("reading has stopped at byte {offset}, at the error that was returned there")]
    Stopped {
        /// Where.
        offset: u64,
    },
}

impl Error {
    pub(crate) fn record(place: Place, fault: Fault) -> Self {
        Self::Record { place: Box::new(place), fault: Box::new(fault) }
    }

    /// What is wrong with the record, if it is about one.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Record { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// Which record it is about, if it is about one.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Record { place, .. } => Some(place),
            _ => None,
        }
    }
}
