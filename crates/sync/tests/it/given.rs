//! Values that know how often they were dropped, tasks that know how often they were woken, and
//! threads in step.

use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};
use std::thread;

/// How often each of some values was dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drops(Arc<Mutex<Vec<u32>>>);

impl Drops {
    /// A value that has not been dropped; they are numbered from 0.
    pub(crate) fn value(&self) -> Counted {
        let mut counts = self.0.lock().expect("no test panics while it counts");
        counts.push(0);
        Counted { id: counts.len() - 1, drops: self.clone() }
    }

    /// How often each value has been dropped so far.
    pub(crate) fn counts(&self) -> Vec<u32> {
        self.0.lock().expect("no test panics while it counts").clone()
    }

    /// Panics unless each value was dropped exactly once.
    pub(crate) fn assert_once_each(&self) {
        let counts = self.counts();
        assert!(counts.iter().all(|&n| n == 1), "not dropped once each: {counts:?}");
    }
}

/// A value of [`Drops`].
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) id: usize,
    drops: Drops,
}

impl Drop for Counted {
    fn drop(&mut self) {
        // A second drop in the course of a failure must not hide the first panic.
        if let Ok(mut counts) = self.drops.0.lock() {
            counts[self.id] += 1;
        }
    }
}

/// A task that counts how often it was woken.
#[derive(Debug, Default)]
pub(crate) struct Task(AtomicUsize);

impl Task {
    pub(crate) fn new() -> (Arc<Self>, Waker) {
        let task = Arc::new(Self::default());
        (Arc::clone(&task), task.into())
    }

    pub(crate) fn n_wakes(&self) -> usize {
        self.0.load(Relaxed)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Lets two threads go on together, over and over.
#[derive(Debug, Default)]
pub(crate) struct Step([AtomicUsize; 2]);

impl Step {
    /// Waits until the other side has come as far.
    pub(crate) fn meet(&self, side: usize, step: usize) {
        self.0[side].store(step, Release);
        let mut n_looks = 0_u32;
        while self.0[1 - side].load(Acquire) < step {
            n_looks += 1;
            // Both may have to share a processor.
            if n_looks.is_multiple_of(1 << 10) {
                thread::yield_now();
            }
        }
    }
}
