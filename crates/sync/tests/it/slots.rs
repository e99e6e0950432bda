//! What slots promise.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use inrush_sync::Slots;

use crate::given::Drops;

#[test]
fn slot_holds_one_value_at_a_time() {
    let slots = Slots::<u32, 64>::new(2);
    assert_eq!((slots.len(), slots.is_empty()), (2, false));
    for round in 0..3 {
        assert_eq!(slots.take(0), None);
        assert_eq!(slots.put(0, round), Ok(()));
        assert_eq!(slots.put(0, 9), Err(9), "the value comes back");
        assert_eq!(slots.take(1), None, "the other slot is another one");
        assert_eq!(slots.take(0), Some(round));
    }
    assert!(Slots::<u32>::new(0).is_empty());
}

#[test]
fn slot_that_is_not_there_is_refused() {
    let slots = Slots::<u32>::new(1);
    assert!(catch_unwind(AssertUnwindSafe(|| slots.put(1, 0))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| slots.take(1))).is_err());
}

#[test]
fn values_that_were_left_are_dropped_with_the_slots() {
    let drops = Drops::default();
    let slots = Slots::<_, 0>::new(3);
    for index in [0, 2] {
        assert!(slots.put(index, drops.value()).is_ok());
    }
    drop(slots.take(2));
    assert_eq!(drops.counts(), [0, 1]);
    drop(slots);
    drops.assert_once_each();
}

#[test]
fn every_value_is_taken_by_one_of_many_threads() {
    const N_THREADS: u32 = 4;
    const N_VALUES: u32 = 5_000;
    let slots = Slots::<Box<u32>>::new(2);
    let n_taken: Vec<AtomicU32> = (0..N_THREADS * N_VALUES).map(|_| AtomicU32::new(0)).collect();
    let n_left = AtomicU32::new(N_THREADS * N_VALUES);
    thread::scope(|scope| {
        for first in 0..N_THREADS {
            let slots = &slots;
            scope.spawn(move || {
                for value in (first..N_THREADS * N_VALUES).step_by(N_THREADS as usize) {
                    let mut value = Box::new(value);
                    let mut index = 0;
                    while let Err(back) = slots.put(index, value) {
                        value = back;
                        index = 1 - index;
                        thread::yield_now();
                    }
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while n_left.load(Relaxed) > 0 {
                    for value in [slots.take(0), slots.take(1)].into_iter().flatten() {
                        n_taken[*value as usize].fetch_add(1, Relaxed);
                        n_left.fetch_sub(1, Relaxed);
                    }
                    thread::yield_now();
                }
            });
        }
    });
    assert!(n_taken.iter().all(|n| n.load(Relaxed) == 1));
}
