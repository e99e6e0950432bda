//! Pushing from tasks.

use inrush_batch::{Batch, Batcher, PushError};
use tokio::task::JoinSet;

use crate::given::{LONG, Record, gate};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_push_through_both_doors() {
    let record = Record::new();
    let seen = record.clone();
    let batcher = Batcher::builder()
        .batch_size(8)
        .queue(8)
        .shared_queue(8)
        .start(move |batch: &mut Batch<(u32, u32)>| seen.add(batch))
        .unwrap();
    let batcher = std::sync::Arc::new(batcher);
    let mut tasks = JoinSet::new();
    for task in 0..100 {
        let batcher = std::sync::Arc::clone(&batcher);
        let own = (task % 2 == 0).then(|| batcher.producer().unwrap());
        tasks.spawn(async move {
            let mut own = own;
            for number in 0..100 {
                match &mut own {
                    Some(producer) => producer.push_async((task, number)).await.unwrap(),
                    None => batcher.push_async((task, number)).await.unwrap(),
                }
            }
        });
    }
    tasks.join_all().await;
    batcher.flush_wait(LONG).unwrap();
    let mut items = record.items();
    assert_eq!(items.len(), 10_000);
    for task in (0..100).step_by(2) {
        let numbers = items.iter().filter(|(other, _)| *other == task).map(|&(_, number)| number);
        assert!(numbers.eq(0..100), "task {task}");
    }
    items.sort_unstable();
    items.dedup();
    assert_eq!(items.len(), 10_000);
}

#[tokio::test]
async fn full_lane_makes_the_task_wait_and_not_its_thread() {
    let (gate, key) = gate();
    let batcher = Batcher::builder()
        .batch_size(1)
        .queue(2)
        .start(move |_: &mut Batch<u32>| gate.pass())
        .unwrap();
    let mut producer = batcher.producer().unwrap();
    let pushing = tokio::spawn(async move {
        for item in 0..10 {
            producer.push_async(item).await.unwrap();
        }
    });
    // This runs on the same thread as the task, which waits by now or soon.
    tokio::task::yield_now().await;
    drop(key);
    pushing.await.unwrap();
    let closing = tokio::task::spawn_blocking(move || batcher.close(LONG)).await.unwrap();
    assert_eq!(closing.unwrap().metrics.delivered, 10);
}

#[tokio::test]
async fn closing_wakes_a_task_with_its_item() {
    let (batcher, receiver) = Batcher::builder().queue(2).linger(None).pull().unwrap();
    let mut producer = batcher.producer().unwrap();
    let pushing = tokio::spawn(async move {
        let mut item = 0;
        loop {
            match producer.push_async(item).await {
                Ok(()) => item += 1,
                Err(error) => return (item, error),
            }
        }
    });
    tokio::task::yield_now().await;
    drop(receiver);
    let (item, error) = pushing.await.unwrap();
    assert_eq!(error, PushError::Closed(item));
}

#[tokio::test]
async fn future_that_is_dropped_has_not_pushed_and_hands_its_turn_on() {
    let (batcher, mut receiver) = Batcher::builder()
        .batch_size(2)
        .shared_queue(2)
        .shared_lanes(1)
        .linger(None)
        .pull()
        .unwrap();
    batcher.push_async(1).await.unwrap();
    batcher.push_async(2).await.unwrap();
    let mut given_up = Box::pin(batcher.push_async(3));
    let mut waiting = Box::pin(batcher.push_async(4));
    assert!(futures_poll(given_up.as_mut()).await.is_none());
    assert!(futures_poll(waiting.as_mut()).await.is_none());
    let mut out = Vec::new();
    receiver.recv_batch(&mut out, 2, None).unwrap();
    drop(given_up);
    waiting.await.unwrap();
    drop(batcher);
    receiver.recv_batch(&mut out, 2, None).unwrap();
    assert_eq!(out, [1, 2, 4]);
}

/// Polls once.
async fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut future = Some(future);
    std::future::poll_fn(move |context| {
        let polled = future.take().expect("polled once").poll(context);
        std::task::Poll::Ready(match polled {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
