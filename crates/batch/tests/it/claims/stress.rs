//! Many producers at once, with everything chosen by a seed.

use std::thread;
use std::time::Duration;

use inrush_batch::Setting;

use crate::conformance::Subject;
use crate::history::History;
use crate::item::Item;
use crate::random::{Case, Random, seeds};

pub(crate) fn items_of_1_producer_arrive_once_and_in_order<B: Subject>() {
    run_all::<B>(1);
}

pub(crate) fn items_of_2_producers_arrive_once_and_in_order<B: Subject>() {
    run_all::<B>(2);
}

pub(crate) fn items_of_4_producers_arrive_once_and_in_order<B: Subject>() {
    run_all::<B>(4);
}

pub(crate) fn items_of_16_producers_arrive_once_and_in_order<B: Subject>() {
    run_all::<B>(16);
}

pub(crate) fn items_of_64_producers_arrive_once_and_in_order<B: Subject>() {
    run_all::<B>(64);
}

fn run_all<B: Subject>(n_producers: u32) {
    for seed in seeds() {
        for batch_size in [1, 2, 7, 64, 1024] {
            run::<B>(seed, n_producers, batch_size);
        }
    }
}

fn run<B: Subject>(seed: u64, n_producers: u32, batch_size: usize) {
    let mut random = Random::new(seed, batch_size as u64);
    let linger = random.of(&[
        Duration::ZERO,
        Duration::from_micros(50),
        Duration::from_millis(1),
        Duration::MAX,
    ]);
    let setting = Setting { batch_size, linger, batches: 2 + random.below(4) as usize };
    let flushes = random.of(&[0, 0, 100]);
    let _case = Case(seed, format!("{n_producers} producers, {setting:?}, flushes {flushes}"));

    let history = History::new(batch_size);
    let mut record = history.recorder();
    let mut pauses = Random::new(seed, 1 << 32);
    let batcher = B::start(setting, move |batch| {
        for _ in 0..pauses.of(&[0, 0, 0, 3]) {
            thread::yield_now();
        }
        record(batch);
    });
    let n_items: Vec<u32> =
        (0..n_producers).map(|_| (6_000 / n_producers) + random.below(50) as u32).collect();
    thread::scope(|scope| {
        for (producer, &n) in (0..).zip(&n_items) {
            let batcher = &batcher;
            let mut random = Random::new(seed, u64::from(producer));
            scope.spawn(move || {
                for number in 0..n {
                    batcher.push(Item::new(producer, number)).expect("the batcher is open");
                    match random.below(1_000) {
                        0..20 => thread::yield_now(),
                        at if at >= 1_000 - flushes => batcher.flush(),
                        _ => {}
                    }
                }
            });
        }
    });
    let n_all: u64 = n_items.iter().map(|&n| u64::from(n)).sum();
    assert_eq!(batcher.close(), n_all, "delivered in all");
    history.check(&n_items);
}
