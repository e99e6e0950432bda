//! What the doors, the workers and the handle of a batcher share.

use inrush_sync::shim::Arc;
use inrush_sync::shim::atomic::{AtomicBool, Ordering::Relaxed};
use inrush_sync::shim::lock::Mutex;
use inrush_sync::{LaneWatch, Shape, try_lane};

use crate::error::{DeliverError, ProducerError};
use crate::inlet::Inlet;
use crate::metrics::{Counters, Metrics};
use crate::options::Options;
use crate::station::Station;

/// The middle of a batcher.
///
/// Lanes are made when the first handle needs them and never thrown away: a handle that is dropped
/// gives its inlet back for the next one.
#[derive(Debug)]
pub(crate) struct Hub<T> {
    pub(crate) options: Options,
    pub(crate) stations: Vec<Arc<Station<T>>>,
    pub(crate) counters: Counters,
    inlets: Mutex<Inlets<T>>,
    is_closed: AtomicBool,
    failure: Mutex<Option<DeliverError>>,
}

#[derive(Debug)]
struct Inlets<T> {
    spare: Vec<Inlet<T>>,
    n_in_use: usize,
    /// One for each lane there is.
    watches: Vec<LaneWatch<T>>,
}

impl<T> Hub<T> {
    pub(crate) fn new(options: Options, n_workers: usize) -> Self {
        let inlets = Inlets { spare: Vec::new(), n_in_use: 0, watches: Vec::new() };
        Self {
            stations: (0..n_workers).map(|_| Arc::new(Station::new())).collect(),
            options,
            counters: Counters::new(),
            inlets: Mutex::new(inlets),
            is_closed: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// An inlet for a new handle, of which there may be only so many.
    pub(crate) fn lend(&self) -> Result<Inlet<T>, ProducerError> {
        let mut inlets = self.inlets.lock();
        if self.is_closed() {
            return Err(ProducerError::Closed);
        }
        let producers = self.options.producers;
        if inlets.n_in_use == producers {
            return Err(ProducerError::TooMany { producers });
        }
        let inlet = match inlets.spare.pop() {
            Some(inlet) => inlet,
            None => {
                self.make(&mut inlets, self.options.shape()).ok_or(ProducerError::OutOfMemory)?
            }
        };
        inlets.n_in_use += 1;
        Ok(inlet)
    }

    /// Takes an inlet back, empty or not.
    pub(crate) fn give_back(&self, inlet: Inlet<T>) {
        let mut inlets = self.inlets.lock();
        inlets.n_in_use -= 1;
        inlets.spare.push(inlet);
    }

    /// An inlet that is never given back, beside those of the handles. It is closed where the batcher
    /// is.
    pub(crate) fn make_shared(&self) -> Option<Inlet<T>> {
        self.make(&mut self.inlets.lock(), self.options.shared_shape())
    }

    /// Makes a lane, for one worker after the other.
    fn make(&self, inlets: &mut Inlets<T>, shape: Shape) -> Option<Inlet<T>> {
        let (lane, receiver) = try_lane(shape)?;
        let watch = receiver.watch();
        let station = &self.stations[inlets.watches.len() % self.stations.len()];
        inlets.watches.push(watch.clone());
        // A worker that has ended takes no lane; dropped, the receiver closes it.
        let number = if self.is_closed() { usize::MAX } else { station.attach(receiver) };
        Some(Inlet { lane, watch, station: Arc::clone(station), number, scrap: Vec::new() })
    }

    /// Takes nothing in any more, and tells the workers.
    pub(crate) fn close(&self) {
        // The lock keeps a lane from being made while the batcher closes.
        let inlets = self.inlets.lock();
        // ORDERING: Relaxed: set under the lock of the inlets, under which it is decided on.
        self.is_closed.store(true, Relaxed);
        // A worker that is in its callback cannot do it.
        for watch in &inlets.watches {
            watch.close();
        }
        drop(inlets);
        for station in &self.stations {
            station.ask_close();
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        // ORDERING: Relaxed: a flag without data.
        self.is_closed.load(Relaxed)
    }

    /// Ends everything because of an error; the first one is kept.
    pub(crate) fn fail(&self, error: DeliverError) {
        self.failure.lock().get_or_insert(error);
        self.close();
        for station in &self.stations {
            station.ask_give_up();
        }
    }

    pub(crate) fn take_failure(&self) -> Option<DeliverError> {
        self.failure.lock().take()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.stations.iter().all(|station| station.has_ended())
    }

    /// Whether this thread is one of the workers.
    pub(crate) fn is_worker(&self) -> bool {
        self.stations.iter().any(|station| station.is_worker())
    }

    pub(crate) fn metrics(&self) -> Metrics {
        let published =
            self.inlets.lock().watches.iter().map(|watch| watch.published() as u64).sum();
        self.counters.metrics(published)
    }
}
