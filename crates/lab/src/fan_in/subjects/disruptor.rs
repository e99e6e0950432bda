//! `disruptor`: a ring whose places are claimed by a compare-exchange on one cursor.

use std::ops::Range;

use disruptor::{
    BusySpin, MultiProducer, Polling, Producer, SingleConsumerBarrier, build_multi_producer,
};

use super::pieces;
use crate::fan_in::waiting::{Idle, until};
use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// `try_publish` of one item or `try_batch_publish` of many, and `poll` of all there are: `take` looks
/// at all of them too, however few it takes. The crate's own
/// ways to wait only spin; here both sides give the processor away in the end.
#[derive(Debug)]
pub(crate) struct Disruptor<const AT_ONCE: usize>;

pub(crate) struct DisruptorDoor<const AT_ONCE: usize>(MultiProducer<u64, SingleConsumerBarrier>);

impl<const AT_ONCE: usize> FanInSubject for Disruptor<AT_ONCE> {
    type Door = DisruptorDoor<AT_ONCE>;

    fn start<S: Sink>(setting: &Setting, mut sink: S) -> (Vec<Self::Door>, Worker) {
        let builder = build_multi_producer(setting.capacity, || 0, BusySpin);
        let (mut poller, builder) = builder.new_event_poller();
        let producer = builder.build();
        let doors = (0..setting.producers).map(|_| DisruptorDoor(producer.clone())).collect();
        let mut items = Vec::with_capacity(setting.capacity);
        let mut idle = Idle::new();
        let worker = Worker::thread(move || {
            loop {
                match poller.poll() {
                    Ok(mut events) => {
                        items.extend(&mut events);
                        drop(events);
                        sink.many(&items);
                        items.clear();
                        idle.reset();
                    }
                    Err(Polling::NoEvents) => idle.wait(),
                    Err(Polling::Shutdown) => break,
                }
            }
        });
        (doors, worker)
    }
}

impl<const AT_ONCE: usize> Door for DisruptorDoor<AT_ONCE> {
    #[inline]
    fn push(&mut self, item: u64) {
        if self.0.try_publish(|place| *place = item).is_err() {
            until(|| self.0.try_publish(|place| *place = item).is_ok());
        }
    }

    #[inline]
    fn burst(&mut self, items: Range<u64>) {
        if AT_ONCE == 1 {
            return items.for_each(|item| self.push(item));
        }
        for piece in pieces(items, AT_ONCE) {
            let n = (piece.end - piece.start) as usize;
            let mut publish = || {
                let piece = piece.clone();
                let fill = |places| put(places, piece);
                self.0.try_batch_publish(n, fill).is_ok()
            };
            if !publish() {
                until(publish);
            }
        }
    }
}

fn put<'a>(places: impl Iterator<Item = &'a mut u64>, items: Range<u64>) {
    for (place, item) in places.zip(items) {
        *place = item;
    }
}
