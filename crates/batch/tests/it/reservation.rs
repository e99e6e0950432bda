//! What only the batcher of slots has: places that are reserved before there is an item.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use inrush_batch::comparators::{ReserveError, SlotBatcher};
use inrush_batch::{Batching, Setting};

use crate::history::History;
use crate::item::{Item, Ledger};
use crate::random::{Case, Random, seeds};
use crate::watch::{Watched, linger, within};

type Slots = SlotBatcher<Item>;

/// No batch leaves for its age.
fn patient(batch_size: usize, batches: usize) -> Setting {
    Setting { batch_size, linger: Duration::MAX, batches }
}

fn start(setting: Setting) -> (Slots, Arc<History>) {
    let history = History::new(setting.batch_size);
    (Slots::start(setting, history.recorder()), history)
}

#[test]
fn an_item_stands_where_its_place_was_reserved() {
    within(|| {
        let (batcher, history) = start(patient(4, 2));
        let first = batcher.reserve().expect("there is room");
        batcher.push(Item::new(0, 1)).expect("there is room");
        batcher.flush();
        assert_eq!(history.n_items(), 0, "what is behind the place waits for it");
        first.commit(Item::new(0, 0)).expect("the batcher is open");
        history.wait_for_items(2);
        assert_eq!(history.sizes(), [2]);
        history.check(&[2]);
    });
}

#[test]
fn a_dropped_reservation_holds_nobody_up() {
    within(|| {
        let (batcher, history) = start(patient(4, 2));
        let dropped = batcher.reserve().expect("there is room");
        for number in 0..3 {
            batcher.push(Item::new(0, number)).expect("there is room");
        }
        drop(dropped);
        history.wait_for_items(3);
        assert_eq!(history.sizes(), [3], "its place counts as filled");
        history.check(&[3]);
    });
}

#[test]
fn a_panic_between_reserve_and_commit_holds_nobody_up() {
    within(|| {
        let (batcher, history) = start(patient(4, 2));
        for number in 0..100 {
            let failed = catch_unwind(AssertUnwindSafe(|| {
                let _place = batcher.reserve().expect("there is room");
                resume_unwind(Box::new("no item"));
            }));
            assert!(failed.is_err());
            batcher.push(Item::new(0, number)).expect("there is room");
        }
        assert_eq!(batcher.close(), 100);
        history.check(&[100]);
    });
}

#[test]
fn a_thread_that_dies_with_a_place_holds_nobody_up() {
    within(|| {
        let (batcher, history) = start(patient(2, 2));
        thread::scope(|scope| {
            let dying = scope.spawn(|| {
                let _place = batcher.reserve().expect("there is room");
                resume_unwind(Box::new("no item"));
            });
            assert!(dying.join().is_err());
        });
        batcher.push(Item::new(0, 0)).expect("there is room");
        history.wait_for_items(1);
        history.check(&[1]);
    });
}

#[test]
fn places_that_were_all_given_up_make_no_batch() {
    within(|| {
        for linger in [Duration::MAX, Duration::ZERO] {
            let (batcher, history) = start(Setting { linger, ..patient(2, 3) });
            for _ in 0..100 {
                drop(batcher.reserve().expect("there is room"));
            }
            batcher.flush();
            batcher.push(Item::new(0, 0)).expect("there is room");
            assert_eq!(batcher.close(), 1);
            assert_eq!(history.sizes(), [1]);
            history.check(&[1]);
        }
    });
}

#[test]
fn close_leaves_a_leaked_reservation_behind() {
    within(|| {
        let (batcher, history) = start(patient(4, 3));
        batcher.push(Item::new(0, 0)).expect("there is room");
        mem::forget(batcher.reserve().expect("there is room"));
        for number in 1..6 {
            batcher.push(Item::new(0, number)).expect("there is room");
        }
        assert_eq!(batcher.close(), 6);
        history.check(&[6]);
    });
}

#[test]
fn close_wakes_who_waits_behind_a_leaked_reservation() {
    within(|| {
        let (batcher, history) = start(patient(2, 2));
        mem::forget(batcher.reserve().expect("there is room"));
        let accepted = Watched::new(0);
        thread::scope(|scope| {
            let pushing = scope.spawn(|| {
                for number in 0.. {
                    if batcher.push(Item::new(0, number)).is_err() {
                        return number;
                    }
                    accepted.with(|n| *n += 1);
                }
                0
            });
            accepted.until("the last free place", |&mut n| (n == 1).then_some(()));
            linger();
            assert_eq!(batcher.close(), 1);
            assert_eq!(pushing.join().expect("no panic"), 1);
        });
        history.check(&[1]);
    });
}

#[test]
fn an_item_for_a_place_that_close_did_not_wait_for_comes_back() {
    within(|| {
        let (batcher, history) = start(patient(4, 2));
        batcher.push(Item::new(0, 0)).expect("there is room");
        let (late, dropped) = (batcher.reserve(), batcher.reserve());
        batcher.push(Item::new(0, 1)).expect("there is room");
        assert_eq!(batcher.close(), 2);
        let item = late
            .expect("there was room")
            .commit(Item::new(0, 9))
            .expect_err("the batcher has ended without it")
            .into_inner();
        assert_eq!(item.name(), (0, 9));
        drop(dropped);
        assert_eq!(batcher.reserve().map(drop), Err(ReserveError::Closed));
        history.check(&[2]);
    });
}

#[test]
fn deliver_gets_no_place_that_it_would_wait_for() {
    within(|| {
        let known: Arc<OnceLock<Slots>> = Arc::default();
        let inside = Arc::clone(&known);
        let refusal = Arc::new(Watched::new(None));
        let noted = Arc::clone(&refusal);
        let batcher = Slots::start(patient(2, 3), move |_| {
            let batcher = inside.wait();
            let mut n_reserved = 0;
            let error = loop {
                match batcher.reserve() {
                    Ok(place) => drop(place),
                    Err(error) => break error,
                }
                n_reserved += 1;
            };
            noted.with(|noted| *noted = Some((n_reserved, error)));
        });
        let batcher = known.get_or_init(|| batcher);
        for number in 0..2 {
            batcher.push(Item::new(0, number)).expect("there is room");
        }
        let (n_reserved, error) = refusal.until("a refusal", |refusal| *refusal);
        assert_eq!(error, ReserveError::InCallback);
        assert_eq!(n_reserved, 4, "two blocks of two places were empty");
        assert_eq!(batcher.close(), 2);
    });
}

#[test]
fn every_item_of_a_place_is_dropped_once() {
    within(|| {
        let ledger = Ledger::new(400);
        let (batcher, history) = start(patient(7, 3));
        for number in 0..300 {
            if number % 3 == 0 {
                drop(batcher.reserve().expect("there is room"));
            }
            let place = batcher.reserve().expect("there is room");
            place.commit(ledger.item(number)).expect("the batcher is open");
        }
        let late = batcher.reserve().expect("there is room");
        batcher.close();
        drop(late.commit(ledger.item(300)));
        for number in 301..400 {
            drop(batcher.push(ledger.item(number)));
        }
        drop(batcher);
        history.check(&[300]);
        ledger.check();
    });
}

#[test]
fn producers_that_give_places_up_lose_no_item() {
    within(|| {
        for seed in seeds() {
            for batch_size in [1, 2, 7, 64] {
                let mut random = Random::new(seed, batch_size as u64);
                let linger = random.of(&[Duration::ZERO, Duration::from_micros(50), Duration::MAX]);
                let batches = 2 + random.below(3) as usize;
                let setting = Setting { linger, ..patient(batch_size, batches) };
                let _case = Case(seed, format!("{setting:?}"));
                let (batcher, history) = start(setting);
                thread::scope(|scope| {
                    for producer in 0..8 {
                        let batcher = &batcher;
                        let mut random = Random::new(seed, u64::from(producer));
                        scope.spawn(move || {
                            for number in 0..500 {
                                while random.below(4) == 0 {
                                    drop(batcher.reserve().expect("the batcher is open"));
                                }
                                let place = batcher.reserve().expect("the batcher is open");
                                if random.below(50) == 0 {
                                    thread::yield_now();
                                }
                                let item = Item::new(producer, number);
                                place.commit(item).expect("the batcher is open");
                            }
                        });
                    }
                });
                assert_eq!(batcher.close(), 4_000);
                history.check(&[500; 8]);
            }
        }
    });
}

#[test]
fn every_padding_can_be_had() {
    fn deliver_one<const PADDING: usize>()
    where
        inrush_sync::Bytes<PADDING>: inrush_sync::Alignment,
    {
        let history = History::new(2);
        let batcher = SlotBatcher::<Item, PADDING>::start(patient(2, 2), history.recorder());
        batcher.push(Item::new(0, 0)).expect("there is room");
        assert_eq!(batcher.close(), 1);
        history.check(&[1]);
    }
    within(|| {
        deliver_one::<0>();
        deliver_one::<64>();
        deliver_one::<128>();
        deliver_one::<256>();
    });
}
