//! Exclusion and progress, with few threads and with many more than cores.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use inrush_sync::{BiasedLock, RawSpinLock, SpinLock, YieldSpinLock};

use crate::given::Step;

/// Two numbers that a holder makes unequal for a while: whoever sees that is not alone.
#[derive(Debug, Default)]
struct Twins(u64, u64);

impl Twins {
    fn count(&mut self) {
        assert_eq!(self.0, self.1, "somebody else is in the middle of it");
        self.0 += 1;
        // Long enough that some holders lose their processor here.
        for _ in 0..10 {
            std::hint::spin_loop();
        }
        self.1 += 1;
    }
}

/// Lets threads that start together count `n` times each, one at a time.
fn count_together(n_threads: usize, n: usize, count: impl Fn() + Sync) {
    let start = Barrier::new(n_threads);
    thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                start.wait();
                (0..n).for_each(|_| count());
            });
        }
    });
}

#[test]
fn spin_lock_lets_one_thread_in_at_a_time() {
    for (n_threads, n) in [(2, 20_000), (64, 500)] {
        let twins = SpinLock::new(Twins::default());
        count_together(n_threads, n, || twins.lock().count());
        assert_eq!(twins.into_inner().0, (n_threads * n) as u64);
    }
}

#[test]
fn yield_spin_lock_lets_one_thread_in_at_a_time() {
    for (n_threads, n) in [(2, 20_000), (16, 500)] {
        let twins = YieldSpinLock::new(Twins::default());
        count_together(n_threads, n, || twins.lock().count());
        assert_eq!(twins.into_inner().0, (n_threads * n) as u64);
    }
}

#[test]
fn raw_spin_lock_lets_one_thread_in_at_a_time() {
    for (n_threads, n) in [(2, 20_000), (64, 500)] {
        let twins = lock_api::Mutex::<RawSpinLock, _>::new(Twins::default());
        count_together(n_threads, n, || twins.lock().count());
        assert_eq!(twins.into_inner().0, (n_threads * n) as u64);
    }
}

#[test]
fn biased_lock_lets_one_thread_in_at_a_time() {
    for (n_threads, n) in [(2, 20_000), (64, 500)] {
        let twins = BiasedLock::new(Twins::default());
        count_together(n_threads, n, || twins.lock().count());
        assert_eq!(twins.lock().0, (n_threads * n) as u64);
    }
}

/// The other thread comes to each lock once, while its owner goes in and out.
#[test]
fn owner_of_a_biased_lock_gives_way_whenever_another_thread_comes() {
    const N_LOCKS: usize = 5_000;
    let locks: Vec<_> = (0..N_LOCKS).map(|_| BiasedLock::new(Twins::default())).collect();
    let step = Step::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            for (number, twins) in locks.iter().enumerate() {
                step.meet(1, number + 1);
                twins.lock().count();
            }
        });
        for (number, twins) in locks.iter().enumerate() {
            twins.lock().count();
            step.meet(0, number + 1);
            (0..3).for_each(|_| twins.lock().count());
        }
    });
    assert!(locks.iter().all(|twins| twins.lock().0 == 5));
}

#[test]
fn nobody_enters_a_biased_lock_before_its_owner_has_left() {
    let (lock, is_coming, is_in) =
        (BiasedLock::new(()), AtomicBool::new(false), AtomicBool::new(false));
    drop(lock.lock());
    let held = lock.lock();
    thread::scope(|scope| {
        scope.spawn(|| {
            is_coming.store(true, Relaxed);
            let _held = lock.lock();
            is_in.store(true, Relaxed);
        });
        while !is_coming.load(Relaxed) {
            thread::yield_now();
        }
        // Time enough for the other to lose its patience and park.
        for _ in 0..1_000 {
            thread::yield_now();
            assert!(!is_in.load(Relaxed), "two are in");
        }
        drop(held);
    });
    assert!(is_in.into_inner());
}

#[test]
fn owner_of_a_biased_lock_does_not_get_it_twice() {
    let lock = BiasedLock::new(());
    let first = lock.lock();
    let again = catch_unwind(AssertUnwindSafe(|| drop(lock.lock())));
    assert!(again.is_err(), "two guards of one value");
    drop(first);
    let second = lock.lock();
    let again = catch_unwind(AssertUnwindSafe(|| drop(lock.lock())));
    assert!(again.is_err(), "two guards of one value");
    drop(second);
    drop(lock.lock());
    assert!(!lock.is_locked());
}

#[test]
fn taken_lock_is_not_taken_by_a_try() {
    let spin = SpinLock::new(1);
    let held = spin.lock();
    assert!(spin.is_locked());
    assert!(spin.try_lock().is_none());
    drop(held);
    assert!(!spin.is_locked());
    *spin.try_lock().expect("it is free") += 1;
    assert_eq!(spin.into_inner(), 2);

    let yielding = YieldSpinLock::new(1);
    let held = yielding.lock();
    assert!(yielding.try_lock().is_none());
    drop(held);
    *yielding.try_lock().expect("it is free") += 1;
    assert_eq!(yielding.into_inner(), 2);

    let raw = lock_api::Mutex::<RawSpinLock, _>::new(1);
    let held = raw.lock();
    assert!(raw.is_locked() && raw.try_lock().is_none());
    drop(held);
    *raw.try_lock().expect("it is free") += 1;
    assert_eq!(raw.into_inner(), 2);
}

#[test]
fn holder_that_panics_frees_the_lock() {
    let (spin, yielding, biased) = (SpinLock::new(0), YieldSpinLock::new(0), BiasedLock::new(0));
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _held = (spin.lock(), yielding.lock(), biased.lock());
        panic!("with all of them held");
    }));
    assert!(unwound.is_err());
    assert_eq!((*spin.lock(), *yielding.lock(), *biased.lock()), (0, 0, 0));
}
