//! The same protocols where the system has no barrier with its costs on one side: a push then takes the
//! long way to its look at the receiver, and a biased lock has no owner.

use inrush_sync::shim::system::without_barrier;
use inrush_sync::{BiasedLock, barrier, lane};
use loom::sync::Arc;
use loom::thread;

use crate::SMALL;

fn explore(claim: &str, model: impl Fn() + Send + Sync + 'static) {
    without_barrier(|| crate::explore(claim, model));
}

/// A receiver that sleeps is woken by a value, with nothing to follow it.
#[test]
fn fenced_value_wakes_a_sleeping_receiver() {
    explore("a sleeping receiver is woken by a value behind a fence", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            assert_eq!(sender.send(1), Ok(()));
            sender
        });
        let mut out = Vec::new();
        assert_eq!(receiver.recv_into(&mut out, 1), Ok(1));
        sending.join().expect("no panic");
    });
}

/// The same for values that are pushed together.
#[test]
fn fenced_values_wake_a_sleeping_receiver() {
    explore("a sleeping receiver is woken by values behind a fence", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            let (pushed, _) = sender.push_many(&mut [1].into_iter()).expect("the lane is open");
            if pushed.is_called {
                sender.answer();
            }
            sender
        });
        let mut out = Vec::new();
        assert_eq!(receiver.recv_into(&mut out, 1), Ok(1));
        sending.join().expect("no panic");
    });
}

/// A value that is pushed while the lane closes is received or comes back, exactly once.
#[test]
fn fenced_value_is_received_or_comes_back() {
    explore("a value behind a fence is received or comes back", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || usize::from(sender.push(Arc::new(1)).is_err()));
        receiver.close();
        barrier::heavy();
        let n_received = receiver.seal_into(&mut Vec::new());
        assert_eq!(n_received + sending.join().expect("no panic"), 1);
    });
}

/// Two threads hold a biased lock in turn that neither owns.
#[test]
fn lock_without_an_owner_excludes_and_publishes() {
    explore("two threads hold a lock without an owner in turn", || {
        let number = Arc::new(BiasedLock::new(1));
        let there = Arc::clone(&number);
        let other = thread::spawn(move || *there.lock() += 1);
        *number.lock() += 1;
        other.join().expect("no panic");
        assert_eq!(*number.lock(), 3);
    });
}
