//! Which thread runs on which processor.

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, bail};
use serde::{Deserialize, Serialize};

use crate::processors;

/// Where producers run. The consumer has the first processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Placement {
    /// On the other processors, in turn; on the same where there is no other.
    Apart,
    /// On all processors in turn, the consumer's last: what many threads of a program do.
    Spread,
    /// Tasks on as many threads as there are processors, which run where the system wants them.
    Tasks,
}

impl Placement {
    /// The placement's name in cells.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Spread => "spread",
            Self::Tasks => "tasks",
        }
    }

    /// The processor of a producer, of those that there are.
    fn of(self, producer: usize, processors: &[usize]) -> Option<usize> {
        let from = match self {
            Self::Apart if processors.len() > 1 => &processors[1..],
            _ => processors,
        };
        let at = match self {
            Self::Apart => producer,
            Self::Spread | Self::Tasks => producer + 1,
        };
        from.get(at.checked_rem(from.len())?).copied()
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Placement {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "apart" => Ok(Self::Apart),
            "spread" => Ok(Self::Spread),
            "tasks" => Ok(Self::Tasks),
            _ => bail!("`{text}` is no placement; write apart, spread or tasks"),
        }
    }
}

/// The processors of this process, and where its threads go.
#[derive(Clone, Debug)]
pub(super) struct Places {
    processors: Vec<usize>,
    placement: Placement,
}

impl Places {
    /// The places of the calling thread's processors.
    pub(super) fn new(placement: Placement) -> Self {
        Self { processors: processors::all(), placement }
    }

    /// Puts the calling thread, and those that it will start, where the consumer runs. Returns
    /// whether the system did so.
    pub(super) fn take_consumer(&self) -> bool {
        if self.placement == Placement::Tasks {
            return true;
        }
        self.processors.first().is_some_and(|&processor| processors::pin(processor))
    }

    /// Puts the calling thread where this producer runs.
    pub(super) fn take_producer(&self, producer: usize) -> bool {
        let processor = self.placement.of(producer, &self.processors);
        processor.is_some_and(processors::pin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn producers_leave_the_consumers_processor_as_long_as_they_can() {
        let at = |placement: Placement, processors: &[usize]| {
            (0..5).map(|producer| placement.of(producer, processors)).collect::<Vec<_>>()
        };
        let some = |places: [usize; 5]| places.map(Some).to_vec();
        assert_eq!(at(Placement::Apart, &[0, 2, 5]), some([2, 5, 2, 5, 2]));
        assert_eq!(at(Placement::Spread, &[0, 2, 5]), some([2, 5, 0, 2, 5]));
        assert_eq!(at(Placement::Apart, &[3]), some([3; 5]));
        assert_eq!(at(Placement::Spread, &[3]), some([3; 5]));
        assert_eq!(at(Placement::Apart, &[]), [None; 5]);
    }
}
