//! A lock that its first user takes without a read-modify-write, until somebody else wants it.
//!
//! | bias            | who takes the lock how                                                     |
//! |-----------------|----------------------------------------------------------------------------|
//! | `NOBODY`        | the next thread, which takes the spin lock and changes it for `in_use`     |
//! | a thread        | that thread by `in_use` alone; another one takes the spin lock and revokes |
//! | `REVOKED`       | everybody by the spin lock, for ever                                       |
//!
//! | edge   | from     | to       | carries            |
//! |--------|----------|----------|--------------------|
//! | `left` | `unlock` | `settle` | the owner's writes |
//!
//! Proof sketch of exclusion. The owner stores `in_use`, passes the light side of [`crate::barrier`]
//! and looks at the bias; a revoker stores the bias, passes the heavy side and looks at `in_use`.
//! Either the owner sees that the bias is gone, and takes the spin lock as everybody does, or the
//! revoker sees `in_use` and waits. Revokers exclude each other by the spin lock, which they hold.
//!
//! Where the light side would be a fence, a lock is revoked from the start: the fence costs as much as
//! the spin lock. A revoker looks for the owner's end now and then instead of being woken: it happens
//! once in the life of a lock, and to wake somebody would cost the owner a look at every unlock.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use crate::backoff::Backoff;
use crate::barrier;
use crate::shim::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::shim::cell::UnsafeCell;
use crate::shim::thread;
use crate::spin::Spin;

const NOBODY: usize = 0;
const REVOKED: usize = 1;
/// Added to a thread's ordinal, it gives the thread's bias.
const FIRST_THREAD: usize = 2;

/// Mutual exclusion for critical sections of a few nanoseconds of what is mostly one thread's own.
///
/// The first thread that takes it becomes its owner, and from then on takes it with two plain stores.
/// When another thread comes, that one pays some microseconds once to end the privilege, and the lock
/// is a [`SpinLock`](crate::SpinLock) from then on.
///
/// ```
/// let lock = inrush_sync::BiasedLock::new(1);
/// *lock.lock() += 1;
/// std::thread::scope(|scope| scope.spawn(|| *lock.lock() += 1).join().unwrap());
/// assert_eq!(*lock.lock(), 3);
/// ```
pub struct BiasedLock<T> {
    bias: AtomicUsize,
    in_use: AtomicBool,
    spin: Spin,
    value: UnsafeCell<T>,
}

// SAFETY: the lock hands the value to one thread at a time, which `T: Send` allows; no thread gets a
// reference that outlives its turn, so `T: Sync` is not needed.
unsafe impl<T: Send> Sync for BiasedLock<T> {}

impl<T> BiasedLock<T> {
    /// A free lock around `value`, without an owner.
    pub fn new(value: T) -> Self {
        let bias = if barrier::prepare() { NOBODY } else { REVOKED };
        Self {
            bias: AtomicUsize::new(bias),
            in_use: AtomicBool::new(false),
            spin: Spin::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits until the lock is free and takes it. The owner must not take it twice at the same time,
    /// as with any lock; here a second time is not noticed as a deadlock but panics.
    ///
    /// # Panics
    ///
    /// This thread holds the lock already and owns it.
    #[inline]
    pub fn lock(&self) -> BiasedGuard<'_, T> {
        let is_owner = self.is_mine(thread::ordinal() + FIRST_THREAD) || self.lock_shared();
        BiasedGuard { lock: self, is_owner, not_send: PhantomData }
    }

    /// Takes the lock as its owner, if this thread, whose bias is `me`, is that.
    #[inline]
    fn is_mine(&self, me: usize) -> bool {
        // ORDERING: Relaxed: only this thread sets the bias to itself; a stale look is made good below.
        if self.bias.load(Relaxed) != me {
            return false;
        }
        // ORDERING: Relaxed: only the owner writes it.
        assert!(!self.in_use.load(Relaxed), "the lock is taken twice by its owner");
        // ORDERING: Relaxed: the barrier orders it before the look at the bias.
        self.in_use.store(true, Relaxed);
        barrier::light_prepared();
        // ORDERING: Relaxed: the barrier orders it. While the bias stands, the owner's own writes are the
        // last ones, or those of whom it had the spin lock from.
        if self.bias.load(Relaxed) == me {
            return true;
        }
        self.leave();
        false
    }

    /// Gives up what the owner had.
    #[inline]
    fn leave(&self) {
        // ORDERING: Release, from-side of `left`.
        self.in_use.store(false, Release);
    }

    /// Takes the lock by the spin lock, and deals with the bias; returns whether this thread is the
    /// owner now.
    #[inline]
    fn lock_shared(&self) -> bool {
        self.spin.lock();
        // ORDERING: Relaxed: written under the spin lock, which is held.
        self.bias.load(Relaxed) != REVOKED && self.settle()
    }

    /// With the spin lock held: makes this thread the owner, who does not need the spin lock, or takes
    /// the privilege from another thread.
    #[cold]
    fn settle(&self) -> bool {
        // ORDERING: Relaxed: written under the spin lock, which is held.
        if self.bias.load(Relaxed) == NOBODY {
            // ORDERING: Relaxed: the spin lock carries it to the next thread.
            self.in_use.store(true, Relaxed);
            // ORDERING: Relaxed: the spin lock carries it as well.
            self.bias.store(thread::ordinal() + FIRST_THREAD, Relaxed);
            self.spin.unlock();
            return true;
        }
        // ORDERING: Relaxed: the barrier orders it before the look at `in_use`.
        self.bias.store(REVOKED, Relaxed);
        barrier::heavy();
        let mut backoff = Backoff::new();
        // ORDERING: Acquire, to-side of `left`.
        while self.in_use.load(Acquire) {
            if backoff.is_spent() {
                // The owner may have lost its processor.
                thread::nap();
            } else {
                backoff.wait();
            }
        }
        false
    }

    #[inline]
    fn unlock(&self, is_owner: bool) {
        if is_owner { self.leave() } else { self.spin.unlock() }
    }

    /// Whether somebody holds the lock; it may be otherwise by the time the answer arrives.
    #[inline]
    pub fn is_locked(&self) -> bool {
        // ORDERING: Relaxed: a hint that nothing relies on.
        self.spin.is_locked() || self.in_use.load(Relaxed)
    }
}

impl<T> fmt::Debug for BiasedLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BiasedLock").field("is_locked", &self.is_locked()).finish_non_exhaustive()
    }
}

/// The right to the value of a [`BiasedLock`]; dropping it frees the lock.
#[must_use = "the lock is free again as soon as the guard is dropped"]
pub struct BiasedGuard<'a, T> {
    lock: &'a BiasedLock<T>,
    is_owner: bool,
    /// The owner's way out is for the owner's thread.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives out `&T` only, which `T: Sync` allows.
unsafe impl<T: Sync> Sync for BiasedGuard<'_, T> {}

impl<T> Deref for BiasedGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock, so that nobody else reaches the value.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for BiasedGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock and is borrowed mutably.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T> Drop for BiasedGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.unlock(self.is_owner);
    }
}

impl<T: fmt::Debug> fmt::Debug for BiasedGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
