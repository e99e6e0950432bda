//! When a batch leaves, and when it does not.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use inrush_batch::{Batching, Setting};

use super::patient;
use crate::conformance::Subject;
use crate::history::History;
use crate::item::Item;
use crate::random::{Case, Random, seeds};
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
    let waits = Duration::from_millis(100);
    let setting = Setting { linger: waits, batches: 2, batch_size: 1 << 16 };
    for _ in 0..20 {
        let history = History::new(setting.batch_size);
        let batcher = B::start(setting, history.recorder());
        let (mut n, mut longest_gap, mut last) = (0, Duration::ZERO, Instant::now());
        while history.n_items() == 0 {
            batcher.push(Item::new(0, n)).expect("the batcher is open");
            n += 1;
            spend(waits / 100);
            longest_gap = longest_gap.max(last.elapsed());
            last = Instant::now();
        }
        batcher.close();
        assert!(history.sizes()[0] < setting.batch_size, "the batch waited until it was full");
        history.check(&[n]);
        // Where this thread lost its processor for so long, either age would have done.
        if longest_gap < waits / 2 {
            break;
        }
    }
}

pub(crate) fn no_batch_leaves_before_its_time<B: Subject>() {
    const PRODUCERS: u32 = 3;
    const ITEMS: u32 = 300;
    let setting = Setting { linger: Duration::from_millis(1), batches: 3, batch_size: 16 };
    for seed in seeds() {
        let _case = Case(seed, String::new());
        let history = History::new(setting.batch_size);
        // When the push of each item began, and what left too early.
        let begun = Arc::new(Mutex::new(HashMap::new()));
        let early = Arc::new(Mutex::new(Vec::new()));
        let is_closing = Arc::new(AtomicBool::new(false));
        let deliver = {
            let mut record = history.recorder();
            let (begun, early, is_closing) = (begun.clone(), early.clone(), is_closing.clone());
            move |batch: &mut Vec<Item>| {
                let now = Instant::now();
                let begun = begun.lock().expect("nobody panics with it");
                // Nobody waits longer than who began first.
                let first = batch.iter().map(|item| begun[&item.name()]).min().expect("an item");
                let waited: Duration = now - first;
                let is_full = batch.len() == setting.batch_size;
                if !is_full && !is_closing.load(SeqCst) && waited < setting.linger {
                    early.lock().expect("nobody panics with it").push((waited, batch.len()));
                }
                record(batch);
            }
        };
        let batcher = B::start(setting, deliver);
        thread::scope(|scope| {
            for producer in 0..PRODUCERS {
                let (batcher, begun) = (&batcher, &begun);
                let mut random = Random::new(seed, u64::from(producer));
                scope.spawn(move || {
                    for number in 0..ITEMS {
                        let item = Item::new(producer, number);
                        let now = Instant::now();
                        begun.lock().expect("nobody panics with it").insert(item.name(), now);
                        batcher.push(item).expect("the batcher is open");
                        spend(Duration::from_micros(random.of(&[0, 0, 0, 100, 500])));
                    }
                });
            }
        });
        is_closing.store(true, SeqCst);
        batcher.close();
        history.check(&[ITEMS; PRODUCERS as usize]);
        let early = early.lock().expect("nobody panics with it");
        assert!(early.is_empty(), "left before their time: {early:?}");
    }
}

/// Lets some time go by between two pushes.
fn spend(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        thread::yield_now();
    }
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
