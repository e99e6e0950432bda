//! The thread that hands batches to the callback.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use inrush_sync::shim::Arc;

use crate::batch::{Batch, Cause};
use crate::collector::{Collector, Next};
use crate::error::DeliverError;
use crate::hub::Hub;
use crate::on_error::OnError;
use crate::station::Station;

/// What a callback returns.
pub(crate) type Delivered = Result<(), Box<dyn std::error::Error + Send + Sync>>;

pub(crate) struct Worker<T, F> {
    pub(crate) hub: Arc<Hub<T>>,
    pub(crate) station: Arc<Station<T>>,
    pub(crate) collector: Collector<T>,
    pub(crate) deliver: F,
    pub(crate) on_error: OnError<T>,
}

/// Ends the station even when the worker unwinds, so that nobody waits for it in vain.
struct Ending<'a, T>(&'a Station<T>);

impl<T> Drop for Ending<'_, T> {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl<T, F: FnMut(&mut Batch<T>) -> Delivered> Worker<T, F> {
    /// Delivers batches until the batcher is closed and empty.
    pub(crate) fn run(mut self) {
        let station = Arc::clone(&self.station);
        let _ending = Ending(&station);
        station.sit_down();
        while !station.gives_up() {
            match self.collector.next(None) {
                Next::Batch(cause) => self.hand_over(cause),
                Next::TimedOut => {}
                Next::Ended => return,
            }
        }
        let n_left = self.collector.give_up();
        self.hub.counters.items_abandoned(n_left as u64);
    }

    fn hand_over(&mut self, cause: Cause) {
        let items = core::mem::take(&mut self.collector.items);
        let capacity = items.capacity();
        let mut batch = Batch { items, cause, attempt: 0 };
        while let Err(error) = self.attempt(&mut batch) {
            if !self.pause_before_retry(&batch) {
                self.give_to_policy(&mut batch, error);
                break;
            }
        }
        let mut items = batch.items;
        items.reserve_exact(capacity);
        self.collector.items = items;
    }

    /// Calls the callback once, and counts what it took.
    fn attempt(&mut self, batch: &mut Batch<T>) -> Result<(), DeliverError> {
        batch.attempt += 1;
        let n_before = batch.items.len();
        let deliver = &mut self.deliver;
        // What a panic leaves behind in the callback is the callback's own affair; the batch is a
        // vector and stays one.
        let delivered = catch_unwind(AssertUnwindSafe(|| {
            let delivered = deliver(batch);
            if delivered.is_ok() {
                batch.items.clear();
            }
            delivered
        }));
        let n_taken = n_before - batch.items.len().min(n_before);
        let counters = &self.hub.counters;
        match delivered {
            Ok(Ok(())) => {
                counters.batch_delivered(n_before as u64, batch.cause);
                Ok(())
            }
            Ok(Err(error)) => {
                counters.items_delivered(n_taken as u64);
                Err(DeliverError::Failed(error))
            }
            Err(panic) => {
                counters.items_delivered(n_taken as u64);
                Err(DeliverError::Panicked(message(&*panic)))
            }
        }
    }

    /// Waits for the next attempt, or returns false when there is none.
    fn pause_before_retry(&self, batch: &Batch<T>) -> bool {
        let OnError::Retry { attempts, pause, .. } = &self.on_error else { return false };
        if batch.attempt >= *attempts || batch.items.is_empty() {
            return false;
        }
        let doubled = 1_u32.checked_shl(batch.attempt - 1).unwrap_or(u32::MAX);
        self.station.pause(pause.saturating_mul(doubled).min(LONGEST_PAUSE));
        !self.station.gives_up()
    }

    fn give_to_policy(&mut self, batch: &mut Batch<T>, error: DeliverError) {
        self.hub.counters.items_failed(batch.items.len() as u64);
        let mut policy = &mut self.on_error;
        while let OnError::Retry { then, .. } = policy {
            policy = &mut **then;
        }
        match policy {
            OnError::HandTo(take) => {
                // A panic in there has nobody left to go to.
                let _ = catch_unwind(AssertUnwindSafe(|| take(batch, &error)));
            }
            OnError::Stop | OnError::Retry { .. } => self.hub.fail(error),
        }
        let _ = catch_unwind(AssertUnwindSafe(|| batch.items.clear()));
    }
}

const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a value that is not a text".to_owned())
}

impl<T> Station<T> {
    /// Waits that long, unless the worker is to give up.
    fn pause(&self, pause: Duration) {
        let deadline = Instant::now().checked_add(pause);
        self.progress.wait_until(deadline, || self.gives_up().then_some(()));
    }
}
