//! What `deliver` may do, and what happens when it fails.

use std::panic::resume_unwind;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use inrush_batch::{PushError, Setting};

use super::{patient, returned};
use crate::conformance::Subject;
use crate::history::History;
use crate::item::{Item, Ledger};
use crate::watch::Watched;

/// Panics without a word on the standard error.
fn fail() {
    resume_unwind(Box::new("deliver does not want to"));
}

pub(crate) fn a_panic_ends_its_batch_alone<B: Subject>() {
    let history = History::new(2);
    let mut record = history.recorder();
    let mut n_calls = 0;
    let batcher = B::start(patient(2), move |batch| {
        n_calls += 1;
        if n_calls % 3 == 0 {
            fail();
        }
        record(batch);
    });
    for number in 0..60 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    assert_eq!(batcher.close(), 40, "a batch that failed does not count");
    let expected: Vec<u32> = (0..60).filter(|number| number / 2 % 3 != 2).collect();
    assert_eq!(history.of(0), expected);
}

pub(crate) fn a_deliver_that_always_panics_stops_nobody<B: Subject>() {
    for batch_size in [1, 4] {
        let batcher = B::start(patient(batch_size), |_| fail());
        thread::scope(|scope| {
            for producer in 0..4 {
                let batcher = &batcher;
                scope.spawn(move || {
                    for number in 0..200 {
                        batcher.push(Item::new(producer, number)).expect("the batcher is open");
                    }
                });
            }
        });
        assert_eq!(batcher.close(), 0);
        returned(batcher.push(Item::new(0, 0)));
    }
}

pub(crate) fn an_item_whose_drop_panics_stops_nobody<B: Subject>() {
    let ledger = Ledger::new(40);
    let history = History::new(4);
    let batcher = B::start(patient(4), history.recorder());
    for number in 0..40 {
        let item = ledger.item(number);
        let item = if number % 4 == 1 { item.explosive() } else { item };
        batcher.push(item).expect("the batcher is open");
    }
    // `deliver` has returned before the items that it left were dropped.
    assert_eq!(batcher.close(), 40);
    history.check(&[40]);
    ledger.check();
}

pub(crate) fn every_item_is_dropped_once<B: Subject>() {
    for linger in [Duration::MAX, Duration::ZERO] {
        let ledger = Ledger::new(1_000);
        let mut n_calls = 0;
        let batcher = B::start(Setting { linger, ..patient(7) }, move |batch| {
            n_calls += 1;
            match n_calls % 5 {
                0 => batch.clear(),
                1 => drop(batch.drain(..batch.len() / 2)),
                2 => drop(std::mem::take(batch)),
                3 => {
                    batch.pop();
                    fail();
                }
                _ => {}
            }
        });
        for number in 0..900 {
            batcher.push(ledger.item(number)).expect("the batcher is open");
        }
        batcher.close();
        for number in 900..1_000 {
            drop(returned(batcher.push(ledger.item(number))));
        }
        drop(batcher);
        ledger.check();
    }
}

/// A batcher that its own `deliver` knows.
type Known<B> = Arc<OnceLock<B>>;

fn start_known<B: Subject>(
    setting: Setting,
    mut deliver: impl FnMut(&B, &mut Vec<Item>) + Send + 'static,
) -> Known<B> {
    let known = Known::<B>::default();
    let inside = Arc::clone(&known);
    let batcher = B::start(setting, move |batch| {
        deliver(inside.wait(), batch);
    });
    assert!(known.set(batcher).is_ok(), "it is set once");
    known
}

pub(crate) fn deliver_may_push_while_there_is_room<B: Subject>() {
    for batch_size in [1, 2, 64] {
        let setting = Setting { linger: Duration::ZERO, ..patient(batch_size) };
        let history = History::new(batch_size);
        let mut record = history.recorder();
        let batcher: Known<B> = start_known(setting, move |batcher: &B, batch| {
            for item in &*batch {
                if item.number < 99 {
                    let next = Item::new(0, item.number + 1);
                    batcher.push(next).expect("there is room for one");
                }
            }
            record(batch);
        });
        let batcher = batcher.wait();
        batcher.push(Item::new(0, 0)).expect("the batcher is open");
        history.wait_for_items(100);
        assert_eq!(batcher.close(), 100);
        history.check(&[100]);
    }
}

pub(crate) fn a_push_from_deliver_never_waits_for_itself<B: Subject>() {
    for (batch_size, batches, n_producers) in
        [(1, 2, 0), (2, 3, 0), (64, 2, 0), (1, 2, 3), (7, 3, 3)]
    {
        let setting = Setting { batches, ..patient(batch_size) };
        let history = History::new(batch_size);
        let from_inside = Arc::new(Watched::new(None));
        let mut record = history.recorder();
        let noted = Arc::clone(&from_inside);
        let batcher: Known<B> = start_known(setting, move |batcher: &B, batch| {
            // Once; then it only makes room for the others.
            if noted.with(|noted| noted.is_none()) {
                let mut number = 0;
                let refused = loop {
                    match batcher.push(Item::new(9, number)) {
                        Ok(()) => number += 1,
                        Err(refused) => break refused,
                    }
                };
                match refused {
                    PushError::InCallback(item) => assert_eq!(item.name(), (9, number)),
                    other => panic!("not refused for want of room: {other:?}"),
                }
                noted.with(|noted| *noted = Some(number));
            }
            record(batch);
        });
        let batcher = batcher.wait();
        let n_each: u32 = if n_producers == 0 { 64 } else { 500 };
        thread::scope(|scope| {
            for producer in 0..n_producers.max(1) {
                scope.spawn(move || {
                    for number in 0..n_each {
                        batcher.push(Item::new(producer, number)).expect("the batcher is open");
                    }
                });
            }
        });
        batcher.flush();
        let n_inside = from_inside.until("a refusal", |noted| *noted);
        batcher.close();
        let mut n_items = vec![0; 10];
        n_items[..n_producers.max(1) as usize].fill(n_each);
        n_items[9] = n_inside;
        history.check(&n_items);
    }
}

pub(crate) fn deliver_may_flush_and_close<B: Subject>() {
    let history = History::new(1);
    let mut record = history.recorder();
    let so_far = Arc::new(Watched::new(Vec::new()));
    let noted = Arc::clone(&so_far);
    let batcher: Known<B> = start_known(patient(1), move |batcher: &B, batch| {
        batcher.flush();
        let n = batcher.close();
        noted.with(|noted| noted.push(n));
        returned(batcher.push(Item::new(1, 0)));
        record(batch);
    });
    let batcher = batcher.wait();
    let mut n_accepted = 0;
    while batcher.push(Item::new(0, n_accepted)).is_ok() {
        n_accepted += 1;
    }
    assert_eq!(batcher.close(), u64::from(n_accepted));
    history.check(&[n_accepted]);
    let so_far = so_far.with(std::mem::take);
    assert_eq!(so_far, Vec::from_iter(0..u64::from(n_accepted)), "the numbers so far");
}

pub(crate) fn deliver_may_drop_the_batcher<B: Subject>() {
    let history = History::new(1);
    let gate = Arc::new(Watched::new(false));
    let owner: Arc<Mutex<Option<B>>> = Arc::default();
    let deliver = {
        let (mut record, gate, owner) = (history.recorder(), Arc::clone(&gate), Arc::clone(&owner));
        move |batch: &mut Vec<Item>| {
            gate.wait_until_open("the hand-over of the batcher");
            let owned = owner.lock().expect("nobody panics with it").take();
            drop(owned);
            record(batch);
        }
    };
    let batcher = B::start(patient(1), deliver);
    for number in 0..3 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    *owner.lock().expect("nobody panics with it") = Some(batcher);
    gate.open();
    history.wait_for_items(3);
    history.check(&[3]);
}

pub(crate) fn deliver_may_be_the_last_owner<B: Subject>() {
    let (dropped, end) = channel::<()>();
    let history = History::new(10);
    let mut record = history.recorder();
    let batcher: Known<B> = start_known(patient(10), move |batcher: &B, batch| {
        let _dropped = &dropped;
        batcher.close();
        record(batch);
    });
    for number in 0..10 {
        batcher.wait().push(Item::new(0, number)).expect("the batcher is open");
    }
    drop(batcher);
    assert!(end.recv().is_err(), "nothing is sent; `deliver` and its batcher are dropped");
    history.check(&[10]);
}
