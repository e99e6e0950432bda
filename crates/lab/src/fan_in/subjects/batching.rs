//! What implements `Batching`: a batcher with a worker of its own, and a push from any thread.

use std::marker::PhantomData;
use std::mem;
use std::sync::Arc;

use inrush_batch::{Batching, Setting as Start};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// A batcher that all producers share. Its consumer gives the buffers back, or keeps them, so that
/// each batch needs a new one.
#[derive(Debug)]
pub struct AnyBatcher<B, const KEEPS: bool = false>(PhantomData<B>);

/// A share in it.
#[derive(Debug)]
pub struct BatcherDoor<B>(Arc<B>);

impl<B: Batching<u64>, const KEEPS: bool> FanInSubject for AnyBatcher<B, KEEPS> {
    type Door = BatcherDoor<B>;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let batches = (setting.capacity / setting.batch).max(2);
        let start = Start { batch_size: setting.batch, linger: setting.linger, batches };
        let deliver = move |batch: &mut Vec<u64>| {
            sink.many(batch);
            if KEEPS {
                drop(mem::take(batch));
            }
            batch.clear();
        };
        let batcher = Arc::new(B::start(start, deliver));
        let doors = (0..setting.producers).map(|_| BatcherDoor(Arc::clone(&batcher))).collect();
        let close = move || {
            batcher.close();
        };
        (doors, Worker::closing(close))
    }
}

impl<B: Batching<u64>> Door for BatcherDoor<B> {
    #[inline]
    fn push(&mut self, item: u64) {
        let is_open = self.0.push(item).is_ok();
        assert!(is_open, "the batcher is open");
    }
}
