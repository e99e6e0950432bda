//! What is measured: a way from many producers to one consumer.

use std::fmt;
use std::ops::Range;
use std::thread;
use std::time::Duration;

/// How a subject is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// Producers; at least 1.
    pub producers: usize,
    /// The items that a queue of all producers holds.
    pub capacity: usize,
    /// The items that the queue of one producer holds, where each has its own.
    pub lane_capacity: usize,
    /// The items for which it is worth waiting, at the most one batch.
    pub batch: usize,
    /// How long an item waits at most for others.
    pub linger: Duration,
}

impl Setting {
    /// Room for so many items, which queues of one producer each divide between them, but for at
    /// least one batch in each; batches of 1024 items, and a linger of 1 ms.
    pub fn new(producers: usize, room: usize) -> Self {
        let batch = 1024;
        Self {
            producers,
            capacity: room.max(batch),
            lane_capacity: (room / producers.max(1)).max(batch),
            batch,
            linger: Duration::from_millis(1),
        }
    }

    /// The same with batches of so many items, and with room for one at least.
    #[must_use]
    pub fn with_batch(self, batch: usize) -> Self {
        Self {
            batch,
            capacity: self.capacity.max(batch),
            lane_capacity: self.lane_capacity.max(batch),
            ..self
        }
    }
}

/// A fan-in: a queue, a batcher, or a lock around a vector.
pub trait FanInSubject: 'static {
    /// The end of a producer, which is moved to its thread. Dropped, it has nothing more to say.
    type Door: Door;
    /// Whether the items of a producer arrive in the order in which it pushed them.
    const IN_ORDER: bool = true;
    /// The items that a producer hands over together. An item waits for the others.
    const AT_ONCE: usize = 1;
    /// Whether items wait for others to come, as `batch` and `linger` of the setting say.
    const GATHERS: bool = false;

    /// Starts a fan-in that passes everything to `sink`, and returns a door for each producer.
    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker);
}

/// The end of a producer.
pub trait Door: Send + 'static {
    /// Pushes an item, and waits while there is no room.
    fn push(&mut self, item: u64);

    /// Pushes some items in a row. What takes many items at a time is given them here.
    #[inline(always)]
    fn burst(&mut self, items: Range<u64>) {
        for item in items {
            self.push(item);
        }
    }
}

/// A fan-in whose producers are tasks.
pub trait TaskSubject: 'static {
    /// The end of a producer, which is moved to its task.
    type Door: TaskDoor;
    /// Whether the items of a task arrive in the order in which it pushed them.
    const IN_ORDER: bool = true;
    /// Whether items wait for others to come, as `batch` and `linger` of the setting say.
    const GATHERS: bool = false;

    /// Starts a fan-in that passes everything to `sink`, and returns a door for each producer.
    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker);
}

/// The end of a producer that is a task.
pub trait TaskDoor: Send + 'static {
    /// Pushes an item, and suspends the task while there is no room.
    fn push(&mut self, item: u64) -> impl Future<Output = ()> + Send;
}

/// Where items end.
pub trait Sink: Send + 'static {
    /// Takes an item.
    fn one(&mut self, item: u64);

    /// Takes some items, in the order in which they stand.
    fn many(&mut self, items: &[u64]);

    /// Takes a number of items and the sum of all, of a control that hands nothing over.
    fn totals(&mut self, count: u64, sum: u64) {
        let _ = (count, sum);
    }
}

impl Sink for Box<dyn Sink> {
    fn one(&mut self, item: u64) {
        (**self).one(item);
    }

    fn many(&mut self, items: &[u64]) {
        (**self).many(items);
    }

    fn totals(&mut self, count: u64, sum: u64) {
        (**self).totals(count, sum);
    }
}

/// The consumer of a fan-in that runs.
pub struct Worker(Box<dyn FnOnce()>);

impl Worker {
    /// A thread of its own, which ends by itself when all doors are gone and empty.
    ///
    /// # Panics
    /// Where the system has no thread left.
    pub fn thread(consume: impl FnOnce() + Send + 'static) -> Self {
        let builder = thread::Builder::new().name("consumer".to_owned());
        let thread = builder.spawn(consume).expect("a thread for the consumer");
        Self::closing(move || thread.join().expect("the consumer does not panic"))
    }

    /// Something that ends when it is told to.
    pub fn closing(close: impl FnOnce() + 'static) -> Self {
        Self(Box::new(close))
    }

    /// Returns once everything that was pushed is delivered. All doors are gone.
    pub fn finish(self) {
        (self.0)();
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}
