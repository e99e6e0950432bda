//! The buffer that producers are filling. Whoever holds one holds the lock around it.

use std::time::{Duration, Instant};

/// A place for one buffer, and the time by which what is in it has to leave.
#[derive(Debug)]
pub(super) struct Filling<T> {
    buffer: Option<Vec<T>>,
    /// When the oldest item has waited long enough; none for an empty buffer, or for ever.
    deadline: Option<Instant>,
    batch_size: usize,
    linger: Duration,
}

/// What putting an item in has led to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put<T> {
    /// It is the first item, and the clock runs for it.
    First,
    /// It has joined others.
    Next,
    /// It was the last one to fit. The place is without a buffer now.
    Full(Vec<T>),
}

impl<T> Filling<T> {
    /// A place with an empty buffer.
    pub(super) fn new(batch_size: usize, linger: Duration) -> Self {
        let buffer = Some(Vec::with_capacity(batch_size));
        Self { buffer, deadline: None, batch_size, linger }
    }

    /// Puts an item in, or returns it where there is no buffer.
    #[inline]
    pub(super) fn put(&mut self, item: T) -> Result<Put<T>, T> {
        let Some(buffer) = &mut self.buffer else { return Err(item) };
        buffer.push(item);
        if buffer.len() == self.batch_size {
            self.deadline = None;
            return Ok(self.buffer.take().map_or(Put::Next, Put::Full));
        }
        if buffer.len() > 1 {
            return Ok(Put::Next);
        }
        self.deadline = Instant::now().checked_add(self.linger);
        Ok(Put::First)
    }

    /// Brings an empty buffer to a place that has none.
    pub(super) fn supply(&mut self, buffer: Vec<T>) {
        debug_assert!(self.buffer.is_none(), "a buffer in the place of another");
        self.buffer = Some(buffer);
    }

    /// Whether there is a buffer.
    pub(super) fn has_buffer(&self) -> bool {
        self.buffer.is_some()
    }

    /// Takes the buffer, unless it is empty.
    pub(super) fn take(&mut self) -> Option<Vec<T>> {
        self.deadline = None;
        self.buffer.take_if(|buffer| !buffer.is_empty())
    }

    /// Takes the buffer if its time has come.
    pub(super) fn take_due(&mut self) -> Option<Vec<T>> {
        let deadline = self.deadline?;
        if deadline <= Instant::now() { self.take() } else { None }
    }

    /// When the buffer will be due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}

#[cfg(test)]
mod tests {
    use super::{Filling, Put};
    use std::time::Duration;

    #[test]
    fn the_clock_starts_with_the_first_item_and_stops_with_the_last() {
        let mut filling = Filling::new(2, Duration::ZERO);
        assert_eq!((filling.take_due(), filling.deadline()), (None, None));
        assert_eq!(filling.put(1), Ok(Put::First));
        assert!(filling.deadline().is_some());
        assert_eq!(filling.put(2), Ok(Put::Full(vec![1, 2])));
        assert_eq!((filling.deadline(), filling.put(3)), (None, Err(3)));
    }

    #[test]
    fn an_empty_buffer_is_never_taken() {
        let mut filling = Filling::new(2, Duration::ZERO);
        assert_eq!(filling.take(), None);
        assert_eq!(filling.put(1), Ok(Put::First));
        assert_eq!(filling.take_due(), Some(vec![1]));
        assert!(!filling.has_buffer());
        filling.supply(Vec::new());
        assert!(filling.has_buffer());
    }

    #[test]
    fn a_linger_beyond_the_clock_is_for_ever() {
        let mut filling = Filling::new(2, Duration::MAX);
        assert_eq!(filling.put(1), Ok(Put::First));
        assert_eq!((filling.deadline(), filling.take_due()), (None, None));
    }
}
