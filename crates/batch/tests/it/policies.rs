//! What a push does when there is no room.

use std::time::Duration;

use inrush_batch::{Batch, Batcher, Order, PushError, WhenFull};

use crate::given::{LONG, Record, gate};

/// A batcher whose worker is held up with its first item, and whose lanes hold four.
macro_rules! held_up {
    ($batcher:ident, $record:ident, $key:ident) => {
        let $record = Record::new();
        let (gate, $key) = gate();
        let seen = $record.clone();
        let $batcher = Batcher::builder()
            .batch_size(1)
            .queue(4)
            .shared_queue(4)
            .shared_lanes(1)
            .start(move |batch: &mut Batch<u32>| {
                gate.pass();
                seen.add(batch);
            })
            .unwrap();
        let mut first = $batcher.producer().unwrap();
        first.push(0).unwrap();
        $key.wait();
        drop(first);
    };
}

/// Pushes until the lane is full, and returns the number of items that went in.
fn fill(mut push: impl FnMut(u32) -> Result<(), PushError<u32>>) -> u32 {
    (1..).find(|&item| push(item) == Err(PushError::Full(item))).unwrap() - 1
}

#[test]
fn fail_returns_the_item() {
    held_up!(batcher, record, key);
    let mut producer = batcher.producer().unwrap().when_full(WhenFull::Fail);
    let n = fill(|item| producer.push(item));
    assert!((2..=4).contains(&n), "a lane of four held {n}");
    drop(key);
    drop(producer);
    batcher.close(LONG).unwrap();
    assert_eq!(record.items(), Vec::from_iter(0..=n));
}

#[test]
fn block_for_gives_up_after_its_time_with_the_item() {
    held_up!(batcher, _record, key);
    let mut producer = batcher.producer().unwrap().when_full(WhenFull::Fail);
    let n = fill(|item| producer.push(item));
    let mut producer = producer.when_full(WhenFull::BlockFor(Duration::from_millis(1)));
    assert_eq!(producer.push(n + 1), Err(PushError::TimedOut(n + 1)));
    assert!(batcher.metrics().blocked >= Duration::from_millis(1));
    drop(key);
}

#[test]
fn block_waits_until_there_is_room() {
    held_up!(batcher, record, key);
    let mut producer = batcher.producer().unwrap().when_full(WhenFull::Fail);
    let n = fill(|item| producer.push(item));
    let mut producer = producer.when_full(WhenFull::Block);
    std::thread::scope(|scope| {
        let pushing = scope.spawn(|| producer.push(n + 1));
        drop(key);
        assert_eq!(pushing.join().unwrap(), Ok(()));
    });
    drop(producer);
    batcher.close(LONG).unwrap();
    assert_eq!(record.items(), Vec::from_iter(0..=n + 1));
}

#[test]
fn drop_newest_drops_what_is_pushed_and_counts_it() {
    held_up!(batcher, record, key);
    let mut producer = batcher.producer().unwrap().when_full(WhenFull::DropNewest);
    for item in 1..=100 {
        producer.push(item).unwrap();
    }
    let dropped = batcher.metrics().dropped_newest;
    assert!((96..=98).contains(&dropped), "{dropped} dropped");
    drop(key);
    drop(producer);
    let metrics = batcher.close(LONG).unwrap().metrics;
    let n = u32::try_from(100 - dropped).unwrap();
    assert_eq!(record.items(), Vec::from_iter(0..=n));
    assert_eq!(metrics.pushed, metrics.delivered);
}

#[test]
fn drop_oldest_keeps_what_was_pushed_last_and_counts_the_rest() {
    held_up!(batcher, record, key);
    let mut producer = batcher.producer().unwrap().when_full(WhenFull::DropOldest);
    for item in 1..=100 {
        producer.push(item).unwrap();
    }
    drop(key);
    drop(producer);
    let metrics = batcher.close(LONG).unwrap().metrics;
    let items = record.items();
    assert_eq!(items.last(), Some(&100));
    assert!(items.is_sorted());
    assert!(metrics.dropped_oldest >= 96, "{metrics:?}");
    assert_eq!(metrics.pushed, 101);
    assert_eq!(metrics.delivered + metrics.dropped_oldest, 101);
    assert_eq!(items.len() as u64, metrics.delivered);
}

#[test]
fn shared_door_follows_the_policy_of_the_batcher() {
    let (gate, key) = gate();
    let batcher = Batcher::builder()
        .batch_size(1)
        .shared_queue(4)
        .shared_lanes(1)
        .when_full(WhenFull::Fail)
        .start(move |_: &mut Batch<u32>| gate.pass())
        .unwrap();
    batcher.push(0).unwrap();
    key.wait();
    let n = fill(|item| batcher.push(item));
    assert!((2..=4).contains(&n), "a lane of four held {n}");
    drop(key);
    assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, u64::from(n) + 1);
}

#[test]
fn every_item_arrives_when_the_order_is_free() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder()
        .order(Order::Any)
        .shared_lanes(3)
        .start(move |batch: &mut Batch<u32>| seen.add(batch))
        .unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let batcher = &batcher;
            scope.spawn(move || {
                for item in 0..5_000 {
                    batcher.push(thread * 5_000 + item).unwrap();
                }
            });
        }
    });
    batcher.close(LONG).unwrap();
    let mut items = record.items();
    items.sort_unstable();
    assert_eq!(items, Vec::from_iter(0..20_000));
}

/// An item whose drop pushes another one through the same door.
enum Echo {
    Plain,
    Pushes(std::sync::Weak<Batcher<Echo>>),
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Self::Pushes(batcher) = self
            && let Some(batcher) = batcher.upgrade()
        {
            let _ = batcher.push(Self::Plain);
        }
    }
}

#[test]
fn dropping_old_items_holds_no_lock() {
    let (gate, key) = gate();
    let batcher = Batcher::builder()
        .batch_size(1)
        .shared_queue(4)
        .shared_lanes(1)
        .when_full(WhenFull::DropOldest)
        .start(move |_: &mut Batch<Echo>| gate.pass())
        .unwrap();
    let batcher = std::sync::Arc::new(batcher);
    batcher.push(Echo::Plain).map_err(|_| "full").unwrap();
    key.wait();
    for _ in 0..50 {
        let item = Echo::Pushes(std::sync::Arc::downgrade(&batcher));
        batcher.push(item).map_err(|_| "full").unwrap();
    }
    assert!(batcher.metrics().dropped_oldest > 40);
    drop(key);
    batcher.close(LONG).unwrap();
}
