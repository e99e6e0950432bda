//! Stopping early what takes long.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a sleeper may miss that a signal handler has set the flag, which can wake nobody.
const GLANCE: Duration = Duration::from_millis(20);

/// Asks what it was given to to stop: nothing further begins, and what is in flight is ended in
/// order. Its clones are one token.
///
/// A token stays cancelled until it is [`reset`](Self::reset).
#[derive(Clone, Debug, Default)]
pub struct CancelToken {
    flag: Arc<AtomicBool>,
    bell: Arc<Bell>,
}

#[derive(Debug, Default)]
struct Bell {
    lock: Mutex<()>,
    rings: Condvar,
}

impl CancelToken {
    /// Stops what holds the token, and wakes those of its threads that wait to try again.
    pub fn cancel(&self) {
        // ORDERING: Relaxed, as no data is read on the strength of the flag: it is polled, or read
        // under the lock that is taken next.
        self.flag.store(true, Ordering::Relaxed);
        drop(self.bell.lock.lock().unwrap_or_else(PoisonError::into_inner));
        self.bell.rings.notify_all();
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        // ORDERING: Relaxed, as in `cancel`: the flag carries nothing but itself.
        self.flag.load(Ordering::Relaxed)
    }

    /// Makes the token as good as new.
    pub fn reset(&self) {
        // ORDERING: Relaxed, as in `cancel`.
        self.flag.store(false, Ordering::Relaxed);
    }

    /// The flag itself, for a signal handler to set.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// Waits until `due`, or until the token is cancelled: then false, at once.
    pub fn sleep_until(&self, due: Instant) -> bool {
        let mut guard = self.bell.lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.is_cancelled() {
                return false;
            }
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            let waited = self.bell.rings.wait_timeout(guard, left.min(GLANCE));
            guard = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
