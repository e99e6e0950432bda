//! `kanal`, bounded: a queue behind a spin lock, and a hand-over from stack to stack.

use kanal::{AsyncSender, Sender, bounded};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, TaskDoor, TaskSubject, Worker};

/// `send` and `recv`.
#[derive(Debug)]
pub(crate) struct Kanal;

/// `send` and `drain_into`, with `recv` when there is nothing.
#[derive(Debug)]
pub(crate) struct KanalDrain;

/// The same with tasks that send.
#[derive(Debug)]
pub(crate) struct KanalTasks;

impl FanInSubject for Kanal {
    type Door = Sender<u64>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = bounded(setting.capacity);
        let worker = Worker::thread(move || {
            while let Ok(item) = receiver.recv() {
                sink.one(item);
            }
        });
        (vec![sender; setting.producers], worker)
    }
}

impl FanInSubject for KanalDrain {
    type Door = Sender<u64>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let (sender, receiver) = bounded(setting.capacity);
        let mut items = Vec::with_capacity(setting.capacity);
        let worker = Worker::thread(move || {
            loop {
                match receiver.drain_into(&mut items) {
                    Ok(0) => match receiver.recv() {
                        Ok(item) => sink.one(item),
                        Err(_) => break,
                    },
                    Ok(_) => sink.many(&items),
                    Err(_) => break,
                }
                items.clear();
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

impl TaskSubject for KanalTasks {
    type Door = AsyncSender<u64>;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let (doors, worker) = KanalDrain::start(setting, sink);
        (doors.into_iter().map(Sender::to_async).collect(), worker)
    }
}

impl TaskDoor for AsyncSender<u64> {
    async fn push(&mut self, item: u64) {
        self.send(item).await.expect("the consumer is there");
    }
}
