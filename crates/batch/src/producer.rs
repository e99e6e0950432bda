//! The door of one producer: a lane of its own.

use core::fmt;
use std::time::Instant;

use inrush_sync::PushError as LaneError;
use inrush_sync::shim::Arc;
use scopeguard::ScopeGuard;

use crate::error::PushError;
use crate::full::{self, Door};
use crate::hub::Hub;
use crate::inlet::Inlet;
use crate::options::WhenFull;

/// A producer with a lane of its own: a push is one write of the item and one of a length.
///
/// It can move to another thread, and cannot be shared between threads; threads without a handle push
/// through [`Batcher::push`](crate::Batcher::push). Its items are delivered in the order in which it
/// pushed them. Dropping it publishes what it holds and gives its lane back for another producer.
pub struct Producer<T: Send + 'static> {
    lent: ScopeGuard<Lent<T>, fn(Lent<T>)>,
    when_full: WhenFull,
}

/// What goes back when the producer goes.
struct Lent<T: Send + 'static> {
    inlet: Inlet<T>,
    hub: Arc<Hub<T>>,
}

impl<T: Send + 'static> Producer<T> {
    pub(crate) fn new(inlet: Inlet<T>, hub: Arc<Hub<T>>) -> Self {
        let when_full = hub.options.when_full;
        let lent = scopeguard::guard(Lent { inlet, hub }, Lent::give_back as fn(Lent<T>));
        Self { lent, when_full }
    }

    /// Does this when the lane is full, instead of what the batcher was built with.
    #[must_use]
    pub fn when_full(mut self, policy: WhenFull) -> Self {
        self.when_full = policy;
        self
    }

    /// Publishes after every `n` items instead of after each. Until then the worker cannot see them:
    /// linger, flush and close count from the publication. An item that is held back while the
    /// batcher closes is refused when it would be published; [`take_back`](Self::take_back) has those
    /// before it, and the drop counts them.
    #[must_use]
    pub fn publish_every(mut self, n: usize) -> Self {
        self.inlet().lane.set_publish_every(n);
        self
    }

    #[inline(always)]
    pub(crate) fn inlet(&mut self) -> &mut Inlet<T> {
        &mut self.lent.inlet
    }

    /// Pushes an item. When there is no room, the policy says what happens.
    ///
    /// # Errors
    ///
    /// The item: under [`WhenFull::Fail`] when the lane is full, under [`WhenFull::BlockFor`] when it
    /// stayed full, when the batcher is closed, and when this is the worker's own thread and would
    /// have to wait for itself.
    // Not inlined it takes twice the time: the call alone costs as much as the push.
    #[inline(always)]
    pub fn push(&mut self, item: T) -> Result<(), PushError<T>> {
        match self.inlet().push(item) {
            Ok(()) => Ok(()),
            Err(refused) => self.push_slow(refused),
        }
    }

    #[cold]
    fn push_slow(&mut self, refused: LaneError<T>) -> Result<(), PushError<T>> {
        let hub = Arc::clone(&self.lent.hub);
        let when_full = self.when_full;
        full::insist(&hub, self, refused, when_full)
    }

    /// Pushes all items of an iterator, and publishes them at the end.
    ///
    /// # Errors
    ///
    /// That of the first item that was not taken, with the item; the rest stays in the iterator.
    pub fn push_many(&mut self, items: impl IntoIterator<Item = T>) -> Result<(), PushError<T>> {
        let mut items = items.into_iter();
        let late = |error: LaneError<T>| PushError::Closed(error.into_inner());
        while !self.inlet().push_many(&mut items).map_err(late)? {
            // The first of a block goes the way of a single item, which waits where there is no room.
            let Some(item) = items.next() else { break };
            self.push(item)?;
        }
        Ok(())
    }

    /// Publishes what has been pushed. Does not ask for it to be delivered at once;
    /// [`Batcher::flush`](crate::Batcher::flush) does.
    ///
    /// # Errors
    ///
    /// An item that came too late, when the batcher has been closed; [`take_back`](Self::take_back)
    /// has the others, if there are any.
    pub fn flush(&mut self) -> Result<(), PushError<T>> {
        self.inlet().publish().map_err(|error| PushError::Closed(error.into_inner()))
    }

    /// Takes back the item that was pushed last, if the worker will never see it: it has not been
    /// published yet, or was published when the batcher had been closed.
    pub fn take_back(&mut self) -> Option<T> {
        self.inlet().lane.take_back()
    }
}

impl<T: Send + 'static> Door<T> for Producer<T> {
    fn with<R>(&mut self, act: impl FnOnce(&mut Inlet<T>) -> R) -> R {
        act(self.inlet())
    }

    fn wait_for_room(&mut self, deadline: Option<Instant>) -> bool {
        self.inlet().lane.wait_for_room(deadline)
    }

    /// Nobody else waits for this lane.
    fn wake_next(&self) {}
}

impl<T: Send + 'static> Lent<T> {
    fn give_back(self) {
        let Self { mut inlet, hub } = self;
        let late = inlet.publish().err().map(LaneError::into_inner);
        inlet.lane.set_publish_every(1);
        if hub.is_closed() {
            let rest = core::iter::from_fn(|| inlet.lane.take_back());
            let n = late.into_iter().chain(rest).count();
            hub.counters.items_late(n as u64);
        }
        hub.give_back(inlet);
    }
}

impl<T: Send + 'static> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").field("when_full", &self.when_full).finish_non_exhaustive()
    }
}
