//! `flume`, bounded: a queue behind a lock.

use flume::{Sender, bounded};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, TaskDoor, TaskSubject, Worker};

/// `send` and `iter` of the bounded channel.
#[derive(Debug)]
pub(crate) struct Flume;

/// `send_async` from tasks.
#[derive(Debug)]
pub(crate) struct FlumeTasks;

impl FanInSubject for Flume {
    type Door = Sender<u64>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = bounded(setting.capacity);
        let worker = Worker::thread(move || receiver.iter().for_each(|item| sink.one(item)));
        (vec![sender; setting.producers], worker)
    }
}

impl Door for Sender<u64> {
    #[inline]
    fn push(&mut self, item: u64) {
        self.send(item).expect("the consumer is there");
    }
}

impl TaskSubject for FlumeTasks {
    type Door = Sender<u64>;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        Flume::start(setting, sink)
    }
}

impl TaskDoor for Sender<u64> {
    async fn push(&mut self, item: u64) {
        self.send_async(item).await.expect("the consumer is there");
    }
}
