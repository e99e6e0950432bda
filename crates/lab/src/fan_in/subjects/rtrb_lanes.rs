//! A ring of `rtrb` for each producer, and a consumer that sweeps over them.

use std::ops::Range;

use rtrb::{Consumer, Producer, PushError, RingBuffer};

use super::pieces;
use crate::fan_in::sweep::{Lane, sweep};
use crate::fan_in::waiting::until;
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `push` of one item or a chunk of many, and a chunk of all there are.
#[derive(Debug)]
pub(crate) struct RtrbLanes<const AT_ONCE: usize>;

#[derive(Debug)]
pub(crate) struct RtrbDoor<const AT_ONCE: usize>(Producer<u64>);

impl<const AT_ONCE: usize> FanInSubject for RtrbLanes<AT_ONCE> {
    type Door = RtrbDoor<AT_ONCE>;
    const AT_ONCE: usize = AT_ONCE;
    const GATHERS: bool = true;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let rings = (0..setting.producers).map(|_| RingBuffer::new(setting.lane_capacity));
        let (doors, lanes): (_, Vec<Consumer<u64>>) =
            rings.map(|(producer, consumer)| (RtrbDoor(producer), consumer)).unzip();
        let setting = *setting;
        (doors, Worker::thread(move || sweep(lanes, &setting, sink)))
    }
}

impl<const AT_ONCE: usize> Door for RtrbDoor<AT_ONCE> {
    #[inline]
    fn push(&mut self, item: u64) {
        if let Err(PushError::Full(item)) = self.0.push(item) {
            until(|| self.0.push(item).is_ok());
        }
    }

    #[inline]
    fn burst(&mut self, items: Range<u64>) {
        if AT_ONCE == 1 {
            return items.for_each(|item| self.push(item));
        }
        for piece in pieces(items, AT_ONCE) {
            let n = (piece.end - piece.start) as usize;
            let mut write = || match self.0.write_chunk_uninit(n) {
                Ok(chunk) => chunk.fill_from_iter(piece.clone()) == n,
                Err(_) => false,
            };
            if !write() {
                until(write);
            }
        }
    }
}

impl Lane for Consumer<u64> {
    fn available(&mut self) -> usize {
        self.slots()
    }

    fn drain<S: Sink>(&mut self, n: usize, sink: &mut S) {
        let chunk = self.read_chunk(n).expect("so many were available");
        let (first, second) = chunk.as_slices();
        sink.many(first);
        sink.many(second);
        chunk.commit_all();
    }

    fn is_abandoned(&self) -> bool {
        Consumer::is_abandoned(self)
    }
}
