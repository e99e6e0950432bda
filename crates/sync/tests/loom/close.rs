//! The end of a lane, against a sender that does not know of it yet.

use inrush_sync::{Answer, LaneReceiver, PushError, RecvError, SendError, barrier, lane};
use loom::sync::Arc;
use loom::thread;

use crate::{SMALL, TINY, explore};

/// Closes as a worker does, and returns how many values came out.
fn close<T>(receiver: &mut LaneReceiver<T>) -> usize {
    receiver.close();
    barrier::heavy();
    receiver.seal_into(&mut Vec::new())
}

/// A value that is pushed while the lane closes is received or taken back, exactly once.
#[test]
fn unbounded_pushed_value_is_received_or_taken_back() {
    explore("a value is received or taken back", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            if sender.push(Arc::new(1)).is_err() {
                return (sender, 1);
            }
            let is_closed = sender.is_called() && sender.answer() == Answer::Closed;
            let n_taken_back = usize::from(is_closed && sender.take_back().is_some());
            (sender, n_taken_back)
        });
        let n_received = close(&mut receiver);
        let (sender, n_taken_back) = sending.join().expect("no panic");
        assert_eq!(n_received + n_taken_back, 1);
        drop((sender, receiver));
    });
}

/// A value that is held back while the lane closes is refused, received or can be taken back.
#[test]
fn held_back_value_is_received_or_taken_back() {
    explore("a value that was held back is received or taken back", || {
        let (sender, mut receiver) = lane(SMALL);
        let mut sender = sender.publish_every(2);
        let sending = thread::spawn(move || {
            let n_pushed = usize::from(sender.push(Arc::new(1)).is_ok());
            sender.publish();
            let is_closed = sender.is_called() && sender.answer() == Answer::Closed;
            n_pushed - usize::from(is_closed && sender.take_back().is_some())
        });
        let n_received = close(&mut receiver);
        assert_eq!(sending.join().expect("no panic"), n_received);
    });
}

/// A sender that drops old values while the lane closes leaves none to both ends, and none to no
/// end.
#[test]
fn values_dropped_for_newer_ones_are_not_sealed_as_well() {
    explore("a value is dropped, received or left behind the seal", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            // Freed twice, or never, an `Arc` fails the model.
            drop(sender.push(Arc::new(1)));
            drop(sender.push(Arc::new(2)));
            let n_dropped = sender.drop_oldest();
            drop(sender.push(Arc::new(3)));
            (sender, n_dropped)
        });
        let n_received = close(&mut receiver);
        let (sender, n_dropped) = sending.join().expect("no panic");
        assert!(n_dropped + n_received <= 3, "dropped {n_dropped}, received {n_received}");
        drop((sender, receiver));
    });
}

/// A value that is sent while the lane closes is received or comes back, exactly once.
#[test]
fn sent_value_is_received_or_comes_back() {
    explore("a value is received or comes back", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            let n_sent = usize::from(sender.send(Arc::new(1)).is_ok());
            n_sent + usize::from(sender.send(Arc::new(2)).is_ok())
        });
        let n_received = close(&mut receiver);
        assert_eq!(sending.join().expect("no panic"), n_received);
    });
}

/// Closing a lane wakes a sender that waits for room, and its value comes back.
#[test]
fn close_wakes_a_blocked_sender() {
    explore("closing wakes a blocked sender", || {
        let (mut sender, mut receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            if sender.push(Arc::new(1)).is_err() || sender.push(Arc::new(2)).is_err() {
                return;
            }
            assert!(sender.wait_for_room(None));
            let back = sender.push(Arc::new(3));
            assert!(matches!(back, Err(PushError::Closed(value)) if *value == 3));
        });
        receiver.close();
        sending.join().expect("no panic");
    });
}

/// A receiver that goes away wakes a sender that waits for room, and nothing leaks.
#[test]
fn dropped_receiver_wakes_a_blocked_sender() {
    explore("a dropped receiver wakes a blocked sender", || {
        let (mut sender, receiver) = lane(TINY);
        let sending = thread::spawn(move || {
            let mut value = 0;
            loop {
                match sender.send(Arc::new(value)) {
                    Ok(()) => value += 1,
                    Err(SendError(_)) => return,
                }
                assert!(value < 5, "a lane of two takes at most four values, two behind the seal");
            }
        });
        drop(receiver);
        sending.join().expect("no panic");
    });
}

/// A receiver that has closed its lane and waits for the rest hears of the last value and the end.
#[test]
fn receiver_of_a_closed_lane_hears_of_the_rest() {
    explore("the receiver of a closed lane hears of the rest", || {
        let (mut sender, mut receiver) = lane(SMALL);
        let sending = thread::spawn(move || {
            // Room there is, and no seal: it comes back only where the close was first.
            usize::from(sender.send(1).is_ok())
        });
        receiver.close();
        let mut out = Vec::new();
        while receiver.recv_into(&mut out, 1) != Err(RecvError) {}
        assert_eq!(out.len(), sending.join().expect("no panic"));
    });
}
