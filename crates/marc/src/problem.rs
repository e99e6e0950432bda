//! What a lenient reader has to say.

use std::fmt;

use crate::{Fault, Place};

/// Something that was wrong with the input of a lenient [`Reader`](crate::Reader).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which record.
    pub place: Place,
    /// What was wrong with it.
    pub fault: Fault,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a lenient reader did with a record that was not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Handed it out as it is: leader and directory are right, the text of a field is not.
    Kept,
    /// Handed out its fields, all of them, under a leader and a directory made anew.
    Repaired,
    /// Left out so many bytes.
    Skipped {
        /// Up to where the next record was looked for.
        bytes: usize,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("kept as it is"),
            Self::Repaired => f.write_str("repaired"),
            Self::Skipped { bytes } => write!(f, "skipped, {bytes} bytes"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place, self.fault, self.outcome)
    }
}
