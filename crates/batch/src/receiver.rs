//! Batches for those who come for them.

use core::fmt;
use std::time::{Duration, Instant};

use inrush_sync::shim::Arc;

use crate::collector::{Collector, Next};
use crate::hub::Hub;
use crate::station::Station;

/// The batcher is closed, and everything that was taken in has been received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError;

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("batcher is closed and empty")
    }
}

impl std::error::Error for RecvError {}

/// The worker's end of a batcher without a worker; [`Builder::pull`](crate::Builder::pull) makes it.
/// Dropping it closes the batcher.
#[derive(Debug)]
pub struct Receiver<T> {
    hub: Arc<Hub<T>>,
    station: Arc<Station<T>>,
    collector: Collector<T>,
}

impl<T> Receiver<T> {
    pub(crate) fn new(hub: Arc<Hub<T>>, station: Arc<Station<T>>, collector: Collector<T>) -> Self {
        Self { hub, station, collector }
    }

    /// Moves a batch of at most `limit` items to the end of `out` and returns how many there were.
    ///
    /// A batch is due when there are `limit` items or a full batch, when the oldest item has
    /// lingered, after a flush, and when the batcher is closed. Returns 0 when `timeout` is over
    /// first, and for a `limit` of 0.
    ///
    /// # Errors
    ///
    /// The batcher is closed, and everything that was taken in has been received.
    pub fn recv_batch(
        &mut self,
        out: &mut Vec<T>,
        limit: usize,
        timeout: Option<Duration>,
    ) -> Result<usize, RecvError> {
        if limit == 0 {
            return Ok(0);
        }
        self.collector.set_batch_size(limit.min(self.hub.options.batch_size));
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        match self.collector.next(deadline) {
            Next::TimedOut => Ok(0),
            Next::Ended => {
                self.station.end();
                Err(RecvError)
            }
            Next::Batch(cause) => {
                let n = self.collector.take_into(out, limit);
                self.hub.counters.batch_delivered(n as u64, cause);
                Ok(n)
            }
        }
    }
}

/// Batch after batch, each in memory of its own, until the batcher is closed and empty.
///
/// [`recv_batch`](Receiver::recv_batch) uses memory again, and knows limits and timeouts.
impl<T> Iterator for Receiver<T> {
    type Item = Vec<T>;

    fn next(&mut self) -> Option<Vec<T>> {
        let mut batch = Vec::new();
        match self.recv_batch(&mut batch, usize::MAX, None) {
            Ok(_) => Some(batch),
            Err(RecvError) => None,
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.hub.close();
        let n_left = self.collector.give_up();
        self.hub.counters.items_abandoned(n_left as u64);
        self.station.end();
    }
}
