//! How a batcher ends.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use inrush_batch::Setting;

use super::{patient, returned};
use crate::conformance::Subject;
use crate::history::History;
use crate::item::Item;
use crate::random::{Case, Random, seeds};
use crate::watch::{Watched, linger};

pub(crate) fn close_delivers_the_tail<B: Subject>() {
    for n in [1, 25, 99, 100, 101, 1_000, 1_025] {
        let history = History::new(100);
        let batcher = B::start(patient(100), history.recorder());
        for number in 0..n {
            batcher.push(Item::new(0, number)).expect("the batcher is open");
        }
        assert_eq!(batcher.close(), u64::from(n));
        // Not later: `close` has waited for it.
        history.check(&[n]);
    }
}

pub(crate) fn close_of_an_empty_batcher_delivers_nothing<B: Subject>() {
    let history = History::new(100);
    let batcher = B::start(patient(100), history.recorder());
    assert_eq!(batcher.close(), 0);
    assert_eq!(history.sizes(), [0; 0]);
}

pub(crate) fn a_push_after_close_returns_the_item<B: Subject>() {
    let history = History::new(10);
    let batcher = B::start(patient(10), history.recorder());
    batcher.push(Item::new(0, 0)).expect("the batcher is open");
    batcher.close();
    for number in 1..100 {
        assert_eq!(returned(batcher.push(Item::new(0, number))).name(), (0, number));
        batcher.flush();
    }
    drop(batcher);
    history.check(&[1]);
}

pub(crate) fn every_close_returns_the_same_number<B: Subject>() {
    let history = History::new(10);
    let batcher = B::start(patient(10), history.recorder());
    for number in 0..25 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(batcher.close(), 25);
                history.check(&[25]);
            });
        }
    });
    assert_eq!(batcher.close(), 25);
    history.check(&[25]);
}

pub(crate) fn close_wakes_every_blocked_producer<B: Subject>() {
    for (batch_size, batches, n_producers) in [(1, 2, 1), (1, 2, 8), (4, 3, 8), (64, 2, 3)] {
        blocked::<B>(Setting { batches, ..patient(batch_size) }, n_producers);
    }
}

fn blocked<B: Subject>(setting: Setting, n_producers: u32) {
    let history = History::new(setting.batch_size);
    let gate = Arc::new(Watched::new(false));
    let deliver = {
        let (mut record, gate) = (history.recorder(), Arc::clone(&gate));
        move |batch: &mut Vec<Item>| {
            gate.wait_until_open("the end of the first batch");
            record(batch);
        }
    };
    let batcher = B::start(setting, deliver);
    let accepted = Watched::new(0);
    let n_items: Vec<u32> = thread::scope(|scope| {
        let push_all = |producer| {
            for number in 0.. {
                match batcher.push(Item::new(producer, number)) {
                    Ok(()) => accepted.with(|n| *n += 1),
                    refused => {
                        assert_eq!(returned(refused).name(), (producer, number));
                        return number;
                    }
                }
            }
            0
        };
        let pushing: Vec<_> =
            (0..n_producers).map(|producer| scope.spawn(move || push_all(producer))).collect();
        let full = *B::room(setting, n_producers as usize).start();
        accepted.until("a full batcher", |&mut n| (n >= full).then_some(()));
        linger();
        let closing = scope.spawn(|| batcher.close());
        // The worker is still at the first batch.
        let n_items: Vec<u32> =
            pushing.into_iter().map(|pushing| pushing.join().expect("no panic")).collect();
        gate.open();
        let n_delivered = closing.join().expect("no panic");
        assert_eq!(n_delivered, n_items.iter().map(|&n| u64::from(n)).sum::<u64>());
        n_items
    });
    history.check(&n_items);
}

pub(crate) fn an_item_pushed_during_close_is_delivered_or_returned<B: Subject>() {
    for seed in seeds() {
        for round in 0..40 {
            let mut random = Random::new(seed, round);
            let batch_size = random.of(&[1, 2, 7, 64]);
            let linger = random.of(&[Duration::ZERO, Duration::from_micros(50), Duration::MAX]);
            let batches = 2 + random.below(3) as usize;
            let setting = Setting { batch_size, linger, batches };
            let n_before = random.below(300);
            let _case = Case(seed, format!("round {round}, {setting:?}, {n_before} before"));
            let history = History::new(batch_size);
            let batcher = B::start(setting, history.recorder());
            let accepted = Watched::new(0);
            let n_items: Vec<u32> = thread::scope(|scope| {
                let push_all = |producer| {
                    for number in 0.. {
                        match batcher.push(Item::new(producer, number)) {
                            Ok(()) => accepted.with(|n| *n += 1),
                            refused => {
                                assert_eq!(returned(refused).name(), (producer, number));
                                return number;
                            }
                        }
                    }
                    0
                };
                let pushing = [0, 1, 2].map(|producer| scope.spawn(move || push_all(producer)));
                accepted.until("some items", |&mut n| (n >= n_before).then_some(()));
                let n_delivered = batcher.close();
                let n_items = pushing.map(|pushing| pushing.join().expect("no panic")).to_vec();
                assert_eq!(n_delivered, n_items.iter().map(|&n| u64::from(n)).sum::<u64>());
                n_items
            });
            history.check(&n_items);
        }
    }
}

pub(crate) fn a_drop_delivers_the_tail<B: Subject>() {
    for n in [0, 1, 25, 100, 1_025] {
        let history = History::new(100);
        let batcher = B::start(patient(100), history.recorder());
        for number in 0..n {
            batcher.push(Item::new(0, number)).expect("the batcher is open");
        }
        drop(batcher);
        history.check(&[n]);
    }
}
