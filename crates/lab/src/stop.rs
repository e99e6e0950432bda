//! An end that somebody asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use signal_hook::consts::{SIGINT, SIGTERM};

/// Whether the user wants a run to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Fails once the run is to end.
    ///
    /// # Errors
    /// When a signal has come.
    pub fn check(&self) -> Result<()> {
        // ORDERING: Relaxed, as the flag alone is the message.
        ensure!(!self.0.load(Ordering::Relaxed), "interrupted");
        Ok(())
    }

    /// One that is asked to end by the signals that end a program.
    ///
    /// # Errors
    /// Where the system does not let it hear them.
    pub fn on_signals() -> Result<Self> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stop.0)).context("hear signals")?;
        }
        Ok(stop)
    }

    /// Asks the run to end.
    pub fn stop(&self) {
        // ORDERING: Relaxed, as in `check`: the flag alone is the message.
        self.0.store(true, Ordering::Relaxed);
    }
}
