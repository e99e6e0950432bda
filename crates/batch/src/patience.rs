//! How long a worker looks for items before it sleeps.

use inrush_sync::shim::{patience, thread};

use crate::options::Wait;

/// Counts the looks that found nothing to do.
///
/// Between two looks it pauses for a good while: every look takes the line of the published length
/// away from the producer that is writing it. How many looks there are before it is time to sleep
/// depends on whether they were worth it of late: where items come one by one, they cost more
/// processor time than all the rest.
#[derive(Debug)]
pub(crate) struct Patience {
    n_waits: u32,
    limit: Option<u32>,
}

impl Patience {
    pub(crate) fn new(wait: Wait) -> Self {
        let limit = match wait {
            Wait::Spin => None,
            Wait::Park => Some(patience::LOOKS),
        };
        Self { n_waits: 0, limit }
    }

    /// Pauses, or returns true when it is time to sleep instead.
    pub(crate) fn wait(&mut self) -> bool {
        if let Some(limit) = &mut self.limit
            && self.n_waits >= *limit
        {
            *limit = (*limit / 2).max(1);
            return true;
        }
        self.n_waits = self.n_waits.wrapping_add(1);
        if self.n_waits.is_multiple_of(WAITS_TO_YIELD) {
            // The producers may need this very processor.
            thread::yield_now();
        } else {
            for _ in 0..patience::LOOK_HINTS {
                thread::spin_loop();
            }
        }
        false
    }

    /// A look has found something to do.
    pub(crate) fn found(&mut self) {
        if let Some(limit) = &mut self.limit
            && (1..=*limit).contains(&self.n_waits)
        {
            *limit = (*limit * 2).min(patience::LOOKS);
        }
        self.reset();
    }

    /// Somebody has told of something to do.
    pub(crate) fn reset(&mut self) {
        self.n_waits = 0;
    }
}

const WAITS_TO_YIELD: u32 = 64;
