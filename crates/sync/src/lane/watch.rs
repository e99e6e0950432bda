//! A look at a lane from outside.

use core::fmt;

use super::Receiver;
use super::shared::Shared;
use crate::event::Event;
use crate::shim::Arc;
use crate::shim::atomic::Ordering::Relaxed;

/// Shows what goes through a lane to those who own neither end.
pub struct Watch<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Watch<T> {
    /// The number of values that have been published so far, less those taken back; wraps.
    pub fn published(&self) -> usize {
        // ORDERING: Relaxed: a number to show, behind which no value is read.
        self.shared.published.load(Relaxed)
    }

    /// Where senders wait for room. One of them is woken when the receiver has given back a block,
    /// all when it has closed the lane; where several share the sending end, the one that was woken
    /// wakes the next while there is room left.
    pub fn room(&self) -> &Event {
        &self.shared.freed
    }
}

impl<T> Watch<T> {
    /// Lets the sender push no more, and wakes it if it waits for room, while the receiver is busy.
    /// What has been pushed is still received; the receiver seals the lane.
    pub fn close(&self) {
        self.shared.close();
    }
}

impl<T> Receiver<T> {
    /// A look at the lane that outlives this end.
    pub fn watch(&self) -> Watch<T> {
        Watch { shared: Arc::clone(self.shared()) }
    }
}

impl<T> Clone for Watch<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("published", &self.published()).finish_non_exhaustive()
    }
}
