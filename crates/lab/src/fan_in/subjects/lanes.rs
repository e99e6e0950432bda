//! A lane of `inrush-sync` for each producer, and a consumer that sweeps over them.

use inrush_sync::{LaneReceiver, LaneSender, PushError, Shape, lane};

use crate::fan_in::sweep::{Lane, sweep};
use crate::fan_in::waiting::until;
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// A publication for so many items.
#[derive(Debug)]
pub(crate) struct Lanes<const EVERY: usize>;

/// The blocks of a lane.
const BLOCKS: usize = 4;

#[derive(Debug)]
pub(crate) struct LaneDoor(LaneSender<u64>);

/// The receiving end, and a buffer for what comes out of it.
#[derive(Debug)]
pub(crate) struct LaneEnd {
    receiver: LaneReceiver<u64>,
    items: Vec<u64>,
}

impl<const EVERY: usize> FanInSubject for Lanes<EVERY> {
    type Door = LaneDoor;
    const AT_ONCE: usize = EVERY;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let shape = Shape { blocks: BLOCKS, block_items: setting.lane_capacity / BLOCKS };
        let pairs = (0..setting.producers).map(|_| lane(shape));
        let items = || Vec::with_capacity(setting.lane_capacity);
        let (doors, ends): (_, Vec<LaneEnd>) = pairs
            .map(|(sender, receiver)| {
                (LaneDoor(sender.publish_every(EVERY)), LaneEnd { receiver, items: items() })
            })
            .unzip();
        let setting = *setting;
        (doors, Worker::thread(move || sweep(ends, &setting, sink)))
    }
}

impl Door for LaneDoor {
    #[inline(always)]
    fn push(&mut self, item: u64) {
        if let Err(PushError::Full(item)) = self.0.push(item) {
            until(|| self.0.push(item).is_ok());
        }
    }
}

impl Lane for LaneEnd {
    fn available(&mut self) -> usize {
        self.receiver.available()
    }

    fn drain<S: Sink>(&mut self, n: usize, sink: &mut S) {
        self.receiver.drain_into(&mut self.items, n);
        sink.many(&self.items);
        self.items.clear();
    }

    fn is_abandoned(&self) -> bool {
        self.receiver.is_abandoned()
    }
}
