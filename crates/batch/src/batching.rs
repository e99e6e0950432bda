//! What every design of this crate can do, so that one suite tests and one bench measures them all.

use std::time::Duration;

use crate::error::PushError;

/// How a design is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The most items in a batch; 0 counts as 1.
    pub batch_size: usize,
    /// How long an item waits at most for its batch to fill. A time beyond what the clock can hold,
    /// such as [`Duration::MAX`], is for ever.
    pub linger: Duration,
    /// How many batches may be under way before producers wait; less than 2 counts as 2.
    pub batches: usize,
}

impl Setting {
    /// With the numbers that the fields count as.
    pub(crate) fn rounded(self) -> Self {
        Self { batch_size: self.batch_size.max(1), batches: self.batches.max(2), ..self }
    }
}

impl Default for Setting {
    fn default() -> Self {
        Self { batch_size: 1024, linger: Duration::from_millis(1), batches: 4 }
    }
}

/// Items of many threads, handed to one worker in batches.
///
/// Every design keeps these promises: the items of one thread arrive in the order in which it pushed
/// them; no batch is empty or larger than asked for; a batch leaves when it is full, or when its
/// oldest item has waited for about `linger`, or for a flush or a close, and not before; a push waits
/// while `batches` batches are under way, so that no more than `batches` times `batch_size` items
/// have been accepted without `deliver` having returned from them (in a
/// [`Batcher`](crate::Batcher), of one thread); after `close` every item that was
/// accepted has been delivered, and later ones come back.
///
/// A panic in `deliver` ends that batch alone: what it left of the items is dropped, the batch does
/// not count as delivered, and `deliver` is called with the next one. Whatever it captured must
/// stand that.
///
/// Dropping a batcher closes it.
pub trait Batching<T: Send + 'static>: Send + Sync + Sized + 'static {
    /// Starts the worker, which passes each batch to `deliver`. What `deliver` leaves in the vector
    /// is dropped; a `deliver` that keeps the vector's memory makes the worker allocate anew.
    ///
    /// # Panics
    ///
    /// The system refuses a thread, or the batches do not fit into memory.
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self;

    /// Pushes an item, and waits while there is no room.
    ///
    /// From inside `deliver` it does not wait, since room is made there.
    ///
    /// # Errors
    ///
    /// The item, once the batcher is closed; or when there is no room and the push comes from
    /// inside `deliver`.
    fn push(&self, item: T) -> Result<(), PushError<T>>;

    /// Asks for everything that has been pushed to be delivered soon. Does not wait for it.
    fn flush(&self);

    /// Takes no more items, wakes those who wait for room and returns their items to them, delivers
    /// what has been accepted, stops the worker and returns how many items have been delivered in
    /// all.
    ///
    /// From inside `deliver` it does not wait: what has been accepted is delivered later, and the
    /// number is the one so far.
    fn close(&self) -> u64;
}
