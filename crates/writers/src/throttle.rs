//! Writing no faster than asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::{CancelToken, Sink, WriteError, Written};

/// A budget of bytes a second, which the sinks that hold a clone of it share.
#[derive(Clone, Debug)]
pub struct Rate {
    bytes_per_s: f64,
    /// When all that was granted so far will have been paid for.
    paid: Arc<Mutex<Instant>>,
}

impl Rate {
    /// So many bytes a second; 0 is taken as 1.
    pub fn bytes_per_s(bytes_per_s: u64) -> Self {
        Self { bytes_per_s: bytes_per_s.max(1) as f64, paid: Arc::new(Mutex::new(Instant::now())) }
    }

    /// The most that is granted at once: what a hundredth of a second has, so that the flow is even.
    fn piece(&self) -> usize {
        ((self.bytes_per_s / 100.0) as usize).clamp(1, 1 << 20)
    }

    /// Grants `n` bytes and says when they may be written.
    fn grant(&self, n: usize) -> Instant {
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        // Time in which nothing was written is not saved up.
        let due = (*paid).max(Instant::now());
        *paid = due + Duration::from_secs_f64(n as f64 / self.bytes_per_s);
        due
    }
}

/// Hands bytes on at a given [`Rate`].
///
/// Cancelling the token lets everything pass that is still to be written, so that what stops need
/// not wait.
#[derive(Debug)]
pub struct Throttle<S: ?Sized> {
    rate: Rate,
    cancel: CancelToken,
    inner: Box<S>,
}

impl<S: Sink + ?Sized> Throttle<S> {
    /// `inner`, at `rate`, until `cancel` is cancelled.
    pub fn new(inner: Box<S>, rate: Rate, cancel: CancelToken) -> Self {
        Self { rate, cancel, inner }
    }
}

impl<S: Sink + ?Sized> Sink for Throttle<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let mut accepted = 0;
        for piece in bytes.chunks(self.rate.piece()) {
            self.cancel.sleep_until(self.rate.grant(piece.len()));
            self.inner
                .write(piece)
                .map_err(|error| WriteError { accepted: accepted + error.accepted, ..error })?;
            accepted += piece.len();
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        self.inner.finish()
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        self.inner.abort()
    }
}
