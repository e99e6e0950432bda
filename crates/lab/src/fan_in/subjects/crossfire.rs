//! `crossfire`, bounded and blocking: a ring after crossbeam's with fewer consumers to care for.

use crossfire::mpsc::Array;
use crossfire::{MTx, detect_backoff_cfg, mpsc};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `send` and `recv`, with the back-off that the crate finds fit for the machine.
#[derive(Debug)]
pub(crate) struct Crossfire;

impl FanInSubject for Crossfire {
    type Door = MTx<Array<u64>>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        detect_backoff_cfg();
        let (sender, receiver) = mpsc::bounded_blocking(setting.capacity);
        let worker = Worker::thread(move || {
            while let Ok(item) = receiver.recv() {
                sink.one(item);
            }
        });
        (vec![sender; setting.producers], worker)
    }
}

impl Door for MTx<Array<u64>> {
    #[inline]
    fn push(&mut self, item: u64) {
        self.send(item).expect("the consumer is there");
    }
}
