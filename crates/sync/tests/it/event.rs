//! What an event promises to threads and to tasks. Each test holds for both kinds of event.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use inrush_sync::{Event, Place};

use crate::given::Task;

fn both() -> [Event; 2] {
    [Event::new(), Event::asymmetric()]
}

/// Polls for something that is not there.
fn poll_in_vain(event: &Event, place: &mut Place, waker: &Waker) {
    let poll = event.poll::<()>(place, &mut Context::from_waker(waker), || None);
    assert_eq!(poll, Poll::Pending);
}

/// Takes one of `n`, if there is one.
fn take_one(n: &AtomicUsize) -> Option<usize> {
    n.fetch_update(Acquire, Relaxed, |n| n.checked_sub(1)).ok()
}

#[test]
fn waiting_thread_sees_what_it_was_notified_of() {
    const N_ROUNDS: usize = 2_000;
    for event in both() {
        let turn = AtomicUsize::new(0);
        thread::scope(|scope| {
            for parity in [0, 1] {
                let (event, turn) = (&event, &turn);
                scope.spawn(move || {
                    for round in (parity..N_ROUNDS).step_by(2) {
                        event.wait(|| (turn.load(Acquire) == round).then_some(()));
                        turn.store(round + 1, Release);
                        event.notify_all();
                    }
                });
            }
        });
        assert_eq!(turn.into_inner(), N_ROUNDS);
    }
}

#[test]
fn every_notification_of_one_lets_one_of_many_threads_go() {
    const N_THREADS: usize = 8;
    const N_TURNS: usize = 500;
    for event in both() {
        let (tokens, n_taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..N_THREADS {
                scope.spawn(|| {
                    for _ in 0..N_TURNS {
                        event.wait(|| take_one(&tokens));
                        n_taken.fetch_add(1, Relaxed);
                    }
                });
            }
            for _ in 0..N_THREADS * N_TURNS {
                tokens.fetch_add(1, Release);
                event.notify(1);
            }
        });
        assert_eq!(n_taken.into_inner(), N_THREADS * N_TURNS);
    }
}

#[test]
fn wait_ends_without_a_value_when_the_time_is_over() {
    for event in both() {
        assert_eq!(event.wait_timeout::<()>(Duration::from_millis(1), || None), None);
        assert_eq!(event.wait_until::<()>(Some(Instant::now()), || None), None);
    }
}

#[test]
fn wait_looks_once_more_when_the_time_is_over() {
    for event in both() {
        let looks = Cell::new(0);
        let third = || {
            looks.set(looks.get() + 1);
            (looks.get() == 3).then_some(())
        };
        assert_eq!(event.wait_until(Some(Instant::now()), third), Some(()));
    }
}

#[test]
fn a_time_beyond_the_clock_is_no_deadline() {
    for event in both() {
        let ready = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                ready.store(true, Release);
                event.notify_all();
            });
            let end = event.wait_timeout(Duration::MAX, || ready.load(Acquire).then_some(()));
            assert_eq!(end, Some(()));
        });
    }
}

#[test]
fn thread_that_gave_up_takes_no_notification_from_others() {
    for event in both() {
        let (task, waker) = Task::new();
        let mut place = Place::default();
        assert_eq!(event.wait_timeout::<()>(Duration::ZERO, || None), None);
        poll_in_vain(&event, &mut place, &waker);
        event.notify(1);
        assert_eq!(task.n_wakes(), 1);
    }
}

#[test]
fn thread_that_gave_up_can_wait_again() {
    for event in both() {
        let ready = AtomicBool::new(false);
        let look = || ready.load(Acquire).then_some(());
        thread::scope(|scope| {
            assert_eq!(event.wait_timeout(Duration::ZERO, look), None);
            scope.spawn(|| {
                ready.store(true, Release);
                event.notify(1);
            });
            event.wait(look);
        });
    }
}

#[test]
fn condition_that_panics_leaves_no_waiter_behind() {
    for event in both() {
        let is_second = Cell::new(false);
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            event.wait::<()>(|| {
                assert!(!is_second.replace(true), "the look behind the announcement");
                None
            });
        }));
        assert!(unwound.is_err());
        let (task, waker) = Task::new();
        poll_in_vain(&event, &mut Place::default(), &waker);
        event.notify(1);
        assert_eq!(task.n_wakes(), 1);
    }
}

#[test]
fn those_who_wait_longest_are_woken_first() {
    for event in both() {
        let tasks = [(); 3].map(|()| Task::new());
        for (_, waker) in &tasks {
            poll_in_vain(&event, &mut Place::default(), waker);
        }
        let n_wakes = || tasks.each_ref().map(|(task, _)| task.n_wakes());
        event.notify(0);
        assert_eq!(n_wakes(), [0, 0, 0]);
        event.notify(2);
        assert_eq!(n_wakes(), [1, 1, 0]);
        event.notify_all();
        assert_eq!(n_wakes(), [1, 1, 1]);
        event.notify_all();
        assert_eq!(n_wakes(), [1, 1, 1], "nobody is left");
    }
}

#[test]
fn task_that_is_polled_again_waits_once() {
    for event in both() {
        let [(old, old_waker), (new, new_waker), (other, other_waker)] =
            [(); 3].map(|()| Task::new());
        let mut place = Place::default();
        poll_in_vain(&event, &mut place, &old_waker);
        poll_in_vain(&event, &mut place, &new_waker);
        poll_in_vain(&event, &mut Place::default(), &other_waker);
        event.notify(2);
        assert_eq!([old.n_wakes(), new.n_wakes(), other.n_wakes()], [0, 1, 1]);
    }
}

#[test]
fn task_that_is_polled_again_keeps_its_place() {
    for event in both() {
        let [(first, first_waker), (second, second_waker)] = [(); 2].map(|()| Task::new());
        let mut place = Place::default();
        poll_in_vain(&event, &mut place, &first_waker);
        poll_in_vain(&event, &mut Place::default(), &second_waker);
        poll_in_vain(&event, &mut place, &first_waker);
        event.notify(1);
        assert_eq!([first.n_wakes(), second.n_wakes()], [1, 0]);
    }
}

/// A task that notifies an event once nothing refers to the task any more.
struct LastWords(Arc<Event>);

impl Wake for LastWords {
    fn wake(self: Arc<Self>) {}
}

impl Drop for LastWords {
    fn drop(&mut self) {
        self.0.notify_all();
    }
}

#[test]
fn waker_may_notify_while_it_is_dropped() {
    for event in both().map(Arc::new) {
        let (other, other_waker) = Task::new();
        let mut place = Place::default();
        poll_in_vain(&event, &mut place, &Arc::new(LastWords(Arc::clone(&event))).into());
        poll_in_vain(&event, &mut Place::default(), &other_waker);
        // The list holds the only waker of the task, first replaces it and then lets go of it.
        poll_in_vain(&event, &mut place, &Arc::new(LastWords(Arc::clone(&event))).into());
        assert_eq!(other.n_wakes(), 1);
        poll_in_vain(&event, &mut Place::default(), &other_waker);
        poll_in_vain(&event, &mut place, &Arc::new(LastWords(Arc::clone(&event))).into());
        event.forget(&mut place);
        assert_eq!(other.n_wakes(), 2);
    }
}

#[test]
fn task_that_found_a_value_waits_no_more() {
    for event in both() {
        let [(ready, ready_waker), (other, other_waker)] = [(); 2].map(|()| Task::new());
        let mut place = Place::default();
        poll_in_vain(&event, &mut place, &ready_waker);
        poll_in_vain(&event, &mut Place::default(), &other_waker);
        let poll = event.poll(&mut place, &mut Context::from_waker(&ready_waker), || Some(7));
        assert_eq!(poll, Poll::Ready(7));
        event.notify(1);
        assert_eq!([ready.n_wakes(), other.n_wakes()], [0, 1]);
    }
}

#[test]
fn task_that_is_dropped_hands_its_notification_on() {
    for event in both() {
        let [(dropped, dropped_waker), (other, other_waker)] = [(); 2].map(|()| Task::new());
        let mut place = Place::default();
        poll_in_vain(&event, &mut place, &dropped_waker);
        poll_in_vain(&event, &mut Place::default(), &other_waker);
        event.notify(1);
        assert_eq!([dropped.n_wakes(), other.n_wakes()], [1, 0]);
        event.forget(&mut place);
        assert_eq!([dropped.n_wakes(), other.n_wakes()], [1, 1]);
        event.forget(&mut place);
        assert_eq!([dropped.n_wakes(), other.n_wakes()], [1, 1], "there is nothing to forget");
    }
}

#[test]
fn tasks_that_find_nothing_do_not_wake_one_another() {
    for event in both() {
        let tasks = [(); 2].map(|()| Task::new());
        let mut places = [(); 2].map(|()| Place::default());
        for ((_, waker), place) in tasks.iter().zip(&mut places) {
            poll_in_vain(&event, place, waker);
        }
        // Somebody else took what this was about.
        event.notify(1);
        for ((_, waker), place) in tasks.iter().zip(&mut places) {
            poll_in_vain(&event, place, waker);
        }
        assert_eq!(tasks.each_ref().map(|(task, _)| task.n_wakes()), [1, 0]);
    }
}
