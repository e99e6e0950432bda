//! `std::sync::mpsc::sync_channel`.

use std::sync::mpsc::{SyncSender, sync_channel};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `send` and `iter` of the bounded channel.
#[derive(Debug)]
pub(crate) struct StdSync;

impl FanInSubject for StdSync {
    type Door = SyncSender<u64>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = sync_channel(setting.capacity);
        let worker = Worker::thread(move || receiver.iter().for_each(|item| sink.one(item)));
        (vec![sender; setting.producers], worker)
    }
}

impl Door for SyncSender<u64> {
    #[inline]
    fn push(&mut self, item: u64) {
        self.send(item).expect("the consumer is there");
    }
}
