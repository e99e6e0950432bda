//! Waiting and waking. A lost wake-up shows as a deadlock.
//!
//! Conditions are read and written with `Relaxed`, so that all order comes from the event.

use std::task::{Context, Poll, Waker};
use std::time::Instant;

use inrush_sync::{Event, Place};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use loom::thread;

use crate::{explore, unparker};

/// Tokens that are waited for at an event.
struct Tokens {
    event: Event,
    n_left: AtomicUsize,
}

impl Tokens {
    fn none(event: Event) -> Arc<Self> {
        Arc::new(Self { event, n_left: AtomicUsize::new(0) })
    }

    fn add_one(&self) {
        self.n_left.fetch_add(1, Relaxed);
        self.event.notify(1);
    }

    fn take_one(&self) -> Option<()> {
        self.n_left.fetch_update(Relaxed, Relaxed, |n_left| n_left.checked_sub(1)).ok().map(|_| ())
    }

    fn wait(&self) {
        self.event.wait(|| self.take_one());
    }
}

fn notification_reaches_a_waiter(event: Event) {
    let tokens = Tokens::none(event);
    let there = Arc::clone(&tokens);
    let waiting = thread::spawn(move || there.wait());
    tokens.add_one();
    waiting.join().expect("no panic");
}

/// A thread that waits sees what it is notified of, or hears of it.
#[test]
fn unbounded_waiter_hears_of_what_it_did_not_see() {
    explore("no wake-up is lost", || notification_reaches_a_waiter(Event::new()));
}

/// A thread that waits at an asymmetric event sees what it is notified of, or hears of it.
#[test]
fn waiter_at_an_asymmetric_event_hears_of_what_it_did_not_see() {
    explore("no wake-up is lost, asymmetric", || {
        notification_reaches_a_waiter(Event::asymmetric());
    });
}

/// Two waiting threads are both woken by one notification of all.
#[test]
fn everybody_is_woken_at_once() {
    explore("one notification wakes everybody", || {
        let tokens = Tokens::none(Event::new());
        let waiting = [(); 2].map(|()| {
            let there = Arc::clone(&tokens);
            thread::spawn(move || {
                there.event.wait(|| match there.n_left.load(Relaxed) {
                    0 => None,
                    _ => Some(()),
                })
            })
        });
        tokens.n_left.store(1, Relaxed);
        tokens.event.notify_all();
        waiting.into_iter().for_each(|thread| thread.join().expect("no panic"));
    });
}

/// Two notifications of one let two waiting threads go, whatever they overtake.
#[test]
fn each_notification_lets_one_waiter_go() {
    explore("two notifications of one let two waiters go", || {
        let tokens = Tokens::none(Event::new());
        let waiting = [(); 2].map(|()| {
            let there = Arc::clone(&tokens);
            thread::spawn(move || there.wait())
        });
        tokens.add_one();
        tokens.add_one();
        waiting.into_iter().for_each(|thread| thread.join().expect("no panic"));
    });
}

/// A notification that reaches a thread whose time is over goes on to another.
#[test]
fn thread_that_gives_up_hands_its_notification_on() {
    explore("a thread that gives up hands its notification on", || {
        let tokens = Tokens::none(Event::new());
        let there = Arc::clone(&tokens);
        let waiting = thread::spawn(move || there.wait());
        let there = Arc::clone(&tokens);
        let giving_up = thread::spawn(move || {
            // loom has no clock; this deadline is over for certain.
            if there.event.wait_until(Some(Instant::now()), || there.take_one()).is_some() {
                there.add_one();
            }
        });
        tokens.add_one();
        waiting.join().expect("no panic");
        giving_up.join().expect("no panic");
    });
}

/// A task that waits sees what it is notified of, or is woken.
#[test]
fn task_hears_of_what_it_did_not_see() {
    explore("no wake-up of a task is lost", || {
        let tokens = Tokens::none(Event::new());
        let there = Arc::clone(&tokens);
        let adding = thread::spawn(move || there.add_one());
        let waker = unparker();
        let mut place = Place::default();
        while tokens.event.poll(&mut place, &mut Context::from_waker(&waker), || tokens.take_one())
            == Poll::Pending
        {
            thread::park();
        }
        adding.join().expect("no panic");
    });
}

/// A notification that reaches a task which is dropped goes on to another waiter.
#[test]
fn task_that_is_dropped_hands_its_notification_on() {
    explore("a task that is dropped hands its notification on", || {
        let tokens = Tokens::none(Event::new());
        let there = Arc::clone(&tokens);
        let waiting = thread::spawn(move || there.wait());
        let there = Arc::clone(&tokens);
        let adding = thread::spawn(move || there.add_one());
        let mut place = Place::default();
        let mut context = Context::from_waker(Waker::noop());
        // It would not take the token, and so leaves it to the other.
        let poll = tokens.event.poll::<()>(&mut place, &mut context, || None);
        assert_eq!(poll, Poll::Pending);
        tokens.event.forget(&mut place);
        waiting.join().expect("no panic");
        adding.join().expect("no panic");
    });
}
