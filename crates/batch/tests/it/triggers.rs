//! When a batch leaves.

use std::sync::mpsc::channel;
use std::time::Duration;

use inrush_batch::{Batch, Batcher, Cause, Wait};

use crate::given::{LONG, Record};

#[test]
fn full_batch_leaves_without_waiting() {
    for wait in [Wait::Spin, Wait::Park] {
        let (send, received) = channel();
        let batcher = Batcher::builder()
            .batch_size(3)
            .linger(None)
            .wait(wait)
            .start(move |batch: &mut Batch<u32>| send.send((batch.cause(), batch.take())).unwrap())
            .unwrap();
        for item in 0..3 {
            batcher.push(item).unwrap();
        }
        assert_eq!(received.recv_timeout(LONG), Ok((Cause::Size, vec![0, 1, 2])));
    }
}

#[test]
fn batch_fills_from_several_lanes_of_which_none_fills_a_block() {
    let (send, received) = channel();
    let batcher = Batcher::builder()
        .batch_size(4)
        .queue(4096)
        .linger(None)
        .start(move |batch: &mut Batch<u32>| send.send(batch.len()).unwrap())
        .unwrap();
    let mut producers: Vec<_> = (0..4).map(|_| batcher.producer().unwrap()).collect();
    for producer in &mut producers {
        producer.push(1).unwrap();
    }
    assert_eq!(received.recv_timeout(LONG), Ok(4));
}

#[test]
fn lone_item_leaves_by_age() {
    for wait in [Wait::Spin, Wait::Park] {
        let (send, received) = channel();
        let batcher = Batcher::builder()
            .batch_size(1000)
            .linger(Duration::from_millis(2))
            .wait(wait)
            .start(move |batch: &mut Batch<u32>| send.send((batch.cause(), batch.take())).unwrap())
            .unwrap();
        for item in 0..3 {
            batcher.push(item).unwrap();
            assert_eq!(received.recv_timeout(LONG), Ok((Cause::Age, vec![item])));
        }
    }
}

#[test]
fn linger_of_zero_delivers_what_there_is() {
    let (send, received) = channel();
    let batcher = Batcher::builder()
        .linger(Duration::ZERO)
        .start(move |batch: &mut Batch<u32>| send.send(batch.take()).unwrap())
        .unwrap();
    batcher.push(7).unwrap();
    assert_eq!(received.recv_timeout(LONG), Ok(vec![7]));
}

#[test]
fn flush_delivers_what_was_pushed_before_it() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder()
        .batch_size(1000)
        .linger(None)
        .start(move |batch: &mut Batch<u32>| seen.add(batch))
        .unwrap();
    let mut producer = batcher.producer().unwrap().publish_every(64);
    producer.push(1).unwrap();
    producer.flush().unwrap();
    batcher.push(2).unwrap();
    batcher.flush_wait(LONG).unwrap();
    let mut items = record.items();
    items.sort_unstable();
    assert_eq!(items, [1, 2]);
    assert!(record.batches().iter().all(|(cause, _)| *cause == Cause::Flush), "{record:?}");
    batcher.flush_wait(LONG).expect("a flush of nothing is through at once");
    assert_eq!(batcher.metrics().batches.by_flush as usize, record.batches().len());
}

#[test]
fn flush_is_through_although_others_go_on_pushing() {
    let batcher = Batcher::builder().start(|_: &mut Batch<u64>| {}).unwrap();
    std::thread::scope(|scope| {
        let (stop, stopped) = channel::<()>();
        let mut producer = batcher.producer().unwrap();
        scope.spawn(move || {
            while stopped
                .try_recv()
                .is_err_and(|error| error == std::sync::mpsc::TryRecvError::Empty)
            {
                producer.push(1).unwrap();
            }
        });
        for _ in 0..20 {
            batcher.flush_wait(LONG).unwrap();
        }
        drop(stop);
    });
}

#[test]
fn unpublished_items_wait_for_their_publication() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder().start(move |batch: &mut Batch<u32>| seen.add(batch)).unwrap();
    let mut producer = batcher.producer().unwrap().publish_every(3);
    producer.push(1).unwrap();
    producer.push(2).unwrap();
    batcher.flush_wait(LONG).unwrap();
    assert_eq!(record.items(), [] as [u32; 0]);
    producer.push(3).unwrap();
    batcher.flush_wait(LONG).unwrap();
    assert_eq!(record.items(), [1, 2, 3]);
    producer.push(4).unwrap();
    drop(producer);
    batcher.flush_wait(LONG).unwrap();
    assert_eq!(record.items(), [1, 2, 3, 4], "dropping a producer publishes");
}
