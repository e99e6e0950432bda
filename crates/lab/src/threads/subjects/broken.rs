//! Subjects that do what they must not, each in one way. The gates name them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::threads::{CounterSubject, LockSubject, Section};

/// Looks whether it is free and takes it, in two steps between which others look too: lets two in.
pub(in crate::threads) struct TwoStepLock {
    is_held: AtomicBool,
    between: AtomicU64,
    section: Section,
}

/// How often the one between the steps looks for another.
const LOOKS: u32 = 1000;

impl LockSubject for TwoStepLock {
    fn new(section: Section) -> Self {
        Self { is_held: AtomicBool::new(false), between: AtomicU64::new(0), section }
    }

    fn with(&self, visit: impl FnOnce(&Section)) {
        // ORDERING: Relaxed: what is wrong are the two steps, and no ordering would mend that.
        while self.is_held.load(Ordering::Relaxed) {
            thread::yield_now();
        }
        // ORDERING: Relaxed: the number alone is the message.
        let number = self.between.fetch_add(1, Ordering::Relaxed) + 1;
        for _ in 0..LOOKS {
            // ORDERING: Relaxed: the number alone is the message.
            let n_others = self.between.load(Ordering::Relaxed) - number;
            // An even one comes to another that waits for it.
            if number.is_multiple_of(2) || n_others > 0 {
                break;
            }
            thread::yield_now();
        }
        // ORDERING: Relaxed: no ordering would mend the two steps.
        self.is_held.store(true, Ordering::Relaxed);
        visit(&self.section);
        // ORDERING: Relaxed: no ordering would mend the two steps.
        self.is_held.store(false, Ordering::Relaxed);
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
        // ORDERING: Relaxed; no ordering would mend it.
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
