//! Pushing from a task: a full lane makes the task wait, and not its thread.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use inrush_sync::{Place, PushError as LaneError};

use crate::error::PushError;
use crate::producer::Producer;
use crate::shared_door::SharedDoor;
use crate::{batcher::Batcher, inlet::Inlet};

impl<T: Send + 'static> Batcher<T> {
    /// As [`push`](Batcher::push), but waits as a task does, whatever the policy says about waiting.
    /// Runs under any runtime.
    ///
    /// The order that is promised is that of a thread: a task that goes from one thread to another
    /// between two pushes may overtake itself. Where that matters it needs a
    /// [`Producer`](crate::Producer).
    ///
    /// A future that is dropped before it is done has not pushed its item.
    pub fn push_async(&self, item: T) -> PushAsync<'_, T> {
        let (door, lane) = self.own_lane();
        PushAsync::new(Way::Shared(door, lane), item)
    }
}

impl<T: Send + 'static> Producer<T> {
    /// As [`push`](Producer::push), but waits as a task does, whatever the policy says about waiting.
    /// Runs under any runtime.
    ///
    /// A future that is dropped before it is done has not pushed its item.
    pub fn push_async(&mut self, item: T) -> PushAsync<'_, T> {
        PushAsync::new(Way::Own(self.inlet()), item)
    }
}

/// A push under way; it waits while its lane is full.
#[must_use = "nothing is pushed until the future is polled"]
pub struct PushAsync<'a, T> {
    way: Way<'a, T>,
    item: Option<T>,
    place: Place,
    /// It has been notified or is about to be, and hands the notification on.
    has_waited: bool,
}

enum Way<'a, T> {
    Own(&'a mut Inlet<T>),
    /// The door, and the lane of the thread that made the future.
    Shared(&'a SharedDoor<T>, usize),
}

impl<T> Way<'_, T> {
    fn with<R>(&mut self, act: impl FnOnce(&mut Inlet<T>) -> R) -> R {
        match self {
            Self::Own(inlet) => act(inlet),
            Self::Shared(door, lane) => door.with(*lane, act),
        }
    }
}

impl<'a, T> PushAsync<'a, T> {
    fn new(way: Way<'a, T>, item: T) -> Self {
        Self { way, item: Some(item), place: Place::default(), has_waited: false }
    }

    /// Tries once; the item is back in its place when there is no room.
    fn attempt(&mut self) -> Option<Result<(), PushError<T>>> {
        let item = self.item.take()?;
        let has_waited = self.has_waited;
        let (pushed, has_room) = self.way.with(|inlet| {
            let pushed = inlet.push(item);
            (pushed, has_waited && inlet.lane.has_room())
        });
        match pushed {
            Ok(()) => {
                if has_room && let Way::Shared(door, lane) = &self.way {
                    door.wake_next(*lane);
                }
                Some(Ok(()))
            }
            Err(LaneError::Full(item)) => {
                self.item = Some(item);
                None
            }
            Err(other) => Some(Err(PushError::Closed(other.into_inner()))),
        }
    }
}

impl<T> Future for PushAsync<'_, T> {
    type Output = Result<(), PushError<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        assert!(this.item.is_some(), "a push that is done was polled again");
        if let Some(pushed) = this.attempt() {
            this.leave();
            return Poll::Ready(pushed);
        }
        this.has_waited = true;
        let watch = this.way.with(|inlet| inlet.watch.clone());
        let mut place = core::mem::take(&mut this.place);
        let pushed = watch.room().poll(&mut place, context, || this.attempt());
        this.place = place;
        pushed
    }
}

impl<T> PushAsync<'_, T> {
    /// Waits no more.
    fn leave(&mut self) {
        if !self.place.is_free() {
            let watch = self.way.with(|inlet| inlet.watch.clone());
            watch.room().forget(&mut self.place);
        }
    }
}

impl<T> Drop for PushAsync<'_, T> {
    fn drop(&mut self) {
        self.leave();
    }
}

// The item is moved as a value and never pinned.
impl<T> Unpin for PushAsync<'_, T> {}

impl<T> fmt::Debug for PushAsync<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushAsync").field("is_done", &self.item.is_none()).finish_non_exhaustive()
    }
}
