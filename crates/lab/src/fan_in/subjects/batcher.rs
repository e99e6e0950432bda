//! Our batcher, through a lane for each producer and through the door that all share.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use inrush_batch::{Batch, Batcher, Builder, Producer, Wait};

use super::pieces;
use crate::fan_in::{Door, FanInSubject, Setting, Sink, TaskDoor, TaskSubject, Worker};

/// A producer's lane of its own, with a publication for so many items, and a worker that looks for
/// them all the time or may sleep.
#[derive(Debug)]
pub(crate) struct OwnLane<const SPINS: bool, const EVERY: usize>;

#[derive(Debug)]
pub(crate) struct OwnDoor(Producer<u64>);

/// The same with so many items in a call.
#[derive(Debug)]
pub(crate) struct OwnLaneMany<const AT_ONCE: usize>;

#[derive(Debug)]
pub(crate) struct ManyDoor<const AT_ONCE: usize>(Producer<u64>);

/// One batcher that all threads push through without a handle.
#[derive(Debug)]
pub(crate) struct SharedDoor;

#[derive(Debug)]
pub(crate) struct SharedHandle(Arc<Batcher<u64>>);

/// A lane for each task.
#[derive(Debug)]
pub(crate) struct OwnLaneOfTask;

/// How long the end of a cell may take: as long as the cell's own limit, and no longer.
const LONG: Duration = Duration::from_secs(600);

fn builder(setting: &Setting) -> Builder<u64> {
    Batcher::builder().batch_size(setting.batch).linger(setting.linger)
}

fn start(builder: Builder<u64>, mut sink: impl Sink) -> Arc<Batcher<u64>> {
    let batcher = builder.start(move |batch: &mut Batch<u64>| sink.many(batch));
    Arc::new(batcher.expect("a batcher that fits into memory, and a thread"))
}

fn closing(batcher: Arc<Batcher<u64>>) -> Worker {
    Worker::closing(move || drop(batcher.close(LONG).expect("the consumer comes to an end")))
}

impl<const SPINS: bool, const EVERY: usize> FanInSubject for OwnLane<SPINS, EVERY> {
    type Door = OwnDoor;
    const AT_ONCE: usize = EVERY;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let wait = if SPINS { Wait::Spin } else { Wait::Park };
        let builder = builder(setting).queue(setting.lane_capacity).wait(wait);
        let batcher = start(builder.producers(setting.producers), sink);
        let producer = || batcher.producer().expect("a lane for each").publish_every(EVERY);
        let doors = (0..setting.producers).map(|_| OwnDoor(producer())).collect();
        (doors, closing(batcher))
    }
}

impl Door for OwnDoor {
    #[inline(always)]
    fn push(&mut self, item: u64) {
        let is_in = self.0.push(item).is_ok();
        assert!(is_in, "the batcher is open");
    }
}

impl<const AT_ONCE: usize> FanInSubject for OwnLaneMany<AT_ONCE> {
    type Door = ManyDoor<AT_ONCE>;
    const AT_ONCE: usize = AT_ONCE;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let (doors, worker) = OwnLane::<false, 1>::start(setting, sink);
        (doors.into_iter().map(|door| ManyDoor(door.0)).collect(), worker)
    }
}

impl<const AT_ONCE: usize> Door for ManyDoor<AT_ONCE> {
    fn push(&mut self, item: u64) {
        let is_in = self.0.push(item).is_ok();
        assert!(is_in, "the batcher is open");
    }

    #[inline]
    fn burst(&mut self, items: Range<u64>) {
        for piece in pieces(items, AT_ONCE) {
            let are_in = self.0.push_many(piece).is_ok();
            assert!(are_in, "the batcher is open");
        }
    }
}

impl FanInSubject for SharedDoor {
    type Door = SharedHandle;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let batcher = start(builder(setting), sink);
        let doors = (0..setting.producers).map(|_| SharedHandle(Arc::clone(&batcher))).collect();
        (doors, closing(batcher))
    }
}

impl Door for SharedHandle {
    #[inline(always)]
    fn push(&mut self, item: u64) {
        let is_in = self.0.push(item).is_ok();
        assert!(is_in, "the batcher is open");
    }
}

impl TaskSubject for OwnLaneOfTask {
    type Door = OwnDoor;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        OwnLane::<false, 1>::start(setting, sink)
    }
}

impl TaskDoor for OwnDoor {
    async fn push(&mut self, item: u64) {
        let is_in = self.0.push_async(item).await.is_ok();
        assert!(is_in, "the batcher is open");
    }
}

impl TaskSubject for SharedDoor {
    type Door = SharedHandle;
    /// A lane belongs to a thread, and a task moves from one to another.
    const IN_ORDER: bool = false;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        <Self as FanInSubject>::start(setting, sink)
    }
}

impl TaskDoor for SharedHandle {
    async fn push(&mut self, item: u64) {
        let is_in = self.0.push_async(item).await.is_ok();
        assert!(is_in, "the batcher is open");
    }
}
