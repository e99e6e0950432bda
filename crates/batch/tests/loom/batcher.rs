//! The batcher with a receiver in place of the worker's thread.

use std::time::Duration;

use inrush_batch::{Batcher, Builder, PushError, Receiver, WhenFull};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering::Relaxed};
use loom::thread;

use crate::explore::explore;

/// Batches of two, lanes of two blocks with one item each; no clock.
fn small() -> Builder<u32> {
    Batcher::builder().batch_size(2).linger(None).queue(2).shared_queue(2).shared_lanes(1)
}

/// Receives until the end.
fn receive_all(receiver: &mut Receiver<u32>) -> Vec<u32> {
    let mut received = Vec::new();
    let mut n_before = 0;
    while receiver.recv_batch(&mut received, 2, None).is_ok() {
        assert!(received.len() > n_before, "an empty batch");
        assert!(received.len() <= n_before + 2, "a batch that is too large");
        n_before = received.len();
    }
    received
}

/// A receiver that may sleep misses no item, and gets them in order.
#[test]
fn receiver_gets_what_a_producer_pushes() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap();
        let pushing = thread::spawn(move || {
            producer.push(1).unwrap();
            producer.push(2).unwrap();
            drop(producer);
            drop(batcher);
        });
        assert_eq!(receive_all(&mut receiver), [1, 2]);
        pushing.join().unwrap();
    });
}

/// An item pushed through the shared door before the end of the batcher is received.
#[test]
fn receiver_gets_what_comes_through_the_shared_door() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let pushing = thread::spawn(move || {
            batcher.push(1).unwrap();
            drop(batcher);
        });
        assert_eq!(receive_all(&mut receiver), [1]);
        pushing.join().unwrap();
    });
}

/// Closing during a push: the item is received, or comes back.
#[test]
fn close_against_push_loses_nothing() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap();
        let pushing = thread::spawn(move || match producer.push(1) {
            Ok(()) => Vec::new(),
            Err(PushError::Closed(item)) => vec![item],
            Err(other) => panic!("{other}"),
        });
        drop(batcher);
        let mut items = receive_all(&mut receiver);
        items.extend(pushing.join().unwrap());
        assert_eq!(items, [1]);
    });
}

/// Closing wakes a push that waits for room, with its item back.
#[test]
fn close_wakes_a_blocked_push() {
    explore(|| {
        let (batcher, receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap();
        producer.push(1).unwrap();
        producer.push(2).unwrap();
        let pushing = thread::spawn(move || producer.push(3));
        drop(receiver);
        assert_eq!(pushing.join().unwrap(), Err(PushError::Closed(3)));
        assert_eq!(batcher.metrics().abandoned, 2);
    });
}

/// A push that waits for room goes on when the receiver has made some.
#[test]
fn blocked_push_goes_on() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap();
        producer.push(1).unwrap();
        producer.push(2).unwrap();
        let pushing = thread::spawn(move || producer.push(3).unwrap());
        let mut received = Vec::new();
        assert_eq!(receiver.recv_batch(&mut received, 2, None), Ok(2));
        pushing.join().unwrap();
        drop(batcher);
        assert_eq!(receiver.recv_batch(&mut received, 2, None), Ok(1));
        assert_eq!(received, [1, 2, 3]);
    });
}

/// A flush delivers what was pushed before it, although the batch is not full.
#[test]
fn flush_against_push() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap();
        let pushing = thread::spawn(move || {
            producer.push(1).unwrap();
            batcher.flush();
            batcher
        });
        let mut received = Vec::new();
        assert_eq!(receiver.recv_batch(&mut received, 2, None), Ok(1));
        assert_eq!(received, [1]);
        drop(pushing.join().unwrap());
    });
}

/// A producer that drops the oldest block never drops what the receiver has begun.
#[test]
fn drop_oldest_against_the_receiver() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap().when_full(WhenFull::DropOldest);
        producer.push(1).unwrap();
        producer.push(2).unwrap();
        let pushing = thread::spawn(move || producer.push(3).unwrap());
        let mut received = Vec::new();
        receiver.recv_batch(&mut received, 2, None).unwrap();
        pushing.join().unwrap();
        drop(batcher);
        while receiver.recv_batch(&mut received, 2, None).is_ok() {}
        assert!(received.is_sorted(), "{received:?}");
        assert_eq!(received.last(), Some(&3));
    });
}

/// A handle that is leaked keeps its lane, and wedges nobody.
#[test]
fn leaked_producer_wedges_nobody() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        let mut producer = batcher.producer().unwrap();
        let pushing = thread::spawn(move || {
            let _ = producer.push(1);
            // loom looks for leaks itself: the handle is dropped at the end of the model, when the
            // batcher has long ended without having been told of it.
            producer
        });
        drop(batcher);
        let received = receive_all(&mut receiver);
        assert!(received == [1] || received.is_empty(), "{received:?}");
        drop(receiver);
        drop(pushing.join());
    });
}

/// Whoever has waited for a flush sees what was done with the items.
#[test]
fn flush_shows_what_was_done() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        batcher.push(1).unwrap();
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        let receiving = thread::spawn(move || {
            let mut out = Vec::new();
            receiver.recv_batch(&mut out, 2, None).unwrap();
            done.store(true, Relaxed);
            while receiver.recv_batch(&mut out, 2, None).is_ok() {}
        });
        batcher.flush_wait(Duration::MAX).unwrap();
        assert!(seen.load(Relaxed), "the batch was done with when the flush was through");
        drop(batcher);
        receiving.join().unwrap();
    });
}

/// Whoever has waited for the end sees what was done with the items.
#[test]
fn close_shows_what_was_done() {
    explore(|| {
        let (batcher, mut receiver) = small().pull().unwrap();
        batcher.push(1).unwrap();
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        let receiving = thread::spawn(move || {
            let mut out = Vec::new();
            receiver.recv_batch(&mut out, 2, None).unwrap();
            done.store(true, Relaxed);
            while receiver.recv_batch(&mut out, 2, None).is_ok() {}
            receiver
        });
        batcher.close(Duration::MAX).unwrap();
        assert!(seen.load(Relaxed), "the batch was done with at the end");
        drop(receiving.join().unwrap());
    });
}
