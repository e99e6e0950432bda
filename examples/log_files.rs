//! Four threads that log, and a file for each kind of message: batches go from a batcher to a set of
//! files, and stay in order.
//!
//! `cargo run --release -p inrush-lab --example log_files`

use std::error::Error;
use std::fs;
use std::thread;
use std::time::Duration;

use inrush_batch::Batcher;
use inrush_writers::FileSet;

const THREADS: usize = 4;
const MESSAGES: usize = 10_000;
const KINDS: [&str; 3] = ["debug", "info", "error"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let files = KINDS.map(|kind| folder.path().join(format!("{kind}.log")));
    let (batcher, batches) = Batcher::builder().linger(Duration::from_millis(5)).pull()?;

    let report = thread::scope(|scope| {
        let writing = scope.spawn(|| FileSet::append(&files).write_batches(batches));
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let mut producer = batcher.producer().expect("there are enough lanes");
                scope.spawn(move || {
                    for i in 0..MESSAGES {
                        let message = format!("thread {thread}, message {i}\n");
                        // The number of the file, and what to write to it.
                        let pushed = producer.push((i % KINDS.len(), message));
                        pushed.expect("the batcher is open");
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().expect("it does not panic"));
        batcher.close(Duration::from_secs(30)).expect("everything is written by then");
        writing.join().expect("it does not panic")
    })?;

    println!("{report}");
    let mut n_lines = 0;
    for (kind, path) in files.iter().enumerate() {
        let text = fs::read_to_string(path)?;
        for thread in 0..THREADS {
            let prefix = format!("thread {thread}, message ");
            let numbers =
                text.lines().filter_map(|line| line.strip_prefix(&prefix)?.parse::<usize>().ok());
            assert!(numbers.eq((kind..MESSAGES).step_by(KINDS.len())), "{}", path.display());
        }
        n_lines += text.lines().count();
    }
    assert_eq!(n_lines, THREADS * MESSAGES);
    Ok(())
}
