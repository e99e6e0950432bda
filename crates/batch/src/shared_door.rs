//! The door for threads without a handle: lanes behind short locks.

use std::time::Instant;

use inrush_sync::shim::lock::Mutex;
use inrush_sync::shim::once::OnceLock;
use inrush_sync::shim::thread;
use inrush_sync::{BiasedLock, LaneWatch, Padded};

use crate::error::PushError;
use crate::full::{self, Door};
use crate::hub::Hub;
use crate::inlet::Inlet;
use crate::options::Order;

/// A lane for each thread, as long as there are not too many threads: a thread's number says which.
/// A lane is made when the first thread needs it; memory and the worker's round do not grow with
/// threads beyond the last lane.
#[derive(Debug)]
pub(crate) struct SharedDoor<T> {
    /// A power of two of them; the first is always there.
    lanes: Box<[OnceLock<Box<SharedLane<T>>>]>,
    /// Held while a lane is made.
    making: Mutex<()>,
    order: Order,
}

#[derive(Debug)]
struct SharedLane<T> {
    inlet: Padded<BiasedLock<Inlet<T>>>,
    watch: LaneWatch<T>,
}

impl<T> SharedDoor<T> {
    /// A door with its first lane, or none when there is not enough memory.
    pub(crate) fn new(hub: &Hub<T>) -> Option<Self> {
        let n_lanes = hub.options.n_shared_lanes(size_of::<T>())?;
        let mut lanes = Vec::new();
        lanes.try_reserve_exact(n_lanes).ok()?;
        lanes.resize_with(n_lanes, OnceLock::new);
        let door = Self {
            lanes: lanes.into_boxed_slice(),
            making: Mutex::new(()),
            order: hub.options.order,
        };
        door.make(0, hub).then_some(door)
    }

    /// Pushes an item through the lane of this thread.
    #[inline]
    pub(crate) fn push(&self, hub: &Hub<T>, item: T) -> Result<(), PushError<T>> {
        let own = self.own_number();
        let mut lane = match self.lanes[own].get() {
            Some(lane) if self.order == Order::PerThread => lane,
            _ => self.some_lane(hub),
        };
        let pushed = lane.inlet.lock().push(item);
        match pushed {
            Ok(()) => Ok(()),
            Err(refused) => full::insist(hub, &mut lane, refused, hub.options.when_full),
        }
    }

    /// The number of this thread's lane, which need not be there.
    #[inline]
    fn own_number(&self) -> usize {
        thread::ordinal() & (self.lanes.len() - 1)
    }

    /// The lane of this thread, which is there.
    pub(crate) fn own_lane(&self, hub: &Hub<T>) -> usize {
        let own = self.own_number();
        // Where there is no memory for another lane, there is the first.
        if self.make(own, hub) { own } else { 0 }
    }

    /// Makes a lane if it is not there, and returns whether it is now.
    fn make(&self, number: usize, hub: &Hub<T>) -> bool {
        let lane = &self.lanes[number];
        if lane.get().is_some() {
            return true;
        }
        let _making = self.making.lock();
        if lane.get().is_none()
            && let Some(inlet) = hub.make_shared()
        {
            let watch = inlet.watch.clone();
            let inlet = Padded::new(BiasedLock::new(inlet));
            // Nobody else sets it meanwhile.
            let _ = lane.set(Box::new(SharedLane { inlet, watch }));
        }
        lane.get().is_some()
    }

    /// A lane that is there.
    #[inline]
    fn lane(&self, number: usize) -> &SharedLane<T> {
        self.lanes[number].get().expect("a lane is made before its number is given out")
    }

    /// The thread's own lane, or in any order the next one that nobody holds.
    #[inline(never)]
    fn some_lane(&self, hub: &Hub<T>) -> &SharedLane<T> {
        let own = self.own_lane(hub);
        if self.order == Order::PerThread {
            return self.lane(own);
        }
        let (before, from_own) = self.lanes.split_at(own);
        let mut lanes = from_own.iter().chain(before).filter_map(|lane| Some(&**lane.get()?));
        lanes.find(|lane| !lane.inlet.is_locked()).unwrap_or_else(|| self.lane(own))
    }

    /// Does something to a lane.
    pub(crate) fn with<R>(&self, lane: usize, act: impl FnOnce(&mut Inlet<T>) -> R) -> R {
        self.lane(lane).with(act)
    }

    /// Wakes the next one who waits for room in a lane.
    pub(crate) fn wake_next(&self, lane: usize) {
        self.lane(lane).wake_next();
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
