//! Signals: the first asks the run to stop in order, the second stops the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use inrush_dataset::CancelToken;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::exit::Failure;

/// The signal that has come, if one has.
#[derive(Debug)]
pub(crate) struct Signals {
    caught: Arc<AtomicUsize>,
}

impl Signals {
    /// Lets the first SIGINT, SIGTERM or SIGHUP set `cancel`, and the second end the process.
    /// A file that grows past the allowed size then is an error of its write (EFBIG) rather than
    /// the death of the process.
    pub(crate) fn watch(cancel: &CancelToken) -> Result<Self, Failure> {
        let caught = Arc::new(AtomicUsize::new(0));
        let again = Arc::new(AtomicBool::new(false));
        let watch = || -> std::io::Result<()> {
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                // In the order of registration: only a second signal finds `again` set.
                flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&again))?;
                flag::register(signal, Arc::clone(&again))?;
                flag::register_usize(signal, Arc::clone(&caught), signal.unsigned_abs() as usize)?;
                flag::register(signal, cancel.flag())?;
            }
            flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
            Ok(())
        };
        watch().map_err(|error| Failure::usage(format!("watch for signals: {error}")))?;
        Ok(Self { caught })
    }

    /// The signal that came last.
    pub(crate) fn caught(&self) -> Option<u8> {
        // ORDERING: Relaxed, as the number is all there is to know, and the run that it stopped
        // has ended by now.
        match self.caught.load(Ordering::Relaxed) {
            0 => None,
            signal => u8::try_from(signal).ok(),
        }
    }
}
