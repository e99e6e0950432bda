//! A receiver that comes for its batches.

use std::time::Duration;

use inrush_batch::{Batcher, PushError, RecvError};

use crate::given::LONG;

#[test]
fn limit_bounds_a_batch_and_nothing_is_lost_between_two() {
    let (batcher, mut receiver) = Batcher::builder().batch_size(100).pull().unwrap();
    (0..250).try_for_each(|item| batcher.push(item)).unwrap();
    drop(batcher);
    let mut out = Vec::new();
    let mut limits = [1_usize, 7, 1000, 3].iter().cycle();
    let mut n_before = 0;
    while let Ok(n) = receiver.recv_batch(&mut out, *limits.next().unwrap(), Some(LONG)) {
        assert!(n > 0 && n <= 100);
        assert_eq!(out.len(), n_before + n);
        n_before = out.len();
    }
    assert_eq!(out, Vec::from_iter(0..250));
    assert_eq!(receiver.recv_batch(&mut out, 1, None), Err(RecvError));
}

#[test]
fn timeout_returns_nothing_and_loses_nothing() {
    let (batcher, mut receiver) = Batcher::builder().linger(None).pull().unwrap();
    let mut out = Vec::new();
    batcher.push(1).unwrap();
    assert_eq!(receiver.recv_batch(&mut out, 10, Some(Duration::from_millis(1))), Ok(0));
    assert_eq!(receiver.recv_batch(&mut out, 0, None), Ok(0));
    batcher.push(2).unwrap();
    assert_eq!(receiver.recv_batch(&mut out, 2, Some(LONG)), Ok(2));
    assert_eq!(out, [1, 2]);
}

#[test]
fn waiting_receiver_is_woken_by_the_first_item() {
    let (batcher, mut receiver) = Batcher::builder().linger(Duration::ZERO).pull().unwrap();
    std::thread::scope(|scope| {
        let receiving = scope.spawn(move || {
            let mut out = Vec::new();
            receiver.recv_batch(&mut out, 10, Some(LONG)).map(|_| out)
        });
        batcher.push(5).unwrap();
        assert_eq!(receiving.join().unwrap(), Ok(vec![5]));
    });
}

#[test]
fn receiver_that_goes_closes_the_batcher_and_what_was_left_is_counted() {
    let (batcher, receiver) = Batcher::builder().pull().unwrap();
    let mut producer = batcher.producer().unwrap();
    producer.push(1).unwrap();
    batcher.push(2).unwrap();
    drop(receiver);
    assert_eq!(producer.push(3), Err(PushError::Closed(3)));
    assert_eq!(batcher.push(4), Err(PushError::Closed(4)));
    let metrics = batcher.close(LONG).unwrap().metrics;
    assert_eq!((metrics.pushed, metrics.delivered, metrics.abandoned), (2, 0, 2));
}

#[test]
fn close_waits_for_the_receiver() {
    let (batcher, mut receiver) = Batcher::builder().pull().unwrap();
    batcher.push(1).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut out = Vec::new();
            while receiver.recv_batch(&mut out, 10, Some(LONG)).is_ok() {}
            assert_eq!(out, [1]);
        });
        assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 1);
    });
}

#[test]
fn receiver_is_an_iterator_over_batches_until_the_end() {
    let (batcher, receiver) = Batcher::builder().batch_size(16).pull().unwrap();
    let received = std::thread::scope(|scope| {
        let receiving = scope.spawn(move || receiver.collect::<Vec<Vec<u32>>>());
        (0..1000).try_for_each(|item| batcher.push(item)).unwrap();
        batcher.close(LONG).unwrap();
        receiving.join().unwrap()
    });
    assert!(received.iter().all(|batch| (1..=16).contains(&batch.len())));
    assert_eq!(received.concat(), Vec::from_iter(0..1000));
}
