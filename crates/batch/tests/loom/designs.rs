//! The designs that lanes are compared with, without their threads, behind one trait for the models.

use std::time::Duration;

use inrush_batch::comparators::cores::{
    ChannelCore, ChannelSource, MutexCore, MutexSource, Refusal, SlotCore, SlotSource, Source,
    SpinCore, SpinSource,
};
use inrush_batch::{PushError, Setting};
use loom::sync::Arc;
use loom::thread::{self, JoinHandle};

/// A design without its thread.
pub(crate) trait Core: Sized + Send + Sync + 'static {
    type Taker: Source<u32>;

    fn open(setting: Setting) -> (Arc<Self>, Self::Taker);
    fn push(&self, item: u32, is_worker: bool) -> Result<(), PushError<u32>>;
    fn flush(&self);
    fn close(&self);
}

impl Core for SpinCore<u32> {
    type Taker = SpinSource<u32>;

    fn open(setting: Setting) -> (Arc<Self>, Self::Taker) {
        Self::new(setting)
    }

    fn push(&self, item: u32, is_worker: bool) -> Result<(), PushError<u32>> {
        self.push(item, || is_worker)
    }

    fn flush(&self) {
        self.flush();
    }

    fn close(&self) {
        self.close();
    }
}

impl Core for ChannelCore<u32> {
    type Taker = ChannelSource<u32>;

    fn open(setting: Setting) -> (Arc<Self>, Self::Taker) {
        Self::new(setting, 2)
    }

    fn push(&self, item: u32, is_worker: bool) -> Result<(), PushError<u32>> {
        self.push(item, || is_worker)
    }

    fn flush(&self) {
        self.flush();
    }

    fn close(&self) {
        self.close();
    }
}

impl Core for MutexCore<u32> {
    type Taker = MutexSource<u32>;

    fn open(setting: Setting) -> (Arc<Self>, Self::Taker) {
        Self::new(setting)
    }

    fn push(&self, item: u32, is_worker: bool) -> Result<(), PushError<u32>> {
        self.push(item, || is_worker)
    }

    fn flush(&self) {
        self.flush();
    }

    fn close(&self) {
        self.close();
    }
}

impl Core for Slots {
    type Taker = SlotSource<u32, 0>;

    fn open(setting: Setting) -> (Arc<Self>, Self::Taker) {
        Self::new(setting)
    }

    fn push(&self, item: u32, is_worker: bool) -> Result<(), PushError<u32>> {
        let place = match self.try_reserve() {
            Some(place) => Ok(place),
            None if is_worker => self.reserve_as_worker(),
            None => self.reserve(),
        };
        match place {
            Ok(place) => self.commit(place, item).map_err(PushError::Closed),
            Err(Refusal::Closed) => Err(PushError::Closed(item)),
            Err(Refusal::Full) => Err(PushError::InCallback(item)),
        }
    }

    fn flush(&self) {
        self.flush();
    }

    fn close(&self) {
        self.close();
    }
}

pub(crate) type Slots = SlotCore<u32, 0>;

/// Pushes in a thread of its own, and tells how many items were accepted before one was returned.
pub(crate) fn push_all<C: Core>(core: &Arc<C>, items: &'static [u32]) -> JoinHandle<usize> {
    let core = Arc::clone(core);
    thread::spawn(move || {
        let is_accepted = |&item: &u32| match core.push(item, false) {
            Ok(()) => true,
            Err(refused) => {
                assert_eq!(refused, PushError::Closed(item));
                false
            }
        };
        items.iter().take_while(|item| is_accepted(item)).count()
    })
}

/// No batch leaves for its age: a model has no clock.
pub(crate) fn patient(batch_size: usize, batches: usize) -> Setting {
    Setting { batch_size, linger: Duration::MAX, batches }
}

/// Lets another thread look a second time before this one goes on, and so fall asleep: after its
/// first look it gives way.
pub(crate) fn let_sleep() {
    thread::yield_now();
}

/// The next batch, whose memory goes back at once.
pub(crate) fn take(taker: &mut impl Source<u32>) -> Vec<u32> {
    let mut batch = taker.next().expect("the batcher is open");
    let items = batch.drain(..).collect();
    taker.give_back(batch);
    items
}

/// Everything up to the end, in order.
pub(crate) fn take_rest(taker: &mut impl Source<u32>) -> Vec<u32> {
    let mut items = Vec::new();
    while let Some(mut batch) = taker.next() {
        assert!(!batch.is_empty(), "an empty batch");
        items.append(&mut batch);
        taker.give_back(batch);
    }
    items
}
