//! The handle of a batcher: its shared door, its producers, and its end.

use core::fmt;
use std::time::{Duration, Instant};

use inrush_sync::shim::Arc;
use inrush_sync::shim::lock::Mutex;
use inrush_sync::shim::thread::JoinHandle;

use crate::error::{CloseError, Closing, FlushError, ProducerError, PushError};
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::producer::Producer;
use crate::shared_door::SharedDoor;

/// Many producers to batches: a lane for each, one worker, nothing shared per item.
///
/// ```
/// use std::sync::mpsc;
/// use std::time::Duration;
/// use inrush_batch::{Batch, Batcher};
///
/// let (sums, received) = mpsc::channel();
/// let batcher = Batcher::builder()
///     .batch_size(256)
///     .start(move |batch: &mut Batch<u64>| {
///         let _ = sums.send(batch.iter().sum::<u64>());
///     })?;
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         let mut producer = batcher.producer().expect("there are enough lanes");
///         scope.spawn(move || (1..=1_000).try_for_each(|item| producer.push(item)));
///     }
/// });
/// batcher.push(1)?; // from any thread, without a handle
/// let closing = batcher.close(Duration::from_secs(30))?;
/// assert_eq!(closing.metrics.delivered, 4_001);
/// assert_eq!(received.iter().sum::<u64>(), 4 * 500_500 + 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Dropping it closes it and waits for the rest to be delivered, for as long as
/// [`Builder::close_deadline`](crate::Builder::close_deadline) says; without a worker, it does not
/// wait.
pub struct Batcher<T: Send + 'static> {
    hub: Arc<Hub<T>>,
    door: SharedDoor<T>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    has_workers: bool,
}

impl<T: Send + 'static> Batcher<T> {
    pub(crate) fn new(hub: Arc<Hub<T>>, door: SharedDoor<T>, threads: Vec<JoinHandle<()>>) -> Self {
        let has_workers = !threads.is_empty();
        Self { hub, door, threads: Mutex::new(threads), has_workers }
    }

    /// The shared door, and the lane behind it of this thread.
    pub(crate) fn own_lane(&self) -> (&SharedDoor<T>, usize) {
        (&self.door, self.door.own_lane(&self.hub))
    }

    /// A handle with a lane of its own: the fastest way in.
    ///
    /// # Errors
    ///
    /// As many are in use as [`Builder::producers`](crate::Builder::producers) allows, the batcher is
    /// closed, or there is no memory for another lane.
    pub fn producer(&self) -> Result<Producer<T>, ProducerError> {
        Ok(Producer::new(self.hub.lend()?, Arc::clone(&self.hub)))
    }

    /// Pushes an item from any thread. When there is no room, the policy says what happens.
    ///
    /// # Errors
    ///
    /// The item: under [`WhenFull::Fail`](crate::WhenFull) when the lane is full, under
    /// [`WhenFull::BlockFor`](crate::WhenFull) when it stayed full, when the batcher is closed, and
    /// when this is the worker's own thread and would have to wait for itself.
    #[inline]
    pub fn push(&self, item: T) -> Result<(), PushError<T>> {
        self.door.push(&self.hub, item)
    }

    /// Asks for everything that has been published to be delivered. Does not wait for it.
    pub fn flush(&self) {
        for station in &self.hub.stations {
            station.ask_flush();
        }
    }

    /// Asks for everything that has been published to be delivered, and waits until it has been.
    ///
    /// # Errors
    ///
    /// The time was over first; the call came from inside the callback; or the batcher has ended.
    pub fn flush_wait(&self, timeout: Duration) -> Result<(), FlushError> {
        let deadline = Instant::now().checked_add(timeout);
        let asked: Vec<usize> = self.hub.stations.iter().map(|s| s.ask_flush()).collect();
        if self.hub.is_worker() {
            return Err(FlushError::InCallback);
        }
        for (station, flush) in self.hub.stations.iter().zip(asked) {
            let through = || {
                if station.is_flushed(flush) {
                    return Some(Ok(()));
                }
                station.has_ended().then_some(Err(FlushError::Closed))
            };
            let through = station.progress.wait_until(deadline, through);
            through.unwrap_or(Err(FlushError::TimedOut))?;
        }
        Ok(())
    }

    /// Takes no more items, wakes the pushes that wait with their items back, delivers what has been
    /// published, and waits until that is done. Closing twice is the same as once.
    ///
    /// # Errors
    ///
    /// The time was over first: the worker is told to give up, and is left alone. Or the call came
    /// from inside the callback.
    pub fn close(&self, deadline: Duration) -> Result<Closing, CloseError> {
        let deadline = Instant::now().checked_add(deadline);
        self.hub.close();
        if self.hub.is_worker() {
            return Err(CloseError::InCallback);
        }
        for station in &self.hub.stations {
            station.progress.wait_until(deadline, || station.has_ended().then_some(()));
        }
        if self.hub.has_ended() {
            for thread in self.threads.lock().drain(..) {
                // A worker catches the panics of its callback; whatever else ended it is counted.
                let _ = thread.join();
            }
            return Ok(self.closing());
        }
        for station in &self.hub.stations {
            station.ask_give_up();
        }
        let mut closing = self.closing();
        let counts = &mut closing.metrics;
        let settled = counts.delivered + counts.dropped_oldest + counts.failed;
        counts.abandoned = counts.pushed.saturating_sub(settled);
        Err(CloseError::TimedOut(closing))
    }

    fn closing(&self) -> Closing {
        Closing { metrics: self.hub.metrics(), error: self.hub.take_failure() }
    }

    /// Whether the batcher takes no more items.
    pub fn is_closed(&self) -> bool {
        self.hub.is_closed()
    }

    /// What has been done so far. The counts are taken one after the other while work goes on.
    pub fn metrics(&self) -> Metrics {
        self.hub.metrics()
    }
}

impl<T: Send + 'static> Drop for Batcher<T> {
    fn drop(&mut self) {
        if self.has_workers {
            // Whoever wants to know what became of the rest calls `close`.
            let _ = self.close(self.hub.options.close_deadline);
        } else {
            self.hub.close();
        }
    }
}

impl<T: Send + 'static> fmt::Debug for Batcher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").field("options", &self.hub.options).finish_non_exhaustive()
    }
}
