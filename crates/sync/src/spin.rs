//! A lock that spins first, and parks when spinning does not help.
//!
//! | state   | value           | owner              |
//! |---------|-----------------|--------------------|
//! | `FREE`  | whole           | nobody             |
//! | `TAKEN` | may be changing | who made it `TAKEN` |
//!
//! | edge     | from     | to         | carries                      |
//! |----------|----------|------------|------------------------------|
//! | `handed` | `unlock` | `try_lock` | the last holder's writes     |
//!
//! A waiter reads the word until it is free and only then tries to take it (test and test-and-set),
//! so that waiters share the line instead of tearing at it; and it reads seldom, so that the holder
//! keeps the line for a while ([`Backoff::contended`]). After its pauses and many yields it
//! parks: a holder that lost its processor, or a waiter of higher priority than the holder, would
//! otherwise spin for as long as the scheduler likes. Unlocking looks for parked threads at the
//! cost of a load (see [`crate::barrier`]).

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use crate::backoff::Backoff;
use crate::const_where_native;
use crate::event::Event;
use crate::shim::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::shim::cell::UnsafeCell;

const FREE: bool = false;
const TAKEN: bool = true;

/// The lock without a value.
#[derive(Debug)]
pub(crate) struct Spin {
    state: AtomicBool,
    parked: Event,
}

impl Spin {
    const_where_native! {
        pub(crate) fn new() -> Self {
            Self { state: AtomicBool::new(FREE), parked: Event::asymmetric() }
        }
    }

    #[inline]
    pub(crate) fn try_lock(&self) -> bool {
        // ORDERING: Acquire, to-side of `handed`; Relaxed when taken, since nothing is read then.
        self.state.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_ok()
    }

    #[inline]
    pub(crate) fn lock(&self) {
        if !self.try_lock() {
            self.lock_slow();
        }
    }

    #[cold]
    fn lock_slow(&self) {
        let mut backoff = Backoff::contended();
        while !backoff.is_spent() {
            backoff.wait();
            if !self.is_locked() && self.try_lock() {
                return;
            }
        }
        self.parked.wait(|| self.try_lock().then_some(()));
    }

    /// Frees the lock. The caller holds it.
    #[inline]
    pub(crate) fn unlock(&self) {
        // ORDERING: Release, from-side of `handed`.
        self.state.store(FREE, Release);
        self.parked.notify(1);
    }

    #[inline]
    pub(crate) fn is_locked(&self) -> bool {
        // ORDERING: Relaxed: a hint that the compare-exchange checks again.
        self.state.load(Relaxed) == TAKEN
    }
}

/// Mutual exclusion for critical sections of a few nanoseconds.
///
/// Uncontended it costs one read-modify-write and one store; on Linux this is so once
/// [`barrier::prepare`](crate::barrier::prepare) has been called or a thread of the process has
/// parked at one of these locks, and a fence more until then. It is not fair, does not donate
/// priority, and is the wrong lock around anything that blocks; there, use a mutex.
///
/// ```
/// let counter = inrush_sync::SpinLock::new(0);
/// std::thread::scope(|scope| {
///     for _ in 0..2 {
///         scope.spawn(|| *counter.lock() += 1);
///     }
/// });
/// assert_eq!(counter.into_inner(), 2);
/// ```
pub struct SpinLock<T> {
    spin: Spin,
    value: UnsafeCell<T>,
}

// SAFETY: the lock hands the value to one thread at a time, which `T: Send` allows; no thread gets
// a reference that outlives its turn, so `T: Sync` is not needed.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    const_where_native! {
        /// A free lock around `value`.
        pub fn new(value: T) -> Self {
            Self { spin: Spin::new(), value: UnsafeCell::new(value) }
        }
    }

    /// Waits until the lock is free and takes it.
    #[inline]
    pub fn lock(&self) -> SpinGuard<'_, T> {
        self.spin.lock();
        SpinGuard { lock: self, not_send: PhantomData }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> Option<SpinGuard<'_, T>> {
        self.spin.try_lock().then(|| SpinGuard { lock: self, not_send: PhantomData })
    }

    /// Whether somebody holds the lock; it may be otherwise by the time the answer arrives.
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.spin.is_locked()
    }

    /// The value, once nobody shares the lock.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> fmt::Debug for SpinLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpinLock")
            .field("is_locked", &self.spin.is_locked())
            .finish_non_exhaustive()
    }
}

impl<T: Default> Default for SpinLock<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// The right to the value of a [`SpinLock`]; dropping it frees the lock. A leaked guard leaves the
/// lock taken for ever.
#[must_use = "the lock is free again as soon as the guard is dropped"]
pub struct SpinGuard<'a, T> {
    lock: &'a SpinLock<T>,
    /// The thread that took a lock frees it; a guard that moved would surprise a debugger.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives out `&T` only, which `T: Sync` allows.
unsafe impl<T: Sync> Sync for SpinGuard<'_, T> {}

impl<T> Deref for SpinGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock, so that nobody else reaches the value, and the
        // reference borrows the guard.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for SpinGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock and is borrowed mutably, so that this is the only
        // reference to the value.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T> Drop for SpinGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.spin.unlock();
    }
}

impl<T: fmt::Debug> fmt::Debug for SpinGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
