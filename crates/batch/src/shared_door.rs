//! The door for threads without a handle: a few lanes, each behind a short lock.

use std::time::Instant;

use inrush_sync::shim::thread;
use inrush_sync::{BiasedLock, LaneWatch, Padded, barrier};

use crate::error::PushError;
use crate::full::{self, Door};
use crate::hub::Hub;
use crate::inlet::Inlet;
use crate::options::Order;

/// About as many lanes as there are processors, so that memory and the worker's round do not grow
/// with the number of threads.
#[derive(Debug)]
pub(crate) struct SharedDoor<T> {
    lanes: Box<[Padded<SharedLane<T>>]>,
    order: Order,
}

#[derive(Debug)]
struct SharedLane<T> {
    inlet: BiasedLock<Inlet<T>>,
    watch: LaneWatch<T>,
}

impl<T> SharedDoor<T> {
    /// A door with its lanes, or none when there is not enough memory.
    pub(crate) fn new(hub: &Hub<T>) -> Option<Self> {
        // From here on the barrier costs nothing on the side of those who push.
        barrier::heavy();
        let lane = || {
            let inlet = hub.make_shared()?;
            let watch = inlet.watch.clone();
            Some(Padded::new(SharedLane { inlet: BiasedLock::new(inlet), watch }))
        };
        let lanes = (0..hub.options.n_shared_lanes()).map(|_| lane()).collect::<Option<_>>()?;
        Some(Self { lanes, order: hub.options.order })
    }

    /// Pushes an item through the lane of this thread.
    #[inline]
    pub(crate) fn push(&self, hub: &Hub<T>, item: T) -> Result<(), PushError<T>> {
        let own = self.own_lane();
        let mut lane = match self.order {
            Order::PerThread => &*self.lanes[own],
            Order::Any => self.free_lane(own),
        };
        let pushed = lane.inlet.lock().push(item);
        match pushed {
            Ok(()) => Ok(()),
            Err(refused) => full::insist(hub, &mut lane, refused, hub.options.when_full),
        }
    }

    /// The lane of this thread.
    #[inline]
    pub(crate) fn own_lane(&self) -> usize {
        thread::ordinal() % self.lanes.len()
    }

    /// The thread's own lane, or the next one that nobody holds.
    #[inline]
    fn free_lane(&self, own: usize) -> &SharedLane<T> {
        let (before, from_own) = self.lanes.split_at(own);
        let mut lanes = from_own.iter().chain(before);
        lanes.find(|lane| !lane.inlet.is_locked()).unwrap_or(&self.lanes[own])
    }

    /// Does something to a lane.
    pub(crate) fn with<R>(&self, lane: usize, act: impl FnOnce(&mut Inlet<T>) -> R) -> R {
        (&*self.lanes[lane]).with(act)
    }

    /// Wakes the next one who waits for room in a lane.
    pub(crate) fn wake_next(&self, lane: usize) {
        (&*self.lanes[lane]).wake_next();
    }
}

impl<T> Door<T> for &SharedLane<T> {
    fn with<R>(&mut self, act: impl FnOnce(&mut Inlet<T>) -> R) -> R {
        act(&mut self.inlet.lock())
    }

    fn wait_for_room(&mut self, deadline: Option<Instant>) -> bool {
        let has_room = || self.inlet.lock().lane.has_room_or_is_closed().then_some(());
        self.watch.room().wait_until(deadline, has_room).is_some()
    }

    fn wake_next(&self) {
        self.watch.room().notify(1);
    }
}
