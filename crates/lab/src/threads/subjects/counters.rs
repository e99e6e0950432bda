//! Counters that threads share.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use inrush_sync::{Alignment, Bytes, Padded, SpinLock, YieldSpinLock};

use crate::processors;
use crate::threads::CounterSubject;

/// One word, changed in one step.
pub(in crate::threads) struct FetchAdd(AtomicU64);

impl CounterSubject for FetchAdd {
    fn new(_: usize) -> Self {
        Self(AtomicU64::new(0))
    }

    fn add(&self, _: usize) {
        // ORDERING: Relaxed: the number alone is the message.
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        // ORDERING: Relaxed: the threads have been joined.
        self.0.load(Ordering::Relaxed)
    }
}

/// One word, changed by a loop that looks first.
pub(in crate::threads) struct CasLoop(AtomicU64);

impl CounterSubject for CasLoop {
    fn new(_: usize) -> Self {
        Self(AtomicU64::new(0))
    }

    fn add(&self, _: usize) {
        // ORDERING: Relaxed: the number alone is the message, and what is loaded is looked at again.
        let mut seen = self.0.load(Ordering::Relaxed);
        // ORDERING: Relaxed: the number alone is the message.
        while let Err(newer) =
            self.0.compare_exchange_weak(seen, seen + 1, Ordering::Relaxed, Ordering::Relaxed)
        {
            seen = newer;
        }
    }

    fn total(&self) -> u64 {
        // ORDERING: Relaxed: the threads have been joined.
        self.0.load(Ordering::Relaxed)
    }
}

/// A word for each processor, `N` bytes apart or side by side; threads have them in turn.
pub(in crate::threads) struct Sharded<const N: usize>(Vec<Padded<AtomicU64, N>>)
where
    Bytes<N>: Alignment;

impl<const N: usize> CounterSubject for Sharded<N>
where
    Bytes<N>: Alignment,
    Padded<AtomicU64, N>: Send + Sync + 'static,
{
    fn new(_: usize) -> Self {
        let shards = processors::count();
        Self((0..shards).map(|_| Padded::new(AtomicU64::new(0))).collect())
    }

    fn add(&self, thread: usize) {
        // ORDERING: Relaxed: the number alone is the message.
        self.0[thread % self.0.len()].fetch_add(1, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        // ORDERING: Relaxed: the threads have been joined.
        self.0.iter().map(|shard| shard.load(Ordering::Relaxed)).sum()
    }
}

impl CounterSubject for Mutex<u64> {
    fn new(_: usize) -> Self {
        Self::new(0)
    }

    fn add(&self, _: usize) {
        *self.lock().expect("nobody panics with the lock") += 1;
    }

    fn total(&self) -> u64 {
        *self.lock().expect("nobody panics with the lock")
    }
}

impl CounterSubject for SpinLock<u64> {
    fn new(_: usize) -> Self {
        Self::new(0)
    }

    fn add(&self, _: usize) {
        *self.lock() += 1;
    }

    fn total(&self) -> u64 {
        *self.lock()
    }
}

impl CounterSubject for YieldSpinLock<u64> {
    fn new(_: usize) -> Self {
        Self::new(0)
    }

    fn add(&self, _: usize) {
        *self.lock() += 1;
    }

    fn total(&self) -> u64 {
        *self.lock()
    }
}
