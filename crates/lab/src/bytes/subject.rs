//! What is measured: something that fills a buffer.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use inrush_bytes::BufferPool;

use super::Rate;
use crate::{Usage, processors};

/// How a subject is made.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The size of the buffer that it will fill.
    pub chunk_bytes: usize,
    /// Which of the threads it is for: no two may make the same data.
    pub thread: u64,
}

impl Setting {
    /// A setting.
    pub fn new(chunk_bytes: usize, thread: u64) -> Self {
        Self { chunk_bytes, thread }
    }
}

/// Something that fills a buffer.
pub trait Generate: Send {
    /// Fills `out` with what comes next.
    fn fill(&mut self, out: &mut [u8]);

    /// Whether `out` holds what the last [`fill`](Self::fill) should have written.
    ///
    /// # Errors
    /// What is wrong.
    fn check(&mut self, out: &[u8]) -> Result<()>;
}

/// How many bytes are filled at least between two looks at the clock.
const BETWEEN_LOOKS: usize = 256 << 10;

/// The bytes a second of `subjects`, each on a thread of its own with a buffer of `chunk_bytes` that
/// it has filled before. A thread of many has a processor of its own while there are enough.
///
/// # Errors
/// Where a subject did not do what it should.
///
/// # Panics
/// Where a subject does.
pub fn rate(
    subjects: Vec<Box<dyn Generate>>,
    chunk_bytes: usize,
    duration: Duration,
) -> Result<Rate> {
    let n_threads = subjects.len();
    let places = if n_threads > 1 { processors::all() } else { Vec::new() };
    let start = Barrier::new(n_threads);
    let fill = |place: Option<&usize>, mut subject: Box<dyn Generate>| -> Result<Filled> {
        if let Some(&processor) = place {
            processors::pin(processor);
        }
        let mut buffer = BufferPool::new(chunk_bytes)?.take();
        subject.fill(&mut buffer);
        start.wait();
        let at_once = (BETWEEN_LOOKS / chunk_bytes).max(1);
        let started = Instant::now();
        let mut bytes = 0;
        let ended = loop {
            for _ in 0..at_once {
                subject.fill(std::hint::black_box(&mut *buffer));
            }
            bytes += (at_once * chunk_bytes) as u64;
            let now = Instant::now();
            if now.duration_since(started) >= duration {
                break now;
            }
        };
        subject.check(&buffer)?;
        Ok(Filled { bytes, started, ended })
    };
    let before = Usage::now().context("read the usage of the process")?;
    let filled: Vec<Filled> = thread::scope(|scope| {
        let (fill, places) = (&fill, &places);
        let threads: Vec<_> = (subjects.into_iter().enumerate())
            .map(|(i, subject)| scope.spawn(move || fill(places.get(i), subject)))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("no subject panics"));
        joined.collect::<Result<_>>()
    })?;
    let usage = Usage::now().context("read the usage of the process")?.since(&before);
    let starts = || filled.iter().map(|filled| filled.started);
    let first = starts().min().context("there are no subjects")?;
    let last = filled.iter().map(|filled| filled.ended).max().context("there are no subjects")?;
    let span = last.duration_since(first);
    // What a thread does alone, before the others, would count for too much.
    let apart = starts().max().context("there are no subjects")?.duration_since(first);
    ensure!(apart < span / 10, "the threads did not run together");
    let bytes = filled.iter().map(|filled| filled.bytes).sum();
    Ok(Rate { bytes, wall_s: span.as_secs_f64(), cpu_s: usage.cpu_s(), peak_rss_bytes: None })
}

/// What a thread did.
struct Filled {
    bytes: u64,
    started: Instant,
    ended: Instant,
}
