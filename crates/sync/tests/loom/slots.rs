//! Slots between threads.

use inrush_sync::Slots;
use loom::sync::Arc;
use loom::thread;

use crate::explore;

/// Takes the value of the only slot once it is there.
fn take(slots: &Slots<Arc<u32>>) -> u32 {
    loop {
        match slots.take(0) {
            Some(value) => return *value,
            None => thread::yield_now(),
        }
    }
}

fn put(slots: &Slots<Arc<u32>>, value: u32) {
    let mut value = Arc::new(value);
    while let Err(back) = slots.put(0, value) {
        value = back;
        thread::yield_now();
    }
}

/// A value is whole when it is taken.
#[test]
fn unbounded_slot_publishes_its_value() {
    explore("a value is whole when it is taken", || {
        let slots = Arc::new(Slots::<Arc<u32>>::new(1));
        let there = Arc::clone(&slots);
        let putting = thread::spawn(move || put(&there, 1));
        assert_eq!(take(&slots), 1);
        putting.join().expect("no panic");
    });
}

/// A slot is filled again only when its last value has left it.
#[test]
fn refilled_slot_hands_over_both_values() {
    explore("a slot is filled again only when its last value has left it", || {
        let slots = Arc::new(Slots::<Arc<u32>>::new(1));
        let there = Arc::clone(&slots);
        let putting = thread::spawn(move || {
            put(&there, 1);
            put(&there, 2);
        });
        assert_eq!([take(&slots), take(&slots)], [1, 2]);
        putting.join().expect("no panic");
    });
}

/// Of two threads that want one slot, one gets it and the other keeps its value.
#[test]
fn only_one_of_two_threads_fills_a_slot() {
    explore("one of two threads fills a slot", || {
        let slots = Arc::new(Slots::<Arc<u32>>::new(1));
        let putting = [1, 2].map(|value| {
            let there = Arc::clone(&slots);
            thread::spawn(move || there.put(0, Arc::new(value)).is_ok().then_some(value))
        });
        let [one, other] = putting.map(|thread| thread.join().expect("no panic"));
        assert!(one.is_some() != other.is_some(), "{one:?} and {other:?} are in one slot");
        assert_eq!(slots.take(0).as_deref().copied(), one.or(other));
    });
}

/// Of two threads that take from one slot, one gets the value.
#[test]
fn only_one_of_two_threads_empties_a_slot() {
    explore("one of two threads empties a slot", || {
        let slots = Arc::new(Slots::<Arc<u32>>::new(1));
        put(&slots, 1);
        let there = Arc::clone(&slots);
        let taking = thread::spawn(move || there.take(0).is_some());
        let here = slots.take(0).is_some();
        assert!(here != taking.join().expect("no panic"), "one value, one taker");
    });
}
