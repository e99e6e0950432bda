//! Channels whose consumer does something to the items that it must not, each in one way. The gate
//! names them.

use std::fmt;
use std::marker::PhantomData;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// A bounded channel with a consumer that does damage.
pub(crate) struct Damaged<D>(PhantomData<D>);

/// What becomes of items.
pub(crate) trait Damage: 'static {
    /// Passes on what becomes of them.
    fn of(items: Receiver<u64>, sink: impl Sink);
}

pub(crate) struct DamagedDoor(SyncSender<u64>);

impl<D> fmt::Debug for Damaged<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Damaged").finish_non_exhaustive()
    }
}

impl<D: Damage> FanInSubject for Damaged<D> {
    type Door = DamagedDoor;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<DamagedDoor>, Worker) {
        let (sender, receiver) = sync_channel(setting.capacity);
        let doors = (0..setting.producers).map(|_| DamagedDoor(sender.clone())).collect();
        (doors, Worker::thread(move || D::of(receiver, sink)))
    }
}

impl Door for DamagedDoor {
    fn push(&mut self, item: u64) {
        self.0.send(item).expect("the consumer is there");
    }
}

/// Loses every thousandth item.
pub(crate) struct Loses;

impl Damage for Loses {
    fn of(items: Receiver<u64>, mut sink: impl Sink) {
        for (i, item) in items.iter().enumerate() {
            if i % 1000 != 999 {
                sink.one(item);
            }
        }
    }
}

/// Delivers the first item twice.
pub(crate) struct Repeats;

impl Damage for Repeats {
    fn of(items: Receiver<u64>, mut sink: impl Sink) {
        if let Ok(first) = items.recv() {
            sink.many(&[first, first]);
        }
        items.iter().for_each(|item| sink.one(item));
    }
}

/// The items that are held back to be damaged.
const SOME: usize = 500;

/// Delivers the first items in reverse.
pub(crate) struct Reorders;

impl Damage for Reorders {
    fn of(items: Receiver<u64>, mut sink: impl Sink) {
        let mut first: Vec<u64> = items.iter().take(SOME).collect();
        first.reverse();
        sink.many(&first);
        items.iter().for_each(|item| sink.one(item));
    }
}

/// Loses an item and delivers another one twice, so that their number is right.
pub(crate) struct Exchanges;

impl Damage for Exchanges {
    fn of(items: Receiver<u64>, mut sink: impl Sink) {
        let mut first: Vec<u64> = items.iter().take(SOME).collect();
        if first.len() == SOME {
            first[SOME / 2] = first[SOME / 2 + 1];
        }
        sink.many(&first);
        items.iter().for_each(|item| sink.one(item));
    }
}

/// Panics behind the first item.
pub(crate) struct Panics;

impl Damage for Panics {
    fn of(items: Receiver<u64>, _: impl Sink) {
        let first = items.recv();
        panic!("a consumer that is meant to panic, after {first:?}");
    }
}
