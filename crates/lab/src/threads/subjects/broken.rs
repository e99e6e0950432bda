//! Subjects that do what they must not, each in one way. The gates name them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::threads::{CounterSubject, LockSubject, Section};

/// Looks whether it is free and takes it, in two steps: lets two in.
pub(in crate::threads) struct TwoStepLock {
    is_held: AtomicBool,
    section: Section,
}

impl LockSubject for TwoStepLock {
    fn new(section: Section) -> Self {
        Self { is_held: AtomicBool::new(false), section }
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        // ORDERING: Acquire and Release as a lock has them. What is wrong is that they are two steps.
        while self.is_held.load(Ordering::Acquire) {
            thread::yield_now();
        }
        thread::yield_now();
        self.is_held.store(true, Ordering::Release);
        visit(&self.section);
        // ORDERING: Release, as in a lock.
        self.is_held.store(false, Ordering::Release);
    }
}

/// Loads and stores a word that all share: loses counts.
pub(in crate::threads) struct UnlockedCounter(AtomicU64);

impl CounterSubject for UnlockedCounter {
    fn new(_: usize) -> Self {
        Self(AtomicU64::new(0))
    }

    fn add(&self, _: usize) {
        // ORDERING: Relaxed; no ordering would mend it.
        let count = self.0.load(Ordering::Relaxed);
        if count.is_multiple_of(64) {
            // Long enough for others to come between, on any machine.
            thread::yield_now();
        }
        // ORDERING: Relaxed, as above.
        self.0.store(count + 1, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        // ORDERING: Relaxed: the threads have been joined.
        self.0.load(Ordering::Relaxed)
    }
}

/// Stands still once, at its hundredth operation: nothing is wrong but the time.
pub(in crate::threads) struct StallsOnce(AtomicU64);

impl CounterSubject for StallsOnce {
    fn new(_: usize) -> Self {
        Self(AtomicU64::new(0))
    }

    fn add(&self, _: usize) {
        // ORDERING: Relaxed: the number alone is the message.
        if self.0.fetch_add(1, Ordering::Relaxed) == 100 {
            thread::sleep(Duration::from_millis(40));
        }
    }

    fn total(&self) -> u64 {
        // ORDERING: Relaxed: the threads have been joined.
        self.0.load(Ordering::Relaxed)
    }
}
