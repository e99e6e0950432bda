//! The subjects by name.
//!
//! To add one: implement [`LockSubject`](super::LockSubject) or
//! [`CounterSubject`](super::CounterSubject) in `subjects`, and write a line here.

use std::sync::Mutex;

use inrush_sync::{SpinLock, YieldSpinLock};

use super::contended::Contended;
use super::counter::{Counted, CounterSubject};
use super::lock::{LockSubject, Locked, Section};
use super::subjects::broken::{StallsOnce, TwoStepLock, UnlockedCounter};
use super::subjects::controls::{NoOp, OwnMutex, OwnRmw, OwnStore};
use super::subjects::counters::{CasLoop, FetchAdd, Sharded};
use super::work::Work;
use crate::Cell;
use crate::roster::Roster;
use crate::terms::{broken, control, ours, peer};

/// Makes a subject for a cell.
type Make = fn(&Cell) -> Box<dyn Contended>;

/// The subjects, and how each is made.
pub(super) static SUBJECTS: Roster<Make> = Roster(&[
    (control("no-op"), counter::<NoOp>),
    (control("own-store"), counter::<OwnStore>),
    (control("own-rmw"), counter::<OwnRmw>),
    (control("own-mutex"), counter::<OwnMutex>),
    (peer("std-mutex"), lock::<Mutex<Section>>),
    (peer("parking-lot"), lock::<parking_lot::Mutex<Section>>),
    (peer("parking-lot-fair"), lock::<parking_lot::FairMutex<Section>>),
    (peer("spin-crate"), lock::<spin::Mutex<Section>>),
    (peer("ticket"), lock::<spin::mutex::TicketMutex<Section>>),
    (ours("spin-lock"), lock::<SpinLock<Section>>),
    (peer("yield-spin-lock"), lock::<YieldSpinLock<Section>>),
    (peer("fetch-add"), counter::<FetchAdd>),
    (peer("cas-loop"), counter::<CasLoop>),
    (ours("sharded"), sharded),
    (peer("mutex-counter"), counter::<Mutex<u64>>),
    (ours("spin-counter"), counter::<SpinLock<u64>>),
    (peer("yield-spin-counter"), counter::<YieldSpinLock<u64>>),
    (broken("two-step-lock"), lock::<TwoStepLock>),
    (broken("unlocked-counter"), counter::<UnlockedCounter>),
    (broken("stalls-once"), counter::<StallsOnce>),
]);

fn lock<L: LockSubject>(cell: &Cell) -> Box<dyn Contended> {
    let work = |parameter| Work::ns(cell.number(parameter));
    Box::new(Locked::<L>::new(work("inside_ns"), work("outside_ns")))
}

fn counter<C: CounterSubject>(cell: &Cell) -> Box<dyn Contended> {
    let threads = cell.number("threads") as usize;
    Box::new(Counted::<C>::new(threads, Work::ns(cell.number("outside_ns"))))
}

fn sharded(cell: &Cell) -> Box<dyn Contended> {
    match cell.number("padding_bytes") {
        0 => counter::<Sharded<0>>(cell),
        64 => counter::<Sharded<64>>(cell),
        256 => counter::<Sharded<256>>(cell),
        _ => counter::<Sharded<128>>(cell),
    }
}
