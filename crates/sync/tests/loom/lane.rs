//! A lane between its two ends.

use std::task::Context;

use inrush_sync::{LaneReceiver, LaneSender, Place, Pushed, RecvError, Shape, lane};
use loom::sync::Arc;
use loom::thread;

use crate::{SMALL, TINY, explore, unparker};

/// What becomes of a value that fills a block.
const PUSHED: Pushed = Pushed { is_published: true, block_filled: true, is_called: false };

/// Drains `n` values, which are sure to come.
fn drain<T>(receiver: &mut LaneReceiver<T>, n: usize) -> Vec<T> {
    let mut out = Vec::new();
    loop {
        let n_left = n - out.len();
        if receiver.drain_into(&mut out, n_left) == n_left {
            return out;
        }
        thread::yield_now();
    }
}

/// Drains until the sender is gone and nothing is left.
fn drain_all<T>(receiver: &mut LaneReceiver<T>) -> Vec<T> {
    let mut out = Vec::new();
    loop {
        let is_abandoned = receiver.is_abandoned();
        if receiver.drain_into(&mut out, 1) == 0 {
            if is_abandoned {
                return out;
            }
            thread::yield_now();
        }
    }
}

fn push<T>(sender: &mut LaneSender<T>, value: T) {
    assert!(sender.push(value).is_ok(), "the lane has room");
}

/// Published values are whole when they are drained, and in order.
#[test]
fn unbounded_values_are_whole_when_drained() {
    explore("published values are whole", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            push(&mut sender, 2);
            sender
        });
        assert_eq!(drain(&mut receiver, 2), [1, 2]);
        sending.join().expect("no panic");
    });
}

/// Values that are published several at a time are whole when they are drained.
#[test]
fn windows_publish_what_was_pushed() {
    explore("a window publishes what was pushed", || {
        let (sender, mut receiver) = lane(SMALL);
        let mut sender = sender.publish_every(2);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            push(&mut sender, 2);
            sender
        });
        assert_eq!(drain(&mut receiver, 2), [1, 2]);
        sending.join().expect("no panic");
    });
}

/// Values that are pushed together are whole when they are drained.
#[test]
fn many_values_are_whole_when_drained() {
    explore("many values are whole", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            sender.push_many(&mut [1, 2].into_iter()).expect("the lane is open");
            sender
        });
        assert_eq!(drain(&mut receiver, 2), [1, 2]);
        sending.join().expect("no panic");
    });
}

/// A receiver that sleeps is called when values are pushed together.
#[test]
fn many_values_call_a_sleeper() {
    explore("many values call a sleeper", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            let (pushed, _) = sender.push_many(&mut [1, 2].into_iter()).expect("the lane is open");
            if pushed.is_called {
                sender.answer();
            }
            sender
        });
        let mut out = Vec::new();
        while out.len() < 2 {
            receiver.recv_into(&mut out, 2).expect("two values are sent");
        }
        assert_eq!(out, [1, 2]);
        sending.join().expect("no panic");
    });
}

/// A value that was held back is whole when it is drained after `publish`.
#[test]
fn publish_publishes_what_was_held_back() {
    explore("publish publishes what was held back", || {
        let (sender, mut receiver) = lane(SMALL);
        let mut sender = sender.publish_every(2);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            sender.publish();
            sender
        });
        assert_eq!(drain(&mut receiver, 1), [1]);
        sending.join().expect("no panic");
    });
}

/// A block is written again only when its values have been read.
#[test]
fn block_is_reused_only_when_it_was_read() {
    explore("a block is reused only when it was read", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            push(&mut sender, 2);
            while sender.push(3).is_err() {
                thread::yield_now();
            }
            sender
        });
        assert_eq!(drain(&mut receiver, 3), [1, 2, 3]);
        sending.join().expect("no panic");
    });
}

/// A sender that waits for room goes on when a block comes back.
#[test]
fn blocked_sender_goes_on_when_a_block_is_freed() {
    explore("a blocked sender goes on when a block is freed", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            push(&mut sender, 2);
            assert!(sender.wait_for_room(None));
            push(&mut sender, 3);
            sender
        });
        assert_eq!(drain(&mut receiver, 1), [1]);
        // It must not need another look of this end.
        sending.join().expect("no panic");
        assert_eq!(drain(&mut receiver, 2), [2, 3]);
    });
}

/// A task that waits for room is woken when a block comes back.
#[test]
fn task_is_woken_when_a_block_is_freed() {
    explore("a task is woken when a block is freed", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            push(&mut sender, 2);
            let waker = unparker();
            let mut place = Place::default();
            while sender.poll_room(&mut place, &mut Context::from_waker(&waker)).is_pending() {
                thread::park();
            }
            push(&mut sender, 3);
            sender
        });
        assert_eq!(drain(&mut receiver, 1), [1]);
        // It must not need another look of this end.
        sending.join().expect("no panic");
    });
}

/// A receiver that sleeps is woken by a value, with nothing to follow it.
#[test]
fn sleeping_receiver_is_woken_by_a_value() {
    explore("a sleeping receiver is woken by a value", || {
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

/// Both ends may wait for each other in turn.
#[test]
fn full_lane_wakes_both_ends() {
    explore("a full lane wakes both ends", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            for value in 0..3 {
                assert_eq!(sender.send(value), Ok(()));
            }
            sender
        });
        let mut out = Vec::new();
        while out.len() < 3 {
            receiver.recv_into(&mut out, 1).expect("the sender is there");
        }
        assert_eq!(out, [0, 1, 2]);
        sending.join().expect("no panic");
    });
}

/// What was pushed before the sender went is found by whoever sees that it is gone.
#[test]
fn last_value_is_found_when_the_sender_is_gone() {
    explore("the last value is found when the sender is gone", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || push(&mut sender, Arc::new(1)));
        assert_eq!(drain_all(&mut receiver).iter().map(|value| **value).sum::<u32>(), 1);
        sending.join().expect("no panic");
    });
}

/// What the sender held back is published when it goes, and wakes the receiver.
#[test]
fn sleeping_receiver_is_woken_by_the_end() {
    explore("a sleeping receiver is woken by the end", || {
        let (sender, mut receiver) = lane(SMALL);
        let mut sender = sender.publish_every(2);
        let sending = thread::spawn(move || push(&mut sender, 1));
        let mut out = Vec::new();
        assert_eq!(receiver.recv_into(&mut out, 2), Ok(1));
        assert_eq!(receiver.recv_into(&mut out, 2), Err(RecvError));
        sending.join().expect("no panic");
    });
}

/// Every value is received or dropped for a newer one, and never both.
#[test]
fn oldest_value_is_dropped_or_received() {
    explore("the oldest value is dropped or received", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            push(&mut sender, 0);
            push(&mut sender, 1);
            if sender.push(2) == Ok(PUSHED) {
                return 0;
            }
            let n_dropped = sender.drop_oldest();
            // Either a block was dropped, or the receiver was seen to have given one back.
            assert_eq!(sender.push(2), Ok(PUSHED));
            n_dropped
        });
        let out = drain_all(&mut receiver);
        let n_dropped = sending.join().expect("no panic");
        assert_eq!(out.len() + n_dropped, 3, "received {out:?} and dropped {n_dropped}");
        assert!(out.is_sorted(), "received {out:?}");
        assert_eq!(out.last(), Some(&2));
    });
}

/// A sender that goes away without its drop running keeps nothing from the receiver.
#[test]
fn leaked_sender_does_not_wedge_the_receiver() {
    explore("a leaked sender does not wedge the receiver", || {
        let (sender, mut receiver) = lane(Shape { blocks: 2, block_items: 4 });
        let mut sender = sender.publish_every(2);
        let sending = thread::spawn(move || {
            push(&mut sender, 1);
            sender.publish();
            // The lane may be closed by now.
            let _ = sender.push(2);
            // loom would count a real leak as a failure, so that it is put off.
            sender
        });
        assert_eq!(drain(&mut receiver, 1), [1]);
        receiver.close();
        assert_eq!(receiver.seal_into(&mut Vec::new()), 0);
        drop(receiver);
        sending.join().expect("no panic");
    });
}

/// A sender that drops its oldest block always finds room afterwards: either it has dropped one, or
/// what the receiver claimed in front of it has come back.
#[test]
fn dropping_the_oldest_block_leaves_room() {
    explore("dropping the oldest block leaves room", || {
        let (mut sender, mut receiver) = lane(TINY);
        push(&mut sender, 1);
        push(&mut sender, 2);
        let receiving = thread::spawn(move || {
            receiver.drain_into(&mut Vec::new(), 2);
            receiver
        });
        let n_dropped = sender.drop_oldest();
        assert!(sender.has_room(), "{n_dropped} dropped");
        drop(receiving.join().expect("no panic"));
    });
}
