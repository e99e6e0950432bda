//! What an operation costs that shares nothing: the floor under every subject.

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use inrush_sync::Padded;

use crate::threads::{CounterSubject, Work};

type Own = Vec<Padded<AtomicU64>>;

fn own(threads: usize) -> Own {
    (0..threads).map(|_| Padded::new(AtomicU64::new(0))).collect()
}

fn sum(own: &Own) -> u64 {
    // ORDERING: Relaxed: the threads have been joined.
    own.iter().map(|count| count.load(Ordering::Relaxed)).sum()
}

/// Does nothing, and says so once in a while: what the measurement itself costs.
pub(in crate::threads) struct NoOp(Own);

impl CounterSubject for NoOp {
    fn new(threads: usize) -> Self {
        Self(own(threads))
    }

    fn add(&self, thread: usize) {
        self.add_all(thread, 1, Work::NONE);
    }

    fn add_all(&self, thread: usize, n: u64, outside: Work) {
        for i in 0..n {
            black_box(i);
            outside.run();
        }
        // ORDERING: Relaxed: the thread is the only one that changes its word.
        self.0[thread].fetch_add(n, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        sum(&self.0)
    }
}

/// A word of the thread's own, loaded and stored.
pub(in crate::threads) struct OwnStore(Own);

impl CounterSubject for OwnStore {
    fn new(threads: usize) -> Self {
        Self(own(threads))
    }

    fn add(&self, thread: usize) {
        // ORDERING: Relaxed: the thread is the only one that changes its word.
        let count = self.0[thread].load(Ordering::Relaxed);
        // ORDERING: Relaxed: nobody else writes the word, and the number alone is the message.
        self.0[thread].store(count + 1, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        sum(&self.0)
    }
}

/// A word of the thread's own, changed in one step: a read-modify-write that nobody contends for.
pub(in crate::threads) struct OwnRmw(Own);

impl CounterSubject for OwnRmw {
    fn new(threads: usize) -> Self {
        Self(own(threads))
    }

    fn add(&self, thread: usize) {
        // ORDERING: Relaxed: the number alone is the message.
        self.0[thread].fetch_add(1, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        sum(&self.0)
    }
}

/// A lock of the thread's own, which nobody contends for.
pub(in crate::threads) struct OwnMutex(Vec<Padded<Mutex<u64>>>);

impl CounterSubject for OwnMutex {
    fn new(threads: usize) -> Self {
        Self((0..threads).map(|_| Padded::new(Mutex::new(0))).collect())
    }

    fn add(&self, thread: usize) {
        *self.0[thread].lock().expect("nobody panics with the lock") += 1;
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|count| *count.lock().expect("nobody panics with the lock")).sum()
    }
}
