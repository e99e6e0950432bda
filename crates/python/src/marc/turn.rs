//! The writer's lock, for threads that are attached to the interpreter.
//!
//! A thread that waits lets go of the interpreter, and can ask for the lock again only when it has it
//! back. That is, as a rule, when the owner lets go of it to write: with the lock. So a thread may come
//! in vain for as long as others keep writing. Handing the lock to whoever waits would be fair, and as
//! slow as having each record wait for another thread to wake up. Here a thread that came in vain for a few
//! times insists, and the others stay away until it had its turn.

use std::cell::{RefCell, RefMut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use parking_lot::{ReentrantMutex, ReentrantMutexGuard};
use pyo3::prelude::*;

/// How often a thread comes in vain before it insists.
const PATIENCE: usize = 3;

/// A value that one thread at a time has a turn with.
pub(crate) struct Turns<T> {
    value: ReentrantMutex<RefCell<T>>,
    /// Whether a thread has a turn, and is not one that has only waited for the end of another's. Changed
    /// by threads that are attached to the interpreter.
    is_taken: AtomicBool,
    /// As many as `insisting` says, to be looked at in passing.
    n_insisting: AtomicUsize,
    insisting: Mutex<usize>,
    /// Nobody insists any longer.
    opened: Condvar,
}

impl<T: Send> Turns<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: ReentrantMutex::new(RefCell::new(value)),
            is_taken: AtomicBool::new(false),
            n_insisting: AtomicUsize::new(0),
            insisting: Mutex::new(0),
            opened: Condvar::new(),
        }
    }

    /// Has `act` take a turn: with nothing, if this thread is in the midst of one.
    #[inline]
    pub(crate) fn take<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(Option<RefMut<'_, T>>) -> R,
    ) -> R {
        let value = self.value.try_lock().filter(|_| self.is_open());
        let value = value.unwrap_or_else(|| self.wait(py));
        let _turn = Turn::new(&self.is_taken);
        act(value.try_borrow_mut().ok())
    }

    #[cold]
    fn wait(&self, py: Python<'_>) -> ReentrantMutexGuard<'_, RefCell<T>> {
        let mut n_in_vain = 0;
        let mut insistence = None;
        loop {
            if let Some(value) = self.value.try_lock() {
                // Who is in the midst of a turn waits for nobody: all others wait for the end of that.
                if self.is_open() || insistence.is_some() || value.try_borrow_mut().is_err() {
                    return value;
                }
                drop(value);
                py.detach(|| self.stay_away());
                continue;
            }
            n_in_vain += 1;
            if n_in_vain == PATIENCE {
                insistence = Some(self.insist());
            }
            py.detach(|| drop(self.value.lock()));
        }
    }

    /// Whether nobody insists, at a glance.
    #[inline]
    fn is_open(&self) -> bool {
        // ORDERING: Relaxed: it carries nothing, and who misses that somebody insists has one more turn.
        self.n_insisting.load(Relaxed) == 0
    }

    /// Waits until nobody insists.
    fn stay_away(&self) {
        let waited = self.opened.wait_while(self.insisting(), |n| *n > 0);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn insist(&self) -> Insistence<'_, T> {
        self.count(|n| n + 1);
        Insistence(self)
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut insisting = self.insisting();
        *insisting = change(*insisting);
        // ORDERING: Relaxed: a copy for a glance; who waits looks at the number itself, under its lock.
        self.n_insisting.store(*insisting, Relaxed);
        if *insisting == 0 {
            self.opened.notify_all();
        }
    }

    fn insisting(&self) -> MutexGuard<'_, usize> {
        // Nothing under the lock leaves the number half changed.
        self.insisting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value, unless a thread has its turn or somebody is inside: for the collector of garbage, which
    /// must not wait for those, and asks twice and must be told the same. So it waits for threads that have
    /// waited, and are about to give the lock back.
    pub(crate) fn try_take<R>(&self, act: impl FnOnce(RefMut<'_, T>) -> R) -> Option<R> {
        loop {
            if let Some(value) = self.value.try_lock() {
                return value.try_borrow_mut().ok().map(act);
            }
            // ORDERING: Relaxed: the collector runs while no other thread is attached, or all are stopped.
            if self.is_taken.load(Relaxed) {
                return None;
            }
            thread::yield_now();
        }
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().get_mut()
    }
}

/// That a thread has a turn. Within one it may have another.
struct Turn<'a> {
    is_taken: &'a AtomicBool,
    before: bool,
}

impl<'a> Turn<'a> {
    #[inline]
    fn new(is_taken: &'a AtomicBool) -> Self {
        // ORDERING: Relaxed: only who has the lock changes it; see `try_take` for who else looks.
        let before = is_taken.load(Relaxed);
        // ORDERING: Relaxed: only who has the lock writes it.
        is_taken.store(true, Relaxed);
        Self { is_taken, before }
    }
}

impl Drop for Turn<'_> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Relaxed: only who has the lock writes it.
        self.is_taken.store(self.before, Relaxed);
    }
}

struct Insistence<'a, T: Send>(&'a Turns<T>);

impl<T: Send> Drop for Insistence<'_, T> {
    fn drop(&mut self) {
        self.0.count(|n| n - 1);
    }
}
