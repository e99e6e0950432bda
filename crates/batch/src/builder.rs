//! Setting up a batcher.

use std::marker::PhantomData;
use std::time::Duration;

use inrush_sync::shim::Arc;
use inrush_sync::shim::thread;

use crate::batch::Batch;
use crate::batcher::Batcher;
use crate::collector::Collector;
use crate::hub::Hub;
use crate::on_error::OnError;
use crate::options::{BuildError, Options, Order, Wait, WhenFull};
use crate::receiver::Receiver;
use crate::shared_door::SharedDoor;
use crate::worker::{Delivered, Worker};

/// The settings of a [`Batcher`], each with a default that suits.
#[derive(Clone, Debug)]
pub struct Builder<T> {
    options: Options,
    item: PhantomData<fn(T)>,
}

impl<T: Send + 'static> Batcher<T> {
    /// The settings to start from.
    pub fn builder() -> Builder<T> {
        Builder { options: Options::default(), item: PhantomData }
    }
}

impl<T: Send + 'static> Builder<T> {
    /// The most items in a batch; 1,024 unless set.
    #[must_use]
    pub fn batch_size(mut self, items: usize) -> Self {
        self.options.batch_size = items;
        self
    }

    /// How long an item waits at most for its batch to fill, counted from its publication; 1 ms
    /// unless set. Zero delivers whatever there is as soon as the worker sees it. None waits for
    /// ever: batches then leave full, after a flush, or at the end.
    #[must_use]
    pub fn linger(mut self, linger: impl Into<Option<Duration>>) -> Self {
        self.options.linger = linger.into();
        self
    }

    /// The items that the lane of a producer holds, rounded up to a power of two; four batches unless set. A
    /// producer that is so far ahead of the worker finds its lane full. It may be less than a batch.
    #[must_use]
    pub fn queue(mut self, items: usize) -> Self {
        self.options.queue = Some(items);
        self
    }

    /// The items that one lane behind [`Batcher::push`] holds, rounded up to a power of two; 16
    /// batches unless set.
    #[must_use]
    pub fn shared_queue(mut self, items: usize) -> Self {
        self.options.shared_queue = Some(items);
        self
    }

    /// The most [`Producer`](crate::Producer)s at one time; 4,096 unless set. Their lanes are
    /// allocated as they are first needed, and used again.
    #[must_use]
    pub fn producers(mut self, producers: usize) -> Self {
        self.options.producers = producers;
        self
    }

    /// The most lanes behind [`Batcher::push`], rounded up to a power of two. Unless set, as many as
    /// fit into 128 MiB, 1,024 at most and 16 at least. Each is allocated when the first thread needs
    /// it. A thread has one to itself as long as there are not more threads than lanes, counting all
    /// that the process has had.
    #[must_use]
    pub fn shared_lanes(mut self, lanes: usize) -> Self {
        self.options.shared_lanes = Some(lanes);
        self
    }

    /// What [`Batcher::push`] promises about the order of items.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.options.order = order;
        self
    }

    /// What a push does when its lane is full; it waits unless set.
    #[must_use]
    pub fn when_full(mut self, policy: WhenFull) -> Self {
        self.options.when_full = policy;
        self
    }

    /// How the worker waits for items; it parks unless set.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.options.wait = wait;
        self
    }

    /// How long a drop of the batcher waits for the worker to deliver the rest; 30 s unless set.
    #[must_use]
    pub fn close_deadline(mut self, deadline: Duration) -> Self {
        self.options.close_deadline = deadline;
        self
    }

    /// Starts a worker that hands every batch to `deliver`, which cannot fail. If it panics, the
    /// batcher stops with that error.
    ///
    /// # Errors
    ///
    /// A count of 0, a batch or a lane beyond memory, and a thread that the system refuses.
    pub fn start(
        self,
        deliver: impl FnMut(&mut Batch<T>) + Send + 'static,
    ) -> Result<Batcher<T>, BuildError> {
        let mut deliver = deliver;
        let infallible = move |batch: &mut Batch<T>| {
            deliver(batch);
            Ok::<(), std::convert::Infallible>(())
        };
        self.try_start(infallible, OnError::Stop)
    }

    /// Starts a worker that hands every batch to `deliver`; after an error `on_error` says what
    /// becomes of the batch.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn try_start<E>(
        self,
        deliver: impl FnMut(&mut Batch<T>) -> Result<(), E> + Send + 'static,
        on_error: OnError<T>,
    ) -> Result<Batcher<T>, BuildError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut only = Some((deliver, on_error));
        self.start_workers(1, |_| match only.take() {
            Some(worker) => worker,
            None => unreachable!("one worker was asked for"),
        })
    }

    /// Starts several workers, each with the callback and the error policy that `make` returns for
    /// its number. Every lane belongs to one of them, so that the order of each producer holds.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_workers<E, F>(
        self,
        n_workers: usize,
        mut make: impl FnMut(usize) -> (F, OnError<T>),
    ) -> Result<Batcher<T>, BuildError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
        F: FnMut(&mut Batch<T>) -> Result<(), E> + Send + 'static,
    {
        if n_workers == 0 {
            return Err(BuildError::Zero("the number of workers"));
        }
        let (hub, door) = self.build(n_workers)?;
        let mut threads = Vec::new();
        for (number, station) in hub.stations.iter().enumerate() {
            let (mut deliver, on_error) = make(number);
            let worker = Worker {
                hub: Arc::clone(&hub),
                station: Arc::clone(station),
                collector: collector(&hub, number)?,
                deliver: move |batch: &mut Batch<T>| -> Delivered {
                    deliver(batch).map_err(Into::into)
                },
                on_error,
            };
            let name = format!("inrush-batch-{number}");
            let thread = thread::Builder::new().name(name).spawn(move || worker.run());
            match thread {
                Ok(thread) => threads.push(thread),
                Err(error) => {
                    hub.close();
                    return Err(BuildError::Spawn(error));
                }
            }
        }
        Ok(Batcher::new(hub, door, threads))
    }

    /// Builds a batcher without a worker: whoever has the [`Receiver`] comes for the batches.
    ///
    /// # Errors
    ///
    /// A count of 0, and a batch or a lane beyond memory.
    pub fn pull(self) -> Result<(Batcher<T>, Receiver<T>), BuildError> {
        let (hub, door) = self.build(1)?;
        let receiver =
            Receiver::new(Arc::clone(&hub), Arc::clone(&hub.stations[0]), collector(&hub, 0)?);
        Ok((Batcher::new(hub, door, Vec::new()), receiver))
    }

    fn build(self, n_workers: usize) -> Result<(Arc<Hub<T>>, SharedDoor<T>), BuildError> {
        self.options.check()?;
        let shapes = [self.options.shape(), self.options.shared_shape()];
        if shapes.iter().any(|shape| shape.capacity().is_none()) {
            return Err(BuildError::TooLarge("a lane"));
        }
        let hub = Hub::new(self.options, n_workers);
        let door = SharedDoor::new(&hub).ok_or(BuildError::TooLarge("a lane"))?;
        Ok((Arc::new(hub), door))
    }
}

fn collector<T>(hub: &Hub<T>, number: usize) -> Result<Collector<T>, BuildError> {
    let station = Arc::clone(&hub.stations[number]);
    Collector::new(station, &hub.options).ok_or(BuildError::TooLarge("a batch"))
}
