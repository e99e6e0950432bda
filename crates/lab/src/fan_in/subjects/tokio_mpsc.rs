//! `tokio::sync::mpsc`, bounded: a list of blocks behind a semaphore.

use tokio::sync::mpsc::{Sender, channel};

use crate::fan_in::{Setting, Sink, TaskDoor, TaskSubject, Worker};

/// `send` from tasks, and `blocking_recv_many` in a thread.
#[derive(Debug)]
pub(crate) struct TokioMpsc;

impl TaskSubject for TokioMpsc {
    type Door = Sender<u64>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, mut receiver) = channel(setting.capacity);
        let batch = setting.batch;
        let worker = Worker::thread(move || {
            let mut items = Vec::with_capacity(batch);
            while receiver.blocking_recv_many(&mut items, batch) > 0 {
                sink.many(&items);
                items.clear();
            }
        });
        (vec![sender; setting.producers], worker)
    }
}

impl TaskDoor for Sender<u64> {
    async fn push(&mut self, item: u64) {
        self.send(item).await.expect("the consumer is there");
    }
}
