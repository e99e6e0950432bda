//! `thingbuf`, blocking: a ring whose slots are used again.

use thingbuf::mpsc::blocking::{Sender, channel};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `send` and `recv`.
#[derive(Debug)]
pub(crate) struct ThingBuf;

impl FanInSubject for ThingBuf {
    type Door = Sender<u64>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = channel(setting.capacity);
        let worker = Worker::thread(move || {
            while let Some(item) = receiver.recv() {
                sink.one(item);
            }
        });
        (vec![sender; setting.producers], worker)
    }
}

impl Door for Sender<u64> {
    #[inline]
    fn push(&mut self, item: u64) {
        self.send(item).expect("the consumer is there");
    }
}
