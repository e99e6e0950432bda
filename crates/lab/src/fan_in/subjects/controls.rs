//! Controls: they hand nothing over, and show what the loop around a push costs, and what a
//! read-modify-write for each item would.

use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use inrush_sync::Padded;
use parking_lot::Mutex;

use crate::fan_in::{Door, FanInSubject, Setting, Sink, Worker};

/// A sum of each producer's own.
#[derive(Debug)]
pub(crate) struct OwnSum;

/// An atomic of each producer's own, on a cache line of its own.
#[derive(Debug)]
pub(crate) struct OwnAtomic;

/// One atomic for all.
#[derive(Debug)]
pub(crate) struct OneAtomic;

/// The consumer called by the producer itself, behind a lock: what measuring a delay costs by itself.
#[derive(Debug)]
pub(crate) struct Call;

/// The totals of a producer, told when it ends.
#[derive(Debug)]
struct Totals {
    count: u64,
    sum: u64,
    teller: mpsc::Sender<(u64, u64)>,
}

impl Drop for Totals {
    fn drop(&mut self) {
        // A run that was given up has no listener.
        let _ = self.teller.send((self.count, self.sum));
    }
}

/// A totals for each producer, and the worker that adds them up.
fn totals<S: Sink>(producers: usize, mut sink: S) -> (Vec<Totals>, Worker) {
    let (teller, told) = mpsc::channel();
    let totals = || Totals { count: 0, sum: 0, teller: teller.clone() };
    let all = (0..producers).map(|_| totals()).collect();
    drop(teller);
    let finish = move || told.iter().for_each(|(count, sum)| sink.totals(count, sum));
    (all, Worker::closing(finish))
}

pub(crate) struct CallDoor(Arc<Mutex<dyn Sink>>);

impl fmt::Debug for CallDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallDoor").finish_non_exhaustive()
    }
}

impl FanInSubject for Call {
    type Door = CallDoor;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let sink: Arc<Mutex<dyn Sink>> = Arc::new(Mutex::new(sink));
        let doors = (0..setting.producers).map(|_| CallDoor(Arc::clone(&sink))).collect();
        (doors, Worker::closing(move || drop(sink)))
    }
}

impl Door for CallDoor {
    fn push(&mut self, item: u64) {
        self.0.lock().one(item);
    }
}

#[derive(Debug)]
pub(crate) struct SumDoor(Totals);

impl FanInSubject for OwnSum {
    type Door = SumDoor;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let (all, worker) = totals(setting.producers, sink);
        (all.into_iter().map(SumDoor).collect(), worker)
    }
}

impl Door for SumDoor {
    #[inline]
    fn push(&mut self, item: u64) {
        self.0.count += 1;
        self.0.sum = self.0.sum.wrapping_add(black_box(item));
    }
}

/// Adds to an atomic, of which it notes nothing but how often.
#[derive(Debug)]
pub(crate) struct AtomicDoor {
    atomic: Arc<Padded<AtomicU64>>,
    totals: Totals,
}

impl Door for AtomicDoor {
    #[inline]
    fn push(&mut self, item: u64) {
        self.totals.count += 1;
        // ORDERING: Relaxed: a sum carries nothing, and is read when all have ended.
        self.atomic.fetch_add(item, Ordering::Relaxed);
    }
}

impl Drop for AtomicDoor {
    fn drop(&mut self) {
        // Each takes what is there, and so all take all.
        // ORDERING: Relaxed: a sum carries nothing, and a later door finds what this one leaves.
        self.totals.sum = self.atomic.swap(0, Ordering::Relaxed);
    }
}

fn atomics(
    all: Vec<Totals>,
    mut atomic: impl FnMut() -> Arc<Padded<AtomicU64>>,
) -> Vec<AtomicDoor> {
    all.into_iter().map(|totals| AtomicDoor { atomic: atomic(), totals }).collect()
}

impl FanInSubject for OwnAtomic {
    type Door = AtomicDoor;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let (all, worker) = totals(setting.producers, sink);
        (atomics(all, || Arc::new(Padded::new(AtomicU64::new(0)))), worker)
    }
}

impl FanInSubject for OneAtomic {
    type Door = AtomicDoor;

    fn start<S: Sink>(setting: &Setting, sink: S) -> (Vec<Self::Door>, Worker) {
        let (all, worker) = totals(setting.producers, sink);
        let atomic = Arc::new(Padded::new(AtomicU64::new(0)));
        (atomics(all, || Arc::clone(&atomic)), worker)
    }
}
