//! The channel of the standard library without a bound: what takes everything at once, and so has to
//! keep it.

use std::sync::mpsc::{Sender, channel};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `send`, which never waits, and `recv`.
#[derive(Debug)]
pub(crate) struct Unbounded;

#[derive(Debug)]
pub(crate) struct UnboundedDoor(Sender<u64>);

impl FanInSubject for Unbounded {
    type Door = UnboundedDoor;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = channel();
        let doors = (0..setting.producers).map(|_| UnboundedDoor(sender.clone())).collect();
        let worker = Worker::thread(move || receiver.iter().for_each(|item| sink.one(item)));
        (doors, worker)
    }
}

impl Door for UnboundedDoor {
    #[inline]
    fn push(&mut self, item: u64) {
        self.0.send(item).expect("the consumer is there");
    }
}
