//! How much is under way, and in whose memory.

use std::collections::BTreeSet;
use std::mem;
use std::sync::{Arc, Mutex};
use std::thread;

use inrush_batch::Setting;

use super::patient;
use crate::conformance::Subject;
use crate::history::History;
use crate::item::Item;
use crate::watch::{Watched, linger};

pub(crate) fn a_slow_consumer_bounds_what_is_under_way<B: Subject>() {
    for (batch_size, batches, n_producers) in
        [(1, 2, 1), (1, 2, 3), (1, 5, 3), (4, 2, 3), (4, 3, 8), (64, 4, 2)]
    {
        bounded::<B>(Setting { batches, ..patient(batch_size) }, n_producers);
    }
}

fn bounded<B: Subject>(setting: Setting, n_producers: u32) {
    let n_each = 6 * u32::try_from(setting.batches * setting.batch_size).expect("few items");
    let n_all = (n_each * n_producers) as usize;
    let accepted = Arc::new(Watched::new(0));
    let most = Arc::new(Watched::new(0));
    let history = History::new(setting.batch_size);
    let room = B::room(setting, n_producers as usize);
    let n_others = room.start() - setting.batch_size;
    let deliver = {
        let mut record = history.recorder();
        let (accepted, most) = (Arc::clone(&accepted), Arc::clone(&most));
        let mut n_delivered = 0;
        move |batch: &mut Vec<Item>| {
            // Slow enough for everything that the other batches have room for.
            accepted.until("producers that fill what there is", |&mut n: &mut usize| {
                (n >= n_all || n >= n_delivered + n_others).then_some(())
            });
            for _ in 0..100 {
                thread::yield_now();
            }
            let under_way = accepted.with(|n| *n) - n_delivered;
            most.with(|most| *most = under_way.max(*most));
            n_delivered += batch.len();
            record(batch);
        }
    };
    let batcher = B::start(setting, deliver);
    thread::scope(|scope| {
        for producer in 0..n_producers {
            let (batcher, accepted) = (&batcher, &accepted);
            scope.spawn(move || {
                for number in 0..n_each {
                    batcher.push(Item::new(producer, number)).expect("the batcher is open");
                    accepted.with(|n| *n += 1);
                }
            });
        }
    });
    assert_eq!(batcher.close(), n_all as u64);
    history.check(&vec![n_each; n_producers as usize]);
    let most = most.with(|most| *most);
    assert!(most <= *room.end(), "{most} items under way, where {room:?} are: {setting:?}");
}

pub(crate) fn room_for_many_wakes_many<B: Subject>() {
    for (batch_size, batches) in [(1, 2), (2, 2), (8, 2), (8, 4)] {
        let setting = Setting { batches, ..patient(batch_size) };
        let n_full = u32::try_from(*B::room(setting, 1).start()).expect("few items");
        let n_waiting = u32::try_from(batch_size).expect("few items");
        let history = History::new(batch_size);
        // How many batches may be delivered.
        let allowed = Arc::new(Watched::new(0));
        let deliver = {
            let (mut record, allowed) = (history.recorder(), Arc::clone(&allowed));
            let mut n_batches = 0;
            move |batch: &mut Vec<Item>| {
                n_batches += 1;
                allowed.until("its turn", |&mut n| (n >= n_batches).then_some(()));
                record(batch);
            }
        };
        let batcher = B::start(setting, deliver);
        for number in 0..n_full {
            batcher.push(Item::new(0, number)).expect("the batcher is open");
        }
        thread::scope(|scope| {
            for producer in 1..=n_waiting {
                let batcher = &batcher;
                scope.spawn(move || {
                    batcher.push(Item::new(producer, 0)).expect("the batcher is open");
                });
            }
            linger();
            // One batch gone is room for all of them, though the next is not delivered.
            allowed.with(|n| *n = 1);
        });
        allowed.with(|n| *n = usize::MAX);
        assert_eq!(batcher.close(), u64::from(n_full + n_waiting));
        let n_items: Vec<u32> = std::iter::once(n_full).chain((0..n_waiting).map(|_| 1)).collect();
        history.check(&n_items);
    }
}

pub(crate) fn memory_goes_round<B: Subject>() {
    let setting = Setting { batches: 4, ..patient(8) };
    let addresses = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&addresses);
    let batcher = B::start(setting, move |batch| {
        let place = (batch.as_ptr().addr(), batch.capacity());
        seen.lock().expect("nobody panics with it").insert(place);
    });
    for number in 0..8_000 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    assert_eq!(batcher.close(), 8_000);
    let n = addresses.lock().expect("nobody panics with it").len();
    assert!(n <= setting.batches, "the batches lay in {n} allocations");
}

pub(crate) fn deliver_may_keep_the_vector<B: Subject>() {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeper = Arc::clone(&kept);
    let batcher = B::start(patient(8), move |batch| {
        keeper.lock().expect("nobody panics with it").push(mem::take(batch));
    });
    for number in 0..100 {
        batcher.push(Item::new(0, number)).expect("the batcher is open");
    }
    assert_eq!(batcher.close(), 100);
    let kept = kept.lock().expect("nobody panics with it");
    let numbers: Vec<u32> = kept.iter().flatten().map(|item| item.number).collect();
    assert_eq!(numbers, Vec::from_iter(0..100));
}

pub(crate) fn a_thread_that_ends_leaves_its_items<B: Subject>() {
    let history = History::new(1_000);
    let batcher = Arc::new(B::start(patient(1_000), history.recorder()));
    for producer in 0..20 {
        let batcher = Arc::clone(&batcher);
        let pushing = thread::spawn(move || batcher.push(Item::new(producer, 0)));
        pushing.join().expect("no panic").expect("the batcher is open");
    }
    batcher.flush();
    history.wait_for_items(20);
    history.check(&[1; 20]);
}

pub(crate) fn a_thread_may_push_while_it_ends<B: Subject>() {
    /// Pushes when the thread's locals are dropped.
    struct Last<B: Subject>(Arc<B>);

    impl<B: Subject> Drop for Last<B> {
        fn drop(&mut self) {
            self.0.push(Item::new(0, 1)).expect("the batcher is open");
        }
    }

    thread_local! {
        static LAST: std::cell::RefCell<Option<Box<dyn std::any::Any>>> =
            const { std::cell::RefCell::new(None) };
    }
    let history = History::new(10);
    let batcher = Arc::new(B::start(patient(10), history.recorder()));
    let last = Arc::clone(&batcher);
    let pushing = thread::spawn(move || {
        LAST.set(Some(Box::new(Last(Arc::clone(&last)))));
        last.push(Item::new(0, 0)).expect("the batcher is open");
    });
    pushing.join().expect("no panic");
    assert_eq!(batcher.close(), 2);
    history.check(&[2]);
}
