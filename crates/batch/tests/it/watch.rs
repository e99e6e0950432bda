//! Waiting for what other threads do, with an end: a test that hangs says so.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything here takes, also where 64 threads share one slow processor.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs a claim in a thread of its own, and fails when it does not come to an end.
pub(crate) fn within(claim: fn()) {
    let (ended, end) = channel::<()>();
    let running = thread::spawn(move || {
        let _ended = ended;
        claim();
    });
    if end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        panic!("somebody waits for ever");
    }
    if let Err(panic) = running.join() {
        resume_unwind(panic);
    }
}

/// Gives other threads the time to fall asleep. A test is harder for it, and no more than that: no
/// claim rests on whether they do.
pub(crate) fn linger() {
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(2) {
        thread::yield_now();
    }
}

/// A value that threads change and wait for.
#[derive(Debug, Default)]
pub(crate) struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Watched<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Mutex::new(value), changed: Condvar::new() }
    }

    /// Changes or reads the value, and wakes those who wait for it.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let result = f(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Waits until `f` returns something.
    pub(crate) fn until<R>(&self, what: &str, mut f: impl FnMut(&mut T) -> Option<R>) -> R {
        let deadline = Instant::now() + PATIENCE;
        let mut value = self.lock();
        loop {
            if let Some(result) = f(&mut value) {
                return result;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}");
            value =
                self.changed.wait_timeout(value, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched<bool> {
    /// Makes it true.
    pub(crate) fn open(&self) {
        self.with(|is_open| *is_open = true);
    }

    /// Waits until it is true.
    pub(crate) fn wait_until_open(&self, what: &str) {
        self.until(what, |is_open| is_open.then_some(()));
    }
}
