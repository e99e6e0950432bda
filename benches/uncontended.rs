//! What an operation costs on one thread, where nobody else wants the same.
//!
//! Beside ours stands what a user would take instead, and in each group first what none of it can beat: a
//! read-modify-write for a lock, a push into a vector for what hands over. With several threads another
//! order holds, which `cargo bench --bench locks` and `--bench fan_in` show; this one decides where threads
//! seldom meet.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, mpsc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use inrush_sync::{BiasedLock, Event, Shape, SpinLock, YieldSpinLock, barrier, lane};

/// Items that are pushed before they are taken.
const ITEMS: u64 = 1024;

fn locks(c: &mut Criterion) {
    // As a program does that measures in nanoseconds: the spin lock's and the event's barrier is then free.
    barrier::prepare();
    let mut group = c.benchmark_group("lock and unlock");
    let word = AtomicU64::new(0);
    // ORDERING: Relaxed: there is one thread.
    group.bench_function("fetch-add", |b| b.iter(|| word.fetch_add(1, Ordering::Relaxed)));
    let biased = BiasedLock::new(0_u64);
    group.bench_function("BiasedLock", |b| b.iter(|| *biased.lock() += 1));
    let spin = SpinLock::new(0_u64);
    group.bench_function("SpinLock", |b| b.iter(|| *spin.lock() += 1));
    let yielding = YieldSpinLock::new(0_u64);
    group.bench_function("YieldSpinLock", |b| b.iter(|| *yielding.lock() += 1));
    let parking_lot = parking_lot::Mutex::new(0_u64);
    group.bench_function("parking_lot::Mutex", |b| b.iter(|| *parking_lot.lock() += 1));
    let std = Mutex::new(0_u64);
    group.bench_function("std::sync::Mutex", |b| {
        b.iter(|| *std.lock().expect("nobody panics with the lock") += 1);
    });
    group.finish();
    black_box((word, biased.lock().wrapping_add(1), spin, yielding, parking_lot, std));
}

fn notifications(c: &mut Criterion) {
    barrier::prepare();
    let mut group = c.benchmark_group("notify nobody");
    let asymmetric = Event::asymmetric();
    group.bench_function("Event::asymmetric", |b| b.iter(|| asymmetric.notify(1)));
    let event = Event::new();
    group.bench_function("Event", |b| b.iter(|| event.notify(1)));
    let condvar = Condvar::new();
    group.bench_function("std::sync::Condvar", |b| b.iter(|| condvar.notify_one()));
    group.finish();
}

/// Pushes [`ITEMS`] and takes them, and looks whether they are these.
fn hand_over(c: &mut Criterion) {
    let mut group = c.benchmark_group("push and take 1024 items");
    group.throughput(Throughput::Elements(ITEMS));
    let sum = (0..ITEMS).sum::<u64>();

    let mut out = Vec::new();
    group.bench_function("Vec", |b| {
        b.iter(|| {
            out.clear();
            (0..ITEMS).for_each(|i| out.push(black_box(i)));
            assert_eq!(out.iter().sum::<u64>(), sum);
        });
    });

    let (mut sender, mut receiver) = lane(Shape { blocks: 4, block_items: 512 });
    let mut out = Vec::new();
    group.bench_function("lane", |b| {
        b.iter(|| {
            for i in 0..ITEMS {
                sender.push(black_box(i)).expect("there is room");
            }
            out.clear();
            while receiver.drain_into(&mut out, ITEMS as usize) > 0 {}
            assert_eq!(out.iter().sum::<u64>(), sum);
        });
    });

    let (mut sender, mut receiver) = rtrb::RingBuffer::new(2048);
    group.bench_function("rtrb", |b| {
        b.iter(|| {
            for i in 0..ITEMS {
                sender.push(black_box(i)).expect("there is room");
            }
            let taken: u64 = std::iter::from_fn(|| receiver.pop().ok()).sum();
            assert_eq!(taken, sum);
        });
    });

    let (sender, receiver) = crossbeam_channel::bounded(2048);
    group.bench_function("crossbeam-channel", |b| {
        b.iter(|| {
            for i in 0..ITEMS {
                sender.send(black_box(i)).expect("there is room");
            }
            assert_eq!(receiver.try_iter().sum::<u64>(), sum);
        });
    });

    let (sender, receiver) = mpsc::sync_channel(2048);
    group.bench_function("std::sync::mpsc", |b| {
        b.iter(|| {
            for i in 0..ITEMS {
                sender.send(black_box(i)).expect("there is room");
            }
            assert_eq!(receiver.try_iter().sum::<u64>(), sum);
        });
    });
    group.finish();
}

criterion_group!(benches, locks, notifications, hand_over);
criterion_main!(benches);
