//! How a batcher ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use inrush_batch::{Batch, Batcher, CloseError, FlushError, ProducerError, PushError};

use crate::given::{LONG, Record, gate};

#[test]
fn close_delivers_everything_that_was_published() {
    for n in [0_u32, 1, 25, 1_000] {
        let record = Record::new();
        let seen = record.clone();
        let batcher = Batcher::builder()
            .batch_size(100)
            .linger(None)
            .start(move |batch: &mut Batch<u32>| seen.add(batch))
            .unwrap();
        let mut producer = batcher.producer().unwrap();
        (0..n).try_for_each(|item| producer.push(item)).unwrap();
        let metrics = batcher.close(LONG).unwrap().metrics;
        assert_eq!(record.items(), Vec::from_iter(0..n));
        assert_eq!((metrics.pushed, metrics.delivered), (u64::from(n), u64::from(n)));
        assert_eq!(metrics.abandoned, 0);
    }
}

#[test]
fn after_close_every_door_returns_the_item() {
    let batcher = Batcher::builder().start(|_: &mut Batch<u32>| {}).unwrap();
    let mut producer = batcher.producer().unwrap();
    producer.push(1).unwrap();
    batcher.close(LONG).unwrap();
    assert!(batcher.is_closed());
    assert_eq!(producer.push(2), Err(PushError::Closed(2)));
    assert_eq!(batcher.push(3), Err(PushError::Closed(3)));
    assert_eq!(batcher.producer().unwrap_err(), ProducerError::Closed);
    let metrics = batcher.close(LONG).expect("closing twice is as closing once").metrics;
    assert_eq!((metrics.pushed, metrics.delivered), (1, 1));
}

#[test]
fn producer_that_outlives_its_batcher_gets_its_item_back() {
    let batcher = Batcher::builder().start(|_: &mut Batch<String>| {}).unwrap();
    let mut producer = batcher.producer().unwrap();
    drop(batcher);
    assert_eq!(producer.push("late".into()), Err(PushError::Closed("late".into())));
}

#[test]
fn unpublished_items_can_be_taken_back_after_close() {
    let batcher = Batcher::builder().start(|_: &mut Batch<u32>| {}).unwrap();
    let mut producer = batcher.producer().unwrap().publish_every(10);
    for item in 0..3 {
        producer.push(item).unwrap();
    }
    batcher.close(LONG).unwrap();
    // Held back like the others, until its publication.
    assert_eq!(producer.push(3), Ok(()));
    assert_eq!(producer.flush(), Err(PushError::Closed(3)));
    assert_eq!(producer.push(4), Err(PushError::Closed(4)));
    assert_eq!(producer.take_back(), Some(2));
    drop(producer);
    let metrics = batcher.metrics();
    assert_eq!((metrics.pushed, metrics.delivered, metrics.abandoned), (2, 0, 2));
}

#[test]
fn first_push_of_a_thread_behind_the_end_is_refused() {
    let batcher = Batcher::builder().start(|_: &mut Batch<u32>| {}).unwrap();
    batcher.push(1).unwrap();
    batcher.close(LONG).unwrap();
    // A thread without a lane, which is not made for it any more.
    std::thread::scope(|scope| {
        let pushed = scope.spawn(|| batcher.push(2));
        assert_eq!(pushed.join().unwrap(), Err(PushError::Closed(2)));
    });
    assert_eq!(batcher.metrics().pushed, 1);
}

#[test]
fn close_wakes_every_push_that_waits() {
    let (gate, key) = gate();
    let batcher = Batcher::builder()
        .batch_size(1)
        .queue(2)
        .shared_queue(2)
        .shared_lanes(1)
        .start(move |_: &mut Batch<u32>| gate.pass())
        .unwrap();
    let accepted = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let mut own = (thread % 2 == 0).then(|| batcher.producer().unwrap());
            let (batcher, accepted) = (&batcher, &accepted);
            scope.spawn(move || {
                for item in 0.. {
                    let pushed = match &mut own {
                        Some(producer) => producer.push(item),
                        None => batcher.push(item),
                    };
                    match pushed {
                        Ok(()) => accepted.fetch_add(1, Relaxed),
                        Err(PushError::Closed(back)) => return assert_eq!(back, item),
                        Err(other) => panic!("{other}"),
                    };
                }
            });
        }
        key.wait();
        while batcher.metrics().pushed < 7 {
            std::thread::yield_now();
        }
        drop(key);
        batcher.close(LONG).unwrap();
    });
    let metrics = batcher.metrics();
    assert_eq!(metrics.delivered + metrics.abandoned, accepted.load(Relaxed) as u64);
    assert_eq!(metrics.pushed, accepted.load(Relaxed) as u64);
}

#[test]
fn close_returns_at_its_deadline_although_the_callback_never_does() {
    let (gate, key) = gate();
    let batcher =
        Batcher::builder().batch_size(2).start(move |_: &mut Batch<u32>| gate.pass()).unwrap();
    (0..5).try_for_each(|item| batcher.push(item)).unwrap();
    key.wait();
    let error = batcher.close(Duration::from_millis(5)).unwrap_err();
    let CloseError::TimedOut(closing) = error else { panic!("{error}") };
    assert_eq!(closing.metrics.pushed, 5);
    assert_eq!(closing.metrics.delivered, 0);
    assert_eq!(closing.metrics.abandoned, 5);
    drop(key);
    let metrics = batcher.close(LONG).expect("the callback has returned after all").metrics;
    assert_eq!(metrics.delivered + metrics.abandoned, 5);
    assert!(metrics.delivered >= 1, "the batch under way was delivered");
    assert_eq!(batcher.flush_wait(LONG), Err(FlushError::Closed));
}

#[test]
fn drop_delivers_the_rest() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder()
        .linger(None)
        .start(move |batch: &mut Batch<u32>| seen.add(batch))
        .unwrap();
    (0..25).try_for_each(|item| batcher.push(item)).unwrap();
    drop(batcher);
    assert_eq!(record.items(), Vec::from_iter(0..25));
}

#[test]
fn batcher_that_is_dropped_in_its_own_callback_waits_for_nobody() {
    let (send, sent) = std::sync::mpsc::channel::<Batcher<u32>>();
    let (done, is_done) = std::sync::mpsc::channel();
    let batcher = Batcher::builder()
        .batch_size(1)
        .start(move |_: &mut Batch<u32>| {
            drop(sent.recv());
            let _ = done.send(());
        })
        .unwrap();
    batcher.push(1).unwrap();
    send.send(batcher).unwrap();
    is_done.recv_timeout(LONG).expect("the callback returned");
}

/// Counts its own drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn every_item_is_dropped_once_in_whatever_order_the_parts_go() {
    for order in 0..6 {
        let n_dropped = Arc::new(AtomicUsize::new(0));
        let item = || Counted(Arc::clone(&n_dropped));
        let (batcher, receiver) =
            Batcher::builder().batch_size(4).queue(16).linger(None).pull().unwrap();
        let mut own = batcher.producer().unwrap().publish_every(8);
        let mut n_pushed = 0;
        for _ in 0..11 {
            own.push(item()).map_err(|_| "full").unwrap();
            n_pushed += 1;
        }
        for _ in 0..3 {
            batcher.push(item()).map_err(|_| "full").unwrap();
            n_pushed += 1;
        }
        let mut receiver = receiver;
        let mut out = Vec::new();
        receiver.recv_batch(&mut out, 4, None).unwrap();
        assert_eq!((out.len(), n_dropped.load(Relaxed)), (4, 0));
        let mut parts: Vec<Box<dyn std::any::Any>> =
            vec![Box::new(batcher), Box::new(receiver), Box::new(own)];
        let first = parts.remove(order / 2);
        let second = parts.remove(order % 2);
        drop(first);
        drop(second);
        drop(parts);
        assert_eq!(n_dropped.load(Relaxed), n_pushed - 4, "order {order}");
        drop(out);
        assert_eq!(n_dropped.load(Relaxed), n_pushed, "order {order}");
    }
}

#[test]
fn lanes_of_dropped_producers_serve_the_next_ones() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder()
        .producers(2)
        .start(move |batch: &mut Batch<u32>| seen.add(batch))
        .unwrap();
    for item in 0..1_000 {
        let mut producer = batcher.producer().unwrap();
        producer.push(item).unwrap();
    }
    batcher.close(LONG).unwrap();
    assert_eq!(record.items(), Vec::from_iter(0..1_000));
}
