//! What a lock is measured by: a few words that one thread at a time changes.

use std::sync::atomic::{AtomicU64, Ordering};

use super::contended::Contended;
use super::work::Work;

/// A lock.
pub trait LockSubject: Send + Sync + Sized + 'static {
    /// A lock that is free.
    fn new(section: Section) -> Self;

    /// Lets the calling thread in alone, and does `visit`.
    fn with(&self, visit: impl FnOnce(&Section));
}

/// What a lock protects. A lock that lets two in loses counts and is found out, without undefined
/// behaviour: the words are atomics that are loaded and stored, never changed in one step.
#[derive(Debug, Default)]
pub struct Section {
    owner: AtomicU64,
    count: AtomicU64,
    intruders: AtomicU64,
}

impl Section {
    /// What a thread does inside.
    #[inline]
    fn visit(&self, thread: u64, inside: Work) {
        // ORDERING: Relaxed: the lock under test is to order this.
        self.owner.store(thread, Ordering::Relaxed);
        // ORDERING: Relaxed: the lock under test is to order this.
        let count = self.count.load(Ordering::Relaxed);
        inside.run();
        // ORDERING: Relaxed: the lock under test is to order this.
        self.count.store(count + 1, Ordering::Relaxed);
        // ORDERING: Relaxed: the lock under test is to order this.
        if self.owner.load(Ordering::Relaxed) != thread {
            // ORDERING: Relaxed: the number alone is the message.
            self.intruders.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A lock at work.
pub(super) struct Locked<L> {
    lock: L,
    inside: Work,
    outside: Work,
}

impl<L: LockSubject> Locked<L> {
    pub(super) fn new(inside: Work, outside: Work) -> Self {
        Self { lock: L::new(Section::default()), inside, outside }
    }
}

impl<L: LockSubject> Contended for Locked<L> {
    fn burst(&self, thread: usize, n: u64) {
        for _ in 0..n {
            self.lock.with(|section| section.visit(thread as u64, self.inside));
            self.outside.run();
        }
    }

    fn fault(&self, operations: u64) -> Option<String> {
        let mut fault = None;
        self.lock.with(|section| {
            // ORDERING: Relaxed: all threads have been joined.
            let intruders = section.intruders.load(Ordering::Relaxed);
            // ORDERING: Relaxed: all threads have been joined.
            let count = section.count.load(Ordering::Relaxed);
            if intruders > 0 {
                fault =
                    Some(format!("two threads were inside the lock at once, {intruders} times"));
            } else if count != operations {
                fault = Some(format!("{count} of {operations} operations were counted"));
            }
        });
        fault
    }
}
