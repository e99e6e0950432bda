//! Defects that others have had, each reproduced as far as it could happen here, and named after what
//! their users saw.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use inrush_batch::{Batch, Batcher, Cause, OnError, PushError, Wait};

use crate::given::{LONG, Record, gate};

/// crossfire 3.1.20: a message that was sent while the last sender went was lost.
#[test]
fn last_item_of_the_last_producer_is_not_lost() {
    for round in 0..500_u32 {
        let record = Record::new();
        let seen = record.clone();
        let deliver = move |batch: &mut Batch<u32>| seen.add(batch);
        let batcher = Batcher::builder().linger(None).start(deliver).unwrap();
        thread::scope(|scope| {
            let mut producer = batcher.producer().unwrap().publish_every(8);
            // Published by the drop of its producer, in a thread that ends at once.
            scope.spawn(move || producer.push(round).unwrap());
        });
        assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 1);
        assert_eq!(record.items(), [round]);
    }
}

/// thingbuf 83: a channel that was full when its receiver looked hung.
#[test]
fn full_lane_does_not_hang_when_both_sides_wait() {
    let record = Record::new();
    let seen = record.clone();
    let deliver = move |batch: &mut Batch<u32>| seen.add(batch);
    // Less room than a batch, and no time limit: neither side may wait for the other to go first.
    let builder = Batcher::builder().batch_size(64).queue(2).linger(None);
    let batcher = builder.start(deliver).unwrap();
    let mut producer = batcher.producer().unwrap();
    for item in 0..1_000 {
        producer.push(item).unwrap();
    }
    drop(producer);
    assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 1_000);
    assert_eq!(record.items(), Vec::from_iter(0..1_000));
}

/// thingbuf 100: closing while a guard of a slot was alive hung, or corrupted the heap.
#[test]
fn closing_with_a_batch_in_hand_neither_hangs_nor_frees_twice() {
    let item = Arc::new(());
    let (gate, key) = gate();
    let kept = Arc::new(std::sync::Mutex::new(Vec::new()));
    let keeping = Arc::clone(&kept);
    let batcher = Batcher::builder().batch_size(2).start(move |batch: &mut Batch<Arc<()>>| {
        keeping.lock().unwrap().append(&mut batch.take());
        gate.pass();
    });
    let batcher = batcher.unwrap();
    (0..4).try_for_each(|_| batcher.push(Arc::clone(&item))).unwrap();
    key.wait();
    thread::scope(|scope| {
        let closing = scope.spawn(|| batcher.close(LONG).unwrap());
        key.open_once();
        key.wait();
        key.open_once();
        assert_eq!(closing.join().unwrap().metrics.delivered, 4);
    });
    drop(batcher);
    assert_eq!(Arc::strong_count(&item), 5);
    kept.lock().unwrap().clear();
    assert_eq!(Arc::strong_count(&item), 1);
}

/// crossbeam-channel 0.5.15: values were dropped twice when a channel was torn down.
#[test]
fn no_item_is_dropped_twice_when_everything_goes_at_once() {
    for n in 0..200 {
        let item = Arc::new(());
        let batcher = Batcher::builder().batch_size(4).start(|_: &mut Batch<Arc<()>>| {}).unwrap();
        thread::scope(|scope| {
            let (batcher, item) = (&batcher, &item);
            scope.spawn(move || {
                for _ in 0..n {
                    if batcher.push(Arc::clone(item)).is_err() {
                        return;
                    }
                }
            });
            scope.spawn(|| batcher.close(LONG).unwrap());
        });
        drop(batcher);
        assert_eq!(Arc::strong_count(&item), 1, "every clone was dropped once");
    }
}

/// crossbeam-channel 0.5.17: a guard that was leaked led to reads of memory that was gone.
#[test]
fn leaked_producer_wedges_nobody() {
    let batcher = Batcher::builder().linger(None).start(|_: &mut Batch<Box<u32>>| {}).unwrap();
    let mut producer = batcher.producer().unwrap().publish_every(4);
    (0..6).try_for_each(|item| producer.push(Box::new(item))).unwrap();
    std::mem::forget(producer);
    // What was published is delivered; what the leaked handle held back leaks with it.
    assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 4);
}

/// Disruptor 182: producers that waited for room were never woken.
#[test]
fn every_producer_that_waits_for_room_is_woken() {
    let (gate, key) = gate();
    let deliver = move |_: &mut Batch<u32>| gate.pass();
    let builder = Batcher::builder().batch_size(1).shared_lanes(1).shared_queue(2);
    let batcher = builder.start(deliver).unwrap();
    let n_in = AtomicUsize::new(0);
    thread::scope(|scope| {
        for item in 0..20 {
            let (batcher, n_in) = (&batcher, &n_in);
            scope.spawn(move || {
                batcher.push(item).unwrap();
                n_in.fetch_add(1, SeqCst);
            });
        }
        key.wait();
        drop(key);
    });
    assert_eq!(n_in.load(SeqCst), 20);
    assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 20);
}

/// Disruptor 517: events that were published before the shutdown were lost in it.
#[test]
fn nothing_that_was_accepted_is_lost_at_the_end() {
    for _ in 0..100 {
        let batcher = Batcher::builder().batch_size(16).start(|_: &mut Batch<u32>| {}).unwrap();
        let accepted = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while batcher.push(0).is_ok() {
                        accepted.fetch_add(1, SeqCst);
                    }
                });
            }
            // In the midst of it.
            while accepted.load(SeqCst) < 500 {
                thread::yield_now();
            }
            batcher.close(LONG).unwrap();
        });
        assert_eq!(batcher.metrics().delivered, accepted.load(SeqCst) as u64);
    }
}

/// opentelemetry-rust 3176: a flush from within the export waited for itself.
#[test]
fn flush_from_the_callback_is_an_error_and_no_deadlock() {
    let (sender, said) = mpsc::channel();
    let itself: Arc<std::sync::OnceLock<std::sync::Weak<Batcher<u32>>>> = Arc::default();
    let there = Arc::clone(&itself);
    let batcher = Batcher::builder().batch_size(1).start(move |_: &mut Batch<u32>| {
        let batcher = there.get().and_then(std::sync::Weak::upgrade).expect("it is open");
        sender.send(batcher.flush_wait(LONG).map_err(|error| error.to_string())).unwrap();
    });
    let batcher = Arc::new(batcher.unwrap());
    itself.set(Arc::downgrade(&batcher)).unwrap();
    batcher.push(1).unwrap();
    let flushed = said.recv_timeout(LONG).expect("it comes back");
    assert!(flushed.is_err(), "{flushed:?}");
}

/// opentelemetry-rust 3176, from outside: several who flush at once all come back.
#[test]
fn flushes_of_several_threads_all_come_back() {
    let batcher = Batcher::builder().linger(None).start(|_: &mut Batch<u32>| {}).unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let batcher = &batcher;
            scope.spawn(move || {
                for item in 0..200 {
                    batcher.push(thread * 200 + item).unwrap();
                    batcher.flush_wait(LONG).unwrap();
                }
            });
        }
    });
    assert_eq!(batcher.metrics().delivered, 800);
}

/// crossbeam 821: where both sides shared a processor, one spun while the other waited for its turn.
#[cfg(target_os = "linux")]
#[test]
fn both_sides_on_one_processor_do_not_wait_for_each_others_time_slice() {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    for wait in [Wait::Park, Wait::Spin] {
        thread::spawn(move || {
            // Threads that it starts stay there as well.
            let here = sched_getaffinity(None).unwrap();
            let first = (0..CpuSet::MAX_CPU).find(|&processor| here.is_set(processor)).unwrap();
            let mut one = CpuSet::new();
            one.set(first);
            sched_setaffinity(None, &one).unwrap();
            let batcher = Batcher::builder().batch_size(8).queue(16).wait(wait);
            let batcher = batcher.start(|_: &mut Batch<u32>| {}).unwrap();
            let mut producer = batcher.producer().unwrap();
            let began = Instant::now();
            (0..16_000).try_for_each(|item| producer.push(item)).unwrap();
            drop(producer);
            assert_eq!(batcher.close(LONG).unwrap().metrics.delivered, 16_000);
            // A time slice of some milliseconds for each of 1,000 times that the lane is full would
            // be seconds.
            assert!(began.elapsed() < Duration::from_secs(2), "{wait:?}: {:?}", began.elapsed());
        })
        .join()
        .unwrap();
    }
}

/// The Go batcher: each one that was closed left its ticker running.
#[test]
fn closed_batcher_leaves_no_thread_behind() {
    struct Gone(Arc<AtomicUsize>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let n_gone = Arc::new(AtomicUsize::new(0));
    for n in 1..=50 {
        let gone = Gone(Arc::clone(&n_gone));
        let deliver = move |_: &mut Batch<u32>| {
            let _stays = &gone;
        };
        Batcher::builder().start(deliver).unwrap().close(LONG).unwrap();
        // The worker's closure goes with the worker's thread.
        assert_eq!(n_gone.load(SeqCst), n);
    }
}

/// The Go batcher: a batch whose delivery failed was lost.
#[test]
fn failed_batch_is_handed_over_and_not_lost() {
    let failed = Record::new();
    let taken = failed.clone();
    let on_error = OnError::hand_to(move |batch, _| taken.add(batch));
    let deliver = |_: &mut Batch<u32>| Err::<(), _>("no");
    let batcher = Batcher::builder().batch_size(5).try_start(deliver, on_error).unwrap();
    (0..25).try_for_each(|item| batcher.push(item)).unwrap();
    assert_eq!(batcher.close(LONG).unwrap().metrics.failed, 25);
    assert_eq!(failed.items(), Vec::from_iter(0..25));
}

/// The Go batcher: `Close` came back before the tail was processed: 0 of 25 items.
#[test]
fn close_comes_back_when_the_tail_has_been_delivered() {
    let record = Record::new();
    let seen = record.clone();
    let deliver = move |batch: &mut Batch<u32>| {
        // Long enough for a close that does not wait.
        (0..1_000).for_each(|_| thread::yield_now());
        seen.add(batch);
    };
    let batcher = Batcher::builder().batch_size(100).linger(None).start(deliver).unwrap();
    (0..25).try_for_each(|item| batcher.push(item)).unwrap();
    batcher.close(LONG).unwrap();
    assert_eq!(record.batches(), [(Cause::Close, Vec::from_iter(0..25))]);
}

/// The Go batcher: `Add` after `Close` waited for ever.
#[test]
fn push_after_close_comes_back_with_its_item() {
    let batcher = Batcher::builder().shared_queue(2).start(|_: &mut Batch<u32>| {}).unwrap();
    let mut producer = batcher.producer().unwrap();
    batcher.close(LONG).unwrap();
    for item in 0..10 {
        assert_eq!(batcher.push(item), Err(PushError::Closed(item)));
        assert_eq!(producer.push(item), Err(PushError::Closed(item)));
    }
}

/// The Go batcher: its ticker ran at a pace of its own, whatever the age of the oldest item.
#[test]
fn batch_leaves_by_the_age_of_its_oldest_item() {
    let linger = Duration::from_millis(50);
    let (sender, arrivals) = mpsc::channel();
    let deliver = move |_: &mut Batch<u32>| sender.send(Instant::now()).unwrap();
    let batcher = Batcher::builder().linger(linger).start(deliver).unwrap();
    for item in 0..8 {
        // At any phase of a ticker with that period.
        let began = Instant::now();
        while began.elapsed() < linger * item / 8 {
            thread::yield_now();
        }
        let pushed = Instant::now();
        batcher.push(item).unwrap();
        let waited = arrivals.recv_timeout(LONG).unwrap() - pushed;
        assert!(waited >= linger.mul_f64(0.9), "left after {waited:?}");
    }
}
