//! Exclusion, and what one holder hands to the next.

use inrush_sync::{BiasedLock, SpinLock, YieldSpinLock};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use crate::explore;

/// A number that loom watches: it reports an access that is not ordered behind the last one.
#[derive(Debug, Default)]
struct Number(UnsafeCell<u32>);

impl Number {
    fn add_one(&mut self) -> u32 {
        // SAFETY: `&mut self` is the only reference. That it is so is what the models check.
        let number = self.0.with_mut(|number| unsafe { &mut *number });
        *number += 1;
        *number
    }
}

/// Each of the threads, this one among them, sees what the earlier holders wrote.
fn spin_lock_counts(n_threads: u32) {
    let number = Arc::new(SpinLock::new(Number::default()));
    let others: Vec<_> = (1..n_threads)
        .map(|_| {
            let there = Arc::clone(&number);
            thread::spawn(move || there.lock().add_one())
        })
        .collect();
    number.lock().add_one();
    others.into_iter().for_each(|other| assert!(other.join().expect("no panic") <= n_threads));
    assert_eq!(number.lock().add_one(), n_threads + 1);
}

/// Two threads hold a spin lock one after the other, and the second sees what the first wrote.
#[test]
fn spin_lock_excludes_and_publishes() {
    explore("two threads hold a spin lock in turn", || spin_lock_counts(2));
}

/// Of three threads some park at a spin lock, and each is woken to have its turn.
#[test]
fn spin_lock_wakes_those_who_parked() {
    explore("each of three threads gets a spin lock", || spin_lock_counts(3));
}

/// A thread that tries a spin lock and gets it sees what the last holder wrote.
#[test]
fn unbounded_spin_lock_that_was_free_publishes() {
    explore("a spin lock that is tried publishes", || {
        let number = Arc::new(SpinLock::new(Number::default()));
        let there = Arc::clone(&number);
        let other = thread::spawn(move || there.try_lock().map(|mut number| number.add_one()));
        let here = number.try_lock().map(|mut number| number.add_one());
        let there = other.join().expect("no panic");
        let n = number.try_lock().expect("everybody has left").add_one();
        assert_eq!(n, 1 + u32::from(here.is_some()) + u32::from(there.is_some()));
    });
}

/// Two threads hold a yielding lock one after the other, and the second sees what the first wrote.
#[test]
fn yield_spin_lock_excludes_and_publishes() {
    explore("two threads hold a yielding lock in turn", || {
        let number = Arc::new(YieldSpinLock::new(Number::default()));
        let there = Arc::clone(&number);
        let other = thread::spawn(move || there.lock().add_one());
        number.lock().add_one();
        other.join().expect("no panic");
        assert_eq!(number.lock().add_one(), 3);
    });
}

/// A thread that comes to another's biased lock waits for the owner to leave, and sees what it wrote.
#[test]
fn unbounded_biased_lock_excludes_and_publishes() {
    explore("an owner and another thread hold a biased lock in turn", || {
        let number = Arc::new(BiasedLock::new(Number::default()));
        number.lock().add_one();
        let there = Arc::clone(&number);
        let other = thread::spawn(move || there.lock().add_one());
        number.lock().add_one();
        number.lock().add_one();
        other.join().expect("no panic");
        assert_eq!(number.lock().add_one(), 5);
    });
}

/// Of two threads that come to a new biased lock one becomes its owner, and they hold it in turn.
#[test]
fn new_biased_lock_has_one_owner() {
    explore("two threads come to a new biased lock", || {
        let number = Arc::new(BiasedLock::new(Number::default()));
        let there = Arc::clone(&number);
        let other = thread::spawn(move || {
            there.lock().add_one();
            there.lock().add_one();
        });
        number.lock().add_one();
        number.lock().add_one();
        other.join().expect("no panic");
        assert_eq!(number.lock().add_one(), 5);
    });
}

/// Two threads that come to a third one's biased lock wait for the owner and for each other.
#[test]
fn biased_lock_excludes_those_who_come_together() {
    explore("two threads come to another's biased lock", || {
        let number = Arc::new(BiasedLock::new(Number::default()));
        number.lock().add_one();
        let others = [(); 2].map(|()| {
            let there = Arc::clone(&number);
            thread::spawn(move || there.lock().add_one())
        });
        number.lock().add_one();
        others.into_iter().for_each(|other| assert!(other.join().expect("no panic") > 1));
        assert_eq!(number.lock().add_one(), 5);
    });
}
