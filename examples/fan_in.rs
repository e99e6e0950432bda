//! Sixteen threads, one slow consumer: what a full lane does under three policies.
//!
//! `cargo run --release -p inrush-batch --example fan_in`

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use inrush_batch::{Batch, Batcher, WhenFull};

const THREADS: u64 = 16;
const ITEMS: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    for policy in [WhenFull::Block, WhenFull::DropNewest, WhenFull::DropOldest] {
        let started = Instant::now();
        let batcher = Batcher::builder().batch_size(512).queue(2_048).when_full(policy).start(
            |batch: &mut Batch<u64>| {
                // A consumer that takes its time, say to write the batch to a disk.
                thread::sleep(Duration::from_micros(100));
                assert!(!batch.is_empty());
            },
        )?;
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let mut producer = batcher.producer().expect("there are enough lanes");
                scope.spawn(move || {
                    for number in 0..ITEMS {
                        producer.push(thread * ITEMS + number).expect("the batcher is open");
                    }
                });
            }
        });
        let metrics = batcher.close(Duration::from_secs(30))?.metrics;
        let batches = metrics.batches;
        println!("{policy:?}, {:.0?}", started.elapsed());
        println!("  delivered        {:>7} of {}", metrics.delivered, THREADS * ITEMS);
        println!("  dropped, newest  {:>7}", metrics.dropped_newest);
        println!("  dropped, oldest  {:>7}", metrics.dropped_oldest);
        println!("  batches          {:>7} full, {} by age", batches.by_size, batches.by_age);
        println!("  waiting for room {:>7.0?}, all threads together", metrics.blocked);
    }
    Ok(())
}
