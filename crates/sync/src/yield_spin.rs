//! A lock that tries, yields and tries again: the fast path of a published batcher, for comparison.
//!
//! | edge      | from   | to         | carries                  |
//! |-----------|--------|------------|--------------------------|
//! | `yielded` | `drop` | `try_lock` | the last holder's writes |
//!
//! It asks the scheduler for help at every failure and never parks: a waiter of higher priority than
//! the holder can wait for ever, and many waiters keep the scheduler busy with one another.

use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::const_where_native;
use crate::shim::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::shim::cell::UnsafeCell;
use crate::shim::thread;

/// A lock whose waiters yield between tries.
///
/// ```
/// let lock = inrush_sync::YieldSpinLock::new(1);
/// *lock.lock() += 1;
/// assert_eq!(lock.into_inner(), 2);
/// ```
pub struct YieldSpinLock<T> {
    is_taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the lock hands the value to one thread at a time, which `T: Send` allows.
unsafe impl<T: Send> Sync for YieldSpinLock<T> {}

impl<T> YieldSpinLock<T> {
    const_where_native! {
        /// A free lock around `value`.
        pub fn new(value: T) -> Self {
            Self { is_taken: AtomicBool::new(false), value: UnsafeCell::new(value) }
        }
    }

    /// Takes the lock, yielding as long as it is taken.
    #[inline]
    pub fn lock(&self) -> YieldSpinGuard<'_, T> {
        loop {
            if let Some(guard) = self.try_lock() {
                return guard;
            }
            thread::yield_now();
        }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> Option<YieldSpinGuard<'_, T>> {
        // ORDERING: Acquire, to-side of `yielded`; Relaxed when taken, since nothing is read then.
        let taken = self.is_taken.compare_exchange(false, true, Acquire, Relaxed);
        taken.is_ok().then(|| YieldSpinGuard { lock: self })
    }

    /// The value, once nobody shares the lock.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> fmt::Debug for YieldSpinLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YieldSpinLock").finish_non_exhaustive()
    }
}

/// The right to the value of a [`YieldSpinLock`]; dropping it frees the lock.
#[must_use = "the lock is free again as soon as the guard is dropped"]
#[derive(Debug)]
pub struct YieldSpinGuard<'a, T> {
    lock: &'a YieldSpinLock<T>,
}

// SAFETY: a shared guard gives out `&T` only, which `T: Sync` allows.
unsafe impl<T: Sync> Sync for YieldSpinGuard<'_, T> {}

impl<T> Deref for YieldSpinGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock, so that nobody else reaches the value.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for YieldSpinGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock and is borrowed mutably.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T> Drop for YieldSpinGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Release, from-side of `yielded`.
        self.lock.is_taken.store(false, Release);
    }
}
