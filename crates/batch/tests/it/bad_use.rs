//! What is refused, and what is strange and still works.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use inrush_batch::{
    Batch, Batcher, BuildError, Builder, CloseError, FlushError, ProducerError, PushError, WhenFull,
};

use crate::given::{LONG, Record};

fn refusal(builder: Builder<u64>) -> BuildError {
    builder.pull().map(drop).unwrap_err()
}

#[test]
fn zero_is_refused_by_name() {
    let builder = Batcher::<u64>::builder;
    for (builder, what) in [
        (builder().batch_size(0), "the batch size is 0, and must be at least 1"),
        (builder().queue(0), "the queue is 0, and must be at least 1"),
        (builder().shared_queue(0), "the shared queue is 0, and must be at least 1"),
        (builder().producers(0), "the number of producers is 0, and must be at least 1"),
        (builder().shared_lanes(0), "the number of shared lanes is 0, and must be at least 1"),
    ] {
        assert_eq!(refusal(builder).to_string(), what);
    }
    let no_workers = Batcher::<u64>::builder().start_workers(0, |_| {
        let deliver = |_: &mut Batch<u64>| Ok::<(), std::io::Error>(());
        (deliver, inrush_batch::OnError::Stop)
    });
    assert!(matches!(no_workers, Err(BuildError::Zero(_))));
}

#[test]
fn sizes_beyond_memory_are_refused() {
    let builder = Batcher::<u64>::builder;
    for builder in [
        builder().batch_size(usize::MAX),
        builder().batch_size(usize::MAX / 16),
        builder().queue(usize::MAX),
        builder().shared_queue(usize::MAX / 2),
        builder().shared_lanes(usize::MAX),
        builder().shared_lanes(1 << 60),
    ] {
        assert!(matches!(refusal(builder), BuildError::TooLarge(_)));
    }
    let batcher = builder().queue(1 << 58).start(|_| {}).unwrap();
    assert_eq!(batcher.producer().unwrap_err(), ProducerError::OutOfMemory);
}

#[test]
fn more_producers_than_lanes_are_refused_until_one_goes() {
    let batcher = Batcher::<u64>::builder().producers(2).start(|_| {}).unwrap();
    let first = batcher.producer().unwrap();
    let _second = batcher.producer().unwrap();
    assert_eq!(batcher.producer().unwrap_err(), ProducerError::TooMany { producers: 2 });
    drop(first);
    batcher.producer().unwrap();
}

#[test]
fn leaked_producer_costs_its_lane_and_nothing_else() {
    let batcher = Batcher::<u64>::builder().producers(1).start(|_| {}).unwrap();
    let mut producer = batcher.producer().unwrap();
    producer.push(1).unwrap();
    std::mem::forget(producer);
    assert_eq!(batcher.producer().unwrap_err(), ProducerError::TooMany { producers: 1 });
    assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 1);
}

#[test]
fn queue_that_is_smaller_than_a_batch_still_fills_it() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder()
        .batch_size(100)
        .queue(2)
        .shared_queue(1)
        .linger(None)
        .start(move |batch: &mut Batch<u32>| seen.add(batch))
        .unwrap();
    let mut producer = batcher.producer().unwrap();
    for item in 0..150 {
        producer.push(item).unwrap();
    }
    for item in 150..200 {
        batcher.push(item).unwrap();
    }
    batcher.close(LONG).unwrap();
    let sizes: Vec<_> = record.batches().iter().map(|(_, items)| items.len()).collect();
    assert_eq!(sizes, [100, 100]);
}

/// A batcher that its own callback can reach.
fn reflexive(
    policy: WhenFull,
    act: impl Fn(&Batcher<u32>, &mut Batch<u32>) + Send + 'static,
) -> Arc<Batcher<u32>> {
    let own = Arc::new(OnceLock::<std::sync::Weak<Batcher<u32>>>::new());
    let seen = Arc::clone(&own);
    let batcher = Batcher::builder()
        .batch_size(1)
        .shared_queue(2)
        .shared_lanes(1)
        .when_full(policy)
        .start(move |batch| {
            if let Some(batcher) = seen.wait().upgrade() {
                act(&batcher, batch);
            }
        })
        .unwrap();
    let batcher = Arc::new(batcher);
    own.set(Arc::downgrade(&batcher)).unwrap();
    batcher
}

#[test]
fn push_from_inside_the_callback_goes_in_or_comes_back() {
    for policy in [WhenFull::Block, WhenFull::BlockFor(LONG), WhenFull::Fail] {
        let (send, received) = std::sync::mpsc::channel();
        let batcher = reflexive(policy, move |batcher, batch| {
            if batch[0] == 0 {
                let refused = (1..).find_map(|item| batcher.push(item).err()).unwrap();
                send.send(refused).unwrap();
            }
        });
        batcher.push(0).unwrap();
        match received.recv_timeout(LONG).unwrap() {
            PushError::InCallback(_) => assert_ne!(policy, WhenFull::Fail),
            PushError::Full(_) => assert_eq!(policy, WhenFull::Fail),
            other => panic!("{other}"),
        }
        batcher.close(LONG).unwrap();
    }
}

#[test]
fn flush_and_close_from_inside_the_callback_say_so() {
    let (send, received) = std::sync::mpsc::channel();
    let batcher = reflexive(WhenFull::Block, move |batcher, _| {
        let flushed = batcher.flush_wait(LONG);
        let closed = matches!(batcher.close(LONG), Err(CloseError::InCallback));
        send.send((flushed, closed)).unwrap();
    });
    batcher.push(1).unwrap();
    assert_eq!(received.recv_timeout(LONG), Ok((Err(FlushError::InCallback), true)));
    assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 1);
}

#[test]
fn flush_that_takes_too_long_says_so() {
    let (gate, key) = crate::given::gate();
    let batcher =
        Batcher::builder().batch_size(1).start(move |_: &mut Batch<u32>| gate.pass()).unwrap();
    batcher.push(1).unwrap();
    key.wait();
    assert_eq!(batcher.flush_wait(Duration::from_millis(1)), Err(FlushError::TimedOut));
    key.open_once();
    batcher.flush_wait(LONG).unwrap();
}
