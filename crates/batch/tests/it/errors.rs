//! Callbacks that fail and callbacks that panic.

use std::io;
use std::sync::mpsc::channel;
use std::time::Duration;

use inrush_batch::{Batch, Batcher, DeliverError, OnError, PushError};

use crate::given::{LONG, Record};

fn unlucky(batch: &Batch<u32>) -> io::Result<()> {
    if batch.contains(&13) { Err(io::Error::other("thirteen")) } else { Ok(()) }
}

#[test]
fn failed_batch_is_handed_over_with_its_items() {
    let (record, failed) = (Record::new(), Record::new());
    let (seen, taken) = (record.clone(), failed.clone());
    let on_error = OnError::hand_to(move |batch, error| {
        assert_eq!(error.to_string(), "deliver a batch: thirteen");
        taken.add(batch);
    });
    let deliver = move |batch: &mut Batch<u32>| {
        unlucky(batch)?;
        seen.add(batch);
        Ok::<(), io::Error>(())
    };
    let batcher = Batcher::builder().batch_size(5).try_start(deliver, on_error).unwrap();
    (10..20).try_for_each(|item| batcher.push(item)).unwrap();
    let closing = batcher.close(LONG).unwrap();
    assert!(closing.error.is_none());
    let (mut all, failed) = (record.items(), failed.items());
    assert!(failed.contains(&13));
    assert_eq!(
        (closing.metrics.delivered, closing.metrics.failed),
        (all.len() as u64, failed.len() as u64)
    );
    all.extend(failed);
    all.sort_unstable();
    assert_eq!(all, Vec::from_iter(10..20));
}

#[test]
fn retry_hands_the_same_batch_over_again() {
    let record = Record::new();
    let seen = record.clone();
    let deliver = move |batch: &mut Batch<u32>| {
        seen.add(batch);
        if batch.attempt() < 3 { Err("not yet") } else { Ok(()) }
    };
    let on_error = OnError::Retry {
        attempts: 3,
        pause: Duration::from_micros(10),
        then: Box::new(OnError::Stop),
    };
    let batcher = Batcher::builder().linger(None).try_start(deliver, on_error).unwrap();
    (0..4).try_for_each(|item| batcher.push(item)).unwrap();
    let closing = batcher.close(LONG).unwrap();
    assert!(closing.error.is_none());
    assert_eq!(closing.metrics.delivered, 4);
    let batches: Vec<_> = record.batches().into_iter().map(|(_, items)| items).collect();
    assert_eq!(batches, vec![vec![0, 1, 2, 3]; 3]);
}

#[test]
fn stop_closes_the_batcher_and_reports_the_error() {
    let deliver = |batch: &mut Batch<u32>| unlucky(batch);
    let batcher = Batcher::builder().batch_size(1).try_start(deliver, OnError::Stop).unwrap();
    let mut n_accepted = 0;
    let refused = (0..).find_map(|item| match batcher.push(item) {
        Ok(()) => {
            n_accepted += 1;
            None
        }
        Err(error) => Some((item, error)),
    });
    let (item, error) = refused.unwrap();
    assert_eq!(error, PushError::Closed(item));
    let closing = batcher.close(LONG).unwrap();
    assert_eq!(closing.error.unwrap().to_string(), "deliver a batch: thirteen");
    let metrics = closing.metrics;
    assert_eq!((metrics.delivered, metrics.failed), (13, 1));
    assert_eq!(metrics.delivered + metrics.failed + metrics.abandoned, n_accepted);
    assert_eq!(metrics.pushed, n_accepted);
}

#[test]
fn panic_in_the_callback_stops_the_batcher_and_wedges_nobody() {
    let batcher =
        Batcher::builder().batch_size(1).start(|_: &mut Batch<u32>| panic!("on purpose")).unwrap();
    while batcher.push(1).is_ok() {}
    let closing = batcher.close(LONG).unwrap();
    match closing.error {
        Some(DeliverError::Panicked(message)) => assert_eq!(message, "on purpose"),
        other => panic!("{other:?}"),
    }
    assert_eq!(closing.metrics.delivered, 0);
    assert_eq!(closing.metrics.failed + closing.metrics.abandoned, closing.metrics.pushed);
}

#[test]
fn panic_can_be_retried_with_what_is_left_of_the_batch() {
    let (send, received) = channel();
    let panicky = move |batch: &mut Batch<u32>| {
        assert!(batch.attempt() > 1, "the first attempt panics");
        send.send(batch.drain().next().unwrap())
    };
    let on_error =
        OnError::Retry { attempts: 2, pause: Duration::ZERO, then: Box::new(OnError::Stop) };
    let batcher = Batcher::builder().batch_size(1).try_start(panicky, on_error).unwrap();
    batcher.push(7).unwrap();
    assert_eq!(received.recv_timeout(LONG), Ok(7));
    let closing = batcher.close(LONG).unwrap();
    assert!(closing.error.is_none());
    assert_eq!((closing.metrics.delivered, closing.metrics.failed), (1, 0));
}

#[test]
fn long_pause_of_a_retry_ends_when_the_batcher_gives_up() {
    let deliver = |_: &mut Batch<u32>| Err::<(), _>("never");
    let on_error = OnError::Retry {
        attempts: u32::MAX,
        pause: Duration::from_secs(3600),
        then: Box::new(OnError::Stop),
    };
    let batcher = Batcher::builder().batch_size(1).try_start(deliver, on_error).unwrap();
    batcher.push(1).unwrap();
    batcher.close(Duration::from_millis(20)).unwrap_err();
    let metrics = batcher.close(LONG).unwrap().metrics;
    assert_eq!((metrics.delivered, metrics.failed + metrics.abandoned), (0, 1));
}

#[test]
fn several_workers_keep_the_order_of_each_producer() {
    let record = Record::new();
    let batcher = Batcher::builder()
        .batch_size(7)
        .shared_lanes(3)
        .start_workers(3, |_| {
            let seen = record.clone();
            let deliver = move |batch: &mut Batch<(u32, u32)>| {
                seen.add(batch);
                Ok::<(), io::Error>(())
            };
            (deliver, OnError::Stop)
        })
        .unwrap();
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let mut own = (thread % 2 == 0).then(|| batcher.producer().unwrap());
            let batcher = &batcher;
            scope.spawn(move || {
                for number in 0..2_000 {
                    match &mut own {
                        Some(producer) => producer.push((thread, number)).unwrap(),
                        None => batcher.push((thread, number)).unwrap(),
                    }
                }
            });
        }
    });
    batcher.flush_wait(LONG).unwrap();
    let items = record.items();
    assert_eq!(items.len(), 12_000);
    for thread in 0..6 {
        let numbers = items.iter().filter(|(other, _)| *other == thread).map(|&(_, number)| number);
        assert!(numbers.eq(0..2_000), "thread {thread}");
    }
}
