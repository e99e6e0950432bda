//! Both ends as a blocking channel.

use core::fmt;
use std::task::{Context, Poll};
use std::time::Instant;

use super::{PushError, Receiver, Sender};
use crate::backoff::Backoff;
use crate::barrier;
use crate::event::Place;
use crate::shim::Arc;

/// The receiver is gone; the value comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lane is closed")
    }
}

impl<T: fmt::Debug> std::error::Error for SendError<T> {}

/// The sender is gone, and everything that it published has been received; or the lane is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError;

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lane is empty and its sender gone")
    }
}

impl std::error::Error for RecvError {}

impl<T> Sender<T> {
    /// Pushes a value, waits for room if there is none, and wakes a receiver that waits in
    /// [`recv_into`](Receiver::recv_into).
    ///
    /// # Errors
    ///
    /// The value, when the receiver has closed the lane and will not receive it.
    pub fn send(&mut self, value: T) -> Result<(), SendError<T>> {
        let mut value = value;
        // A window would hold it back.
        if self.has_closed() {
            return Err(SendError(value));
        }
        let pushed = loop {
            match self.push(value) {
                Ok(pushed) => break pushed,
                Err(PushError::Closed(back)) => return Err(SendError(back)),
                Err(PushError::Full(back)) => {
                    value = back;
                    self.wait_for_room(None);
                }
            }
        };
        if pushed.is_called {
            self.answer();
        }
        Ok(())
    }

    /// Waits until there is room or the lane is closed, and returns true then; false when the clock
    /// reached `deadline` first. None is for ever.
    ///
    /// A receiver wakes those who wait when it has given half of the lane back, or has nothing more to
    /// take: one that stops in between leaves a sender asleep with a block or two free.
    pub fn wait_for_room(&mut self, deadline: Option<Instant>) -> bool {
        let mut backoff = Backoff::new();
        while !backoff.is_spent() {
            if self.has_room_or_is_closed() {
                return true;
            }
            backoff.wait();
        }
        let shared = Arc::clone(self.shared());
        shared.freed.wait_until(deadline, || self.has_room_or_is_closed().then_some(())).is_some()
    }

    /// Polls for room, or for the end of the lane.
    pub fn poll_room(&mut self, place: &mut Place, context: &mut Context<'_>) -> Poll<()> {
        let shared = Arc::clone(self.shared());
        shared.freed.poll(place, context, || self.has_room_or_is_closed().then_some(()))
    }

    /// Takes a task out of those that wait for room.
    pub fn forget(&self, place: &mut Place) {
        self.shared().freed.forget(place);
    }
}

impl<T> Receiver<T> {
    /// Moves up to `limit` values to the end of `out`, waits for the first if there is none, and
    /// returns how many there were; 0 only for a `limit` of 0.
    ///
    /// # Errors
    ///
    /// The sender is gone, and everything that it published has been received; or the lane is
    /// [sealed](Self::seal_into).
    pub fn recv_into(&mut self, out: &mut Vec<T>, limit: usize) -> Result<usize, RecvError> {
        self.recv_until(out, limit, None)
    }

    /// As [`recv_into`](Self::recv_into), but returns 0 when the clock reaches `deadline` first.
    ///
    /// # Errors
    ///
    /// The sender is gone, and everything that it published has been received; or the lane is
    /// [sealed](Self::seal_into).
    pub fn recv_until(
        &mut self,
        out: &mut Vec<T>,
        limit: usize,
        deadline: Option<Instant>,
    ) -> Result<usize, RecvError> {
        let mut backoff = Backoff::new();
        loop {
            let is_abandoned = self.is_abandoned();
            let n = self.drain_into(out, limit);
            if n > 0 || limit == 0 {
                return Ok(n);
            }
            if is_abandoned || self.is_sealed() {
                return Err(RecvError);
            }
            if !backoff.is_spent() {
                backoff.wait();
            } else if !self.sleep(deadline) {
                return Ok(self.drain_into(out, limit));
            }
        }
    }

    /// Sleeps until the sender publishes or goes; returns false when the time was over first.
    fn sleep(&mut self, deadline: Option<Instant>) -> bool {
        self.ask_for_call();
        barrier::heavy();
        if self.available() > 0 || self.is_abandoned() {
            self.retract_call();
            return true;
        }
        let answered = || (!self.awaits_call()).then_some(());
        let is_called = self.shared().filled.wait_until(deadline, answered).is_some();
        self.retract_call();
        is_called
    }
}
