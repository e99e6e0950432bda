//! How threads wait here: they look a few times, and then sleep until they are woken.

use std::time::Instant;

use inrush_sync::{Backoff, Event};

use crate::PushError;

/// Asks `ready` for a value, some times in a row and then whenever `event` is notified; none when
/// the clock reached `deadline` first.
pub(super) fn wait_until<R>(
    event: &Event,
    deadline: Option<Instant>,
    mut ready: impl FnMut() -> Option<R>,
) -> Option<R> {
    let mut backoff = Backoff::new();
    while !backoff.is_spent() {
        if let Some(value) = ready() {
            return Some(value);
        }
        backoff.wait();
    }
    event.wait_until(deadline, ready)
}

/// As [`wait_until`], without a deadline.
pub(super) fn wait<R>(event: &Event, mut ready: impl FnMut() -> Option<R>) -> R {
    let mut backoff = Backoff::new();
    while !backoff.is_spent() {
        if let Some(value) = ready() {
            return value;
        }
        backoff.wait();
    }
    event.wait(ready)
}

/// What a worker's look at its batcher has found.
pub(super) enum Look<T> {
    Batch(Vec<T>),
    /// What lies there has to leave by another time than the one that was known.
    Deadline(Option<Instant>),
    /// The batcher is closed and empty.
    End,
}

/// Looks until there is a batch, or none will come any more. `look` is told the deadline that is
/// known, and is asked again then, or when `filled` is notified.
pub(super) fn next_batch<T>(
    filled: &Event,
    mut look: impl FnMut(Option<Instant>) -> Option<Look<T>>,
) -> Option<Vec<T>> {
    let mut deadline = None;
    loop {
        match wait_until(filled, deadline, || look(deadline)) {
            Some(Look::Batch(batch)) => return Some(batch),
            Some(Look::Deadline(new)) => deadline = new,
            Some(Look::End) => return None,
            None => {}
        }
    }
}

/// Why an item was not taken at once.
pub(super) enum Refused<T> {
    Full(T),
    Closed(T),
}

/// Pushes an item that found no room, whenever `freed` is notified.
#[cold]
pub(super) fn push<T>(
    freed: &Event,
    item: T,
    mut try_push: impl FnMut(T) -> Result<(), Refused<T>>,
) -> Result<(), PushError<T>> {
    let mut waiting = Some(item);
    wait(freed, || match try_push(waiting.take()?) {
        Ok(()) => Some(Ok(())),
        Err(Refused::Closed(item)) => Some(Err(PushError::Closed(item))),
        Err(Refused::Full(item)) => {
            waiting = Some(item);
            None
        }
    })
}
