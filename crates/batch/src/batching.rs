//! What every design of this crate can do, so that one suite tests and one bench measures them all.

use core::fmt;
use std::time::Duration;

/// How a design is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The most items in a batch; at least 1.
    pub batch_size: usize,
    /// How long an item waits at most for its batch to fill.
    pub linger: Duration,
    /// How many batches may be under way before producers wait; at least 2.
    pub batches: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self { batch_size: 1024, linger: Duration::from_millis(1), batches: 4 }
    }
}

/// The batcher is closed; the item comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed<T>(pub T);

impl<T> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("batcher is closed")
    }
}

impl<T: fmt::Debug> std::error::Error for Closed<T> {}

/// Items of many threads, handed to one worker in batches.
///
/// Every design keeps these promises: the items of one thread arrive in the order in which it pushed
/// them; no batch is empty or larger than asked for; an item is delivered within about `linger` even
/// if its batch does not fill; a push waits while too much is under way; after `close` every item
/// that was accepted has been delivered, and later ones come back.
pub trait Batching<T: Send + 'static>: Send + Sync + Sized + 'static {
    /// Starts the worker, which passes each batch to `deliver`. What `deliver` leaves in the vector
    /// is dropped.
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self;

    /// Pushes an item, and waits while there is no room.
    ///
    /// # Errors
    ///
    /// The item, once the batcher is closed.
    fn push(&self, item: T) -> Result<(), Closed<T>>;

    /// Asks for everything that has been pushed to be delivered soon. Does not wait for it.
    fn flush(&self);

    /// Takes no more items, wakes those who wait for room, delivers what has been accepted, stops
    /// the worker and returns how many items have been delivered in all.
    fn close(&self) -> u64;
}
