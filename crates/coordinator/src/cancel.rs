//! A flag that stops a run early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks a run to stop: no further file begins, and the ones in flight are aborted.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
}

impl Cancel {
    /// Stops the run.
    pub fn cancel(&self) {
        // ORDERING: Relaxed, as no data is read on the strength of the flag: it is polled, and
        // seen a little later at worst.
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        // ORDERING: Relaxed, as in `cancel`: the flag carries nothing but itself.
        self.flag.load(Ordering::Relaxed)
    }

    /// The flag itself, for a signal handler to set.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }
}
