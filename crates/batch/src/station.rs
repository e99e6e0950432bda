//! The place between producers and one worker: what they tell it, and how they wake it.
//!
//! Items do not pass through here. What does is rare: a new lane, a lane that has items again after
//! the worker stopped looking at it, a wish to flush or to close. It lies under a lock; a flag
//! beside it saves the worker a look.
//!
//! | edge      | from          | to           | carries                                       |
//! |-----------|---------------|--------------|-----------------------------------------------|
//! | `flushed` | `set_flushed` | `is_flushed` | the delivery of everything that was asked for |
//! | `ended`   | `end`         | `has_ended`  | everything that the worker did                |
//!
//! The worker sleeps at `wake`, whose condition is that flag or a nudge; the event's own edges see to
//! it that no wake-up is lost.

use std::time::Instant;

use inrush_sync::shim::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use inrush_sync::shim::lock::Mutex;
use inrush_sync::shim::thread::{self, ThreadId};
use inrush_sync::{Event, LaneReceiver, Padded};

/// What the worker is told.
#[derive(Debug)]
pub(crate) struct Mail<T> {
    /// Lanes to serve from now on.
    pub(crate) lanes: Vec<LaneReceiver<T>>,
    /// Lanes that have items and are not being looked at.
    pub(crate) called: Vec<usize>,
    /// The number of the last flush that was asked for.
    pub(crate) flush: usize,
    /// No more items come in.
    pub(crate) is_closing: bool,
}

/// Where one worker is reached.
#[derive(Debug)]
pub(crate) struct Station<T> {
    mail: Mutex<Mail<T>>,
    n_lanes: AtomicUsize,
    /// Read by the worker at every look, written with the mail.
    has_mail: Padded<AtomicBool>,
    /// A block is full: worth a look before the time is over.
    is_nudged: Padded<AtomicBool>,
    wake: Event,
    flushed: AtomicUsize,
    has_ended: AtomicBool,
    gives_up: AtomicBool,
    /// Notified when a flush is through and when the worker has ended.
    pub(crate) progress: Event,
    worker: Mutex<Option<ThreadId>>,
}

impl<T> Station<T> {
    pub(crate) fn new() -> Self {
        let mail = Mail { lanes: Vec::new(), called: Vec::new(), flush: 0, is_closing: false };
        Self {
            mail: Mutex::new(mail),
            n_lanes: AtomicUsize::new(0),
            has_mail: Padded::new(AtomicBool::new(false)),
            is_nudged: Padded::new(AtomicBool::new(false)),
            wake: Event::new(),
            flushed: AtomicUsize::new(0),
            has_ended: AtomicBool::new(false),
            gives_up: AtomicBool::new(false),
            progress: Event::new(),
            worker: Mutex::new(None),
        }
    }

    /// Gives the worker a lane to serve, and returns its number.
    pub(crate) fn attach(&self, lane: LaneReceiver<T>) -> usize {
        self.post(|mail| {
            mail.lanes.push(lane);
            // ORDERING: Relaxed: counted under the lock of the mail.
            self.n_lanes.fetch_add(1, Relaxed)
        })
    }

    /// Tells the worker that a lane has items which it does not look for.
    #[cold]
    pub(crate) fn call(&self, lane: usize) {
        self.post(|mail| mail.called.push(lane));
    }

    /// Asks for everything to be delivered, and returns the number under which
    /// [`is_flushed`](Self::is_flushed) knows it.
    pub(crate) fn ask_flush(&self) -> usize {
        self.post(|mail| {
            mail.flush += 1;
            mail.flush
        })
    }

    /// Tells the worker to deliver what there is and to end.
    pub(crate) fn ask_close(&self) {
        self.post(|mail| mail.is_closing = true);
    }

    /// Tells the worker to leave undelivered what it has not begun.
    pub(crate) fn ask_give_up(&self) {
        // ORDERING: Relaxed: a flag without data; the mail's lock orders what comes with it.
        self.gives_up.store(true, Relaxed);
        self.progress.notify_all();
        self.ask_close();
    }

    pub(crate) fn gives_up(&self) -> bool {
        // ORDERING: Relaxed: a flag without data.
        self.gives_up.load(Relaxed)
    }

    fn post<R>(&self, write: impl FnOnce(&mut Mail<T>) -> R) -> R {
        let mut mail = self.mail.lock();
        let written = write(&mut mail);
        // ORDERING: Relaxed: the mail is under the lock, and the event orders the wake-up.
        self.has_mail.store(true, Relaxed);
        drop(mail);
        self.wake.notify_all();
        written
    }

    /// Lets the worker look at the lanes although it may be resting: a block is full.
    pub(crate) fn nudge(&self) {
        // ORDERING: Relaxed: a hint; the event orders the wake-up.
        if !self.is_nudged.load(Relaxed) {
            // ORDERING: Relaxed: a hint; the event orders the wake-up.
            self.is_nudged.store(true, Relaxed);
        }
        self.wake.notify_all();
    }

    /// Hands the mail to the worker, if there is any.
    #[inline]
    pub(crate) fn read_mail(&self, read: impl FnOnce(&mut Mail<T>)) {
        // ORDERING: Relaxed: a hint; the mail is under the lock.
        if self.has_mail.load(Relaxed) {
            let mut mail = self.mail.lock();
            // ORDERING: Relaxed: written under the lock, as in `post`.
            self.has_mail.store(false, Relaxed);
            read(&mut mail);
        }
    }

    /// Before each look: a nudge from now on is about something that the look may miss.
    #[inline]
    pub(crate) fn forget_nudge(&self) {
        // ORDERING: Relaxed: a hint; the look that follows finds what it was about.
        if self.is_nudged.load(Relaxed) {
            // ORDERING: Relaxed: a hint; the look that follows finds what it was about.
            self.is_nudged.store(false, Relaxed);
        }
    }

    /// Lets the worker sleep until it is told something, and returns false when the clock reached
    /// `deadline` first.
    pub(crate) fn sleep(&self, deadline: Option<Instant>) -> bool {
        let told = self.wake.wait_until(deadline, || {
            // ORDERING: Relaxed: the event orders them behind its announcement.
            let is_told = self.has_mail.load(Relaxed) || self.is_nudged.load(Relaxed);
            is_told.then_some(())
        });
        told.is_some()
    }

    /// The worker has delivered everything that flush number `flush` asked for.
    pub(crate) fn set_flushed(&self, flush: usize) {
        // ORDERING: Release, from-side of `flushed`.
        self.flushed.store(flush, Release);
        self.progress.notify_all();
    }

    pub(crate) fn is_flushed(&self, flush: usize) -> bool {
        // ORDERING: Acquire, to-side of `flushed`.
        self.flushed.load(Acquire) >= flush
    }

    /// The worker delivers no more.
    pub(crate) fn end(&self) {
        // ORDERING: Release, from-side of `ended`.
        self.has_ended.store(true, Release);
        self.progress.notify_all();
    }

    pub(crate) fn has_ended(&self) -> bool {
        // ORDERING: Acquire, to-side of `ended`.
        self.has_ended.load(Acquire)
    }

    /// From now on this thread is the worker.
    pub(crate) fn sit_down(&self) {
        *self.worker.lock() = Some(thread::current().id());
    }

    /// Whether this thread is the worker, so that to wait for the worker would be for ever.
    pub(crate) fn is_worker(&self) -> bool {
        *self.worker.lock() == Some(thread::current().id())
    }
}
