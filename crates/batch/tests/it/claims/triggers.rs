//! When a batch leaves, and when it does not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use inrush_batch::{Batching, Setting};

use super::patient;
use crate::conformance::Subject;
use crate::history::History;
use crate::item::Item;
use crate::watch::{Watched, linger};

pub(crate) fn a_full_batch_leaves_at_once<B: Subject>() {
    for batch_size in [1, 2, 7, 64, 1024] {
        let history = History::new(batch_size);
        let batcher = B::start(patient(batch_size), history.recorder());
        let n = u32::try_from(batch_size).expect("a small batch");
        for round in 1..=3 {
            linger();
            for number in n * (round - 1)..n * round {
                batcher.push(Item::new(0, number)).expect("the batcher is open");
            }
            history.wait_for_items((n * round) as usize);
        }
        assert_eq!(batcher.close(), u64::from(3 * n));
        assert_eq!(history.sizes(), [batch_size; 3]);
        history.check(&[3 * n]);
    }
}

pub(crate) fn a_batch_waits_until_it_is_full<B: Subject>() {
    let batch_size = 10;
    let history = History::new(batch_size);
    let batcher = B::start(patient(batch_size), history.recorder());
    for number in 0..1_234 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    assert_eq!(batcher.close(), 1_234);
    let sizes = history.sizes();
    assert_eq!(sizes[..123], [10; 123]);
    assert_eq!(sizes[123..], [4]);
    history.check(&[1_234]);
}

pub(crate) fn an_item_alone_leaves_when_its_time_has_come<B: Subject>() {
    for waits in [Duration::ZERO, Duration::from_micros(10), Duration::from_millis(2)] {
        let history = History::new(1_000);
        let setting = Setting { linger: waits, ..patient(1_000) };
        let batcher = B::start(setting, history.recorder());
        // More than once: the clock has to start anew for each.
        for number in 0..10 {
            linger();
            batcher.push(Item::new(0, number)).expect("the batcher is open");
            history.wait_for_batches(number as usize + 1);
        }
        assert_eq!(history.sizes(), [1; 10]);
        drop(batcher);
        history.check(&[10]);
    }
}

pub(crate) fn the_oldest_item_decides_when_a_batch_leaves<B: Subject>() {
    // Items come faster than one lingers. Were it the age of the newest one that counts, the batch
    // would leave when it is full.
    let (waits, batch_size) = (Duration::from_millis(20), 1 << 16);
    let history = History::new(batch_size);
    let setting = Setting { linger: waits, batches: 2, batch_size };
    let batcher = B::start(setting, history.recorder());
    let mut n = 0;
    while history.n_items() == 0 {
        batcher.push(Item::new(0, n)).expect("the batcher is open");
        n += 1;
        let pushed = Instant::now();
        while pushed.elapsed() < waits / 40 {
            std::hint::spin_loop();
        }
    }
    batcher.close();
    assert!(history.sizes()[0] < batch_size, "the batch waited until it was full");
    history.check(&[n]);
}

pub(crate) fn flush_delivers_what_was_pushed<B: Subject>() {
    for batch_size in [1, 2, 7, 64] {
        let history = History::new(batch_size);
        let batcher = B::start(patient(batch_size), history.recorder());
        let mut n = 0;
        for n_more in [1, 2, 3, 10, 100, 1, 1] {
            for _ in 0..n_more {
                batcher.push(Item::new(0, n)).expect("the batcher is open");
                n += 1;
            }
            linger();
            batcher.flush();
            history.wait_for_items(n as usize);
        }
        assert_eq!(batcher.close(), u64::from(n));
        history.check(&[n]);
    }
}

pub(crate) fn flushing_nothing_delivers_nothing<B: Subject>() {
    let history = History::new(8);
    let setting = Setting { linger: Duration::from_micros(1), ..patient(8) };
    let batcher = B::start(setting, history.recorder());
    for _ in 0..1_000 {
        batcher.flush();
    }
    batcher.push(Item::new(0, 0)).expect("the batcher is open");
    history.wait_for_items(1);
    for _ in 0..1_000 {
        batcher.flush();
    }
    assert_eq!(batcher.close(), 1);
    batcher.flush();
    assert_eq!(history.sizes(), [1]);
    history.check(&[1]);
}

pub(crate) fn zeros_count_as_the_least_that_makes_sense<B: Subject>() {
    let history = History::new(1);
    let setting = Setting { batch_size: 0, linger: Duration::ZERO, batches: 0 };
    let batcher = B::start(setting, history.recorder());
    for number in 0..100 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    assert_eq!(batcher.close(), 100);
    history.check(&[100]);
}

pub(crate) fn items_of_no_size_are_delivered<B: Batching<()>>() {
    let n_delivered = Arc::new(Watched::new(0));
    let counter = Arc::clone(&n_delivered);
    let batcher = B::start(patient(7), move |batch| counter.with(|n| *n += batch.len()));
    for () in [(); 100] {
        batcher.push(()).expect("the batcher is open");
    }
    assert_eq!(batcher.close(), 100);
    assert_eq!(n_delivered.with(|n| *n), 100);
}
