//! `batch-channel`: a queue behind a mutex, whose ends move many values at a time.

use std::ops::Range;

use batch_channel::{SyncSender, bounded_sync};

use super::pieces;
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `send_iter` of so many items, `send` of one, and `recv_vec`.
#[derive(Debug)]
pub(crate) struct BatchChannel<const AT_ONCE: usize>;

#[derive(Clone, Debug)]
pub(crate) struct BatchDoor<const AT_ONCE: usize>(SyncSender<u64>);

impl<const AT_ONCE: usize> FanInSubject for BatchChannel<AT_ONCE> {
    type Door = BatchDoor<AT_ONCE>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = bounded_sync(setting.capacity);
        let batch = setting.batch;
        let mut items = Vec::with_capacity(batch);
        let worker = Worker::thread(move || {
            loop {
                receiver.recv_vec(batch, &mut items);
                if items.is_empty() {
                    break;
                }
                sink.many(&items);
            }
        });
        (vec![BatchDoor(sender); setting.producers], worker)
    }
}

impl<const AT_ONCE: usize> Door for BatchDoor<AT_ONCE> {
    fn push(&mut self, item: u64) {
        self.0.send(item).expect("the consumer is there");
    }

    fn burst(&mut self, items: Range<u64>) {
        if AT_ONCE == 1 {
            return items.for_each(|item| self.push(item));
        }
        for piece in pieces(items, AT_ONCE) {
            self.0.send_iter(piece).expect("the consumer is there");
        }
    }
}
