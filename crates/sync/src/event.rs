//! Waiting for something to become true, without a lost wake-up and without a lock on the way of
//! those who make it true.
//!
//! | edge       | from            | to           | carries                                      |
//! |------------|-----------------|--------------|----------------------------------------------|
//! | `announce` | `announce`      | `notify`     | that somebody waits, or else ...             |
//! | `condition`| `notify`        | `announce`   | ... that what was waited for has become true |
//!
//! Invariants:
//! 1. A waiter is in the list from before its last look at the condition until it is notified or
//!    leaves.
//! 2. Whoever takes a waiter out of the list unparks or wakes it.
//! 3. A waiter that leaves and finds itself already taken out hands its notification on. One that
//!    looks again does not: what it was notified of is there, or somebody has had it.
//! 4. No code of others runs under the list's lock: no condition, and no waker's `wake` or `drop`.
//!
//! Proof sketch of no lost wake-up. The waiter enters the list, passes its barrier and looks at the
//! condition; the notifier makes the condition true, passes its barrier and looks at the number of
//! waiters. Of two SeqCst fences one comes first. If the waiter's does, the notifier sees the
//! number and takes the list's lock; if the notifier's does, the waiter sees the condition.
//! An event made by [`Event::asymmetric`] uses [`crate::barrier`] in place of the fences.

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::barrier;
use crate::const_where_native;
use crate::shim::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, SeqCst},
    fence,
};
use crate::shim::lock::Mutex;
use crate::shim::thread::{self, Thread};

/// A place to wait for a condition, for threads and for tasks.
///
/// The condition itself lies elsewhere, as a rule in atomics: make it true, then
/// [`notify`](Event::notify).
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering::{Acquire, Release}};
/// use inrush_sync::Event;
///
/// let (event, ready) = (Event::new(), AtomicBool::new(false));
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         ready.store(true, Release);
///         event.notify_all();
///     });
///     event.wait(|| ready.load(Acquire).then_some(()));
/// });
/// ```
pub struct Event {
    n_waiting: AtomicUsize,
    waiting: Mutex<Waiting>,
    is_asymmetric: bool,
}

struct Waiting {
    queue: VecDeque<(u64, Waiter)>,
    next_key: u64,
}

impl Waiting {
    /// Where a waiter stands, if it is still there. Keys grow along the queue.
    fn find(&self, key: u64) -> Option<usize> {
        self.queue.binary_search_by_key(&key, |&(key, _)| key).ok()
    }
}

enum Waiter {
    Thread(Thread),
    Task(Waker),
}

impl Waiter {
    fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
            Self::Task(waker) => waker.wake(),
        }
    }
}

/// A thread's place in the list. Leaves when it is dropped, also by a condition that panics.
struct Entry<'a> {
    event: &'a Event,
    key: u64,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.event.leave(self.key);
    }
}

/// A task's place in the list; kept between polls.
#[derive(Debug, Default)]
pub struct Place(Option<u64>);

impl Place {
    /// Whether the task does not wait.
    pub fn is_free(&self) -> bool {
        self.0.is_none()
    }
}

impl Event {
    const_where_native! {
        /// An event for which notifying costs a fence.
        pub fn new() -> Self {
            Self::with(false)
        }
    }

    const_where_native! {
        /// An event for which notifying costs nothing where nobody waits, and waiting some
        /// microseconds more: for what is notified far more often than it is waited for.
        pub fn asymmetric() -> Self {
            Self::with(true)
        }
    }

    const_where_native! {
        fn with(is_asymmetric: bool) -> Self {
            let waiting = Waiting { queue: VecDeque::new(), next_key: 0 };
            Self { n_waiting: AtomicUsize::new(0), waiting: Mutex::new(waiting), is_asymmetric }
        }
    }

    /// Wakes everybody who waits now.
    #[inline]
    pub fn notify_all(&self) {
        self.notify(usize::MAX);
    }

    /// Wakes up to `n` of those who wait, the longest waiting first. Whoever is woken and finds
    /// nothing waits on; so where not all wait for the same, wake them all.
    #[inline]
    pub fn notify(&self, n: usize) {
        if self.is_asymmetric {
            barrier::light();
        } else {
            // ORDERING: SeqCst, from-side of `condition` and to-side of `announce`.
            fence(SeqCst);
        }
        // ORDERING: Relaxed: the barrier orders it; the list itself is behind the lock.
        if self.n_waiting.load(Relaxed) != 0 {
            self.notify_slow(n);
        }
    }

    #[cold]
    fn notify_slow(&self, n: usize) {
        let mut left = n.min(self.waiting.lock().queue.len());
        while left > 0 {
            let Some(waiter) = self.take_first() else { return };
            waiter.wake();
            left -= 1;
        }
    }

    fn take_first(&self) -> Option<Waiter> {
        let mut waiting = self.waiting.lock();
        let (_, waiter) = waiting.queue.pop_front()?;
        self.count(&waiting);
        Some(waiter)
    }

    /// Blocks until `ready` returns a value.
    pub fn wait<R>(&self, ready: impl FnMut() -> Option<R>) -> R {
        loop_until(self.wait_inner(None, ready))
    }

    /// Blocks until `ready` returns a value or `timeout` is over; then returns none.
    pub fn wait_timeout<R>(
        &self,
        timeout: Duration,
        ready: impl FnMut() -> Option<R>,
    ) -> Option<R> {
        // A time beyond what the clock can hold is no deadline at all.
        self.wait_inner(Instant::now().checked_add(timeout), ready)
    }

    /// Blocks until `ready` returns a value or the clock reaches `deadline`; none is for ever.
    pub fn wait_until<R>(
        &self,
        deadline: Option<Instant>,
        ready: impl FnMut() -> Option<R>,
    ) -> Option<R> {
        self.wait_inner(deadline, ready)
    }

    fn wait_inner<R>(
        &self,
        deadline: Option<Instant>,
        mut ready: impl FnMut() -> Option<R>,
    ) -> Option<R> {
        loop {
            if let Some(value) = ready() {
                return Some(value);
            }
            let key = self.announce(None, Waiter::Thread(thread::current()));
            let entry = Entry { event: self, key };
            if let Some(value) = ready() {
                return Some(value);
            }
            while self.is_waiting(key) {
                match deadline {
                    None => thread::park(),
                    Some(deadline) => {
                        let left = deadline.saturating_duration_since(Instant::now());
                        if left.is_zero() {
                            drop(entry);
                            return ready();
                        }
                        thread::park_timeout(left);
                    }
                }
            }
            // It was taken out, and looks again.
            mem::forget(entry);
        }
    }

    /// Polls for `ready`: returns its value, or arranges for the task to be woken.
    pub fn poll<R>(
        &self,
        place: &mut Place,
        context: &mut Context<'_>,
        mut ready: impl FnMut() -> Option<R>,
    ) -> Poll<R> {
        let mut result = ready();
        if result.is_none() {
            place.0 = Some(self.announce(place.0, Waiter::Task(context.waker().clone())));
            result = ready();
        }
        match result {
            None => Poll::Pending,
            Some(value) => {
                self.forget(place);
                Poll::Ready(value)
            }
        }
    }

    /// Takes a task out of the list that no longer waits. A future does so when it is dropped.
    pub fn forget(&self, place: &mut Place) {
        if let Some(key) = place.0.take() {
            self.leave(key);
        }
    }

    /// Enters the list, or keeps the place that `key` has in it, before a last look at the condition.
    fn announce(&self, key: Option<u64>, waiter: Waiter) -> u64 {
        let mut waiting = self.waiting.lock();
        let place = key.and_then(|key| waiting.find(key));
        let (key, former) = if let Some(place) = place {
            let (key, here) = &mut waiting.queue[place];
            (*key, Some(mem::replace(here, waiter)))
        } else {
            let key = waiting.next_key;
            waiting.next_key += 1;
            waiting.queue.push_back((key, waiter));
            self.count(&waiting);
            (key, None)
        };
        drop(waiting);
        drop(former);
        if self.is_asymmetric {
            barrier::heavy();
        } else {
            // ORDERING: SeqCst, from-side of `announce` and to-side of `condition`.
            fence(SeqCst);
        }
        key
    }

    fn is_waiting(&self, key: u64) -> bool {
        self.waiting.lock().find(key).is_some()
    }

    /// Leaves the list, and hands on a notification that came meanwhile.
    fn leave(&self, key: u64) {
        let mut waiting = self.waiting.lock();
        let place = waiting.find(key);
        let former = place.and_then(|place| waiting.queue.remove(place));
        if former.is_some() {
            self.count(&waiting);
        }
        drop(waiting);
        if former.is_none() {
            self.notify(1);
        }
    }

    /// Keeps the number beside the list; the caller holds the lock.
    fn count(&self, waiting: &Waiting) {
        // ORDERING: Relaxed: written under the lock, and read behind a barrier.
        self.n_waiting.store(waiting.queue.len(), Relaxed);
    }
}

/// Without a deadline a wait only ends with a value.
fn loop_until<R>(value: Option<R>) -> R {
    match value {
        Some(value) => value,
        None => unreachable!("a wait without a deadline ended without a value"),
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("is_asymmetric", &self.is_asymmetric).finish_non_exhaustive()
    }
}
