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

/// Makes the next object, and says how large it was.
pub(super) type NextObject = Box<dyn FnMut() -> Result<u64>>;

/// Objects that a thread makes one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Objects {
    /// The size of each.
    pub(super) object_bytes: usize,
    /// The pieces in which each is made; at once in new memory where that is 0.
    pub(super) chunk_bytes: usize,
    /// Which of the threads they are for: no two make the same.
    pub(super) thread: u64,
}

/// How many bytes are filled at least between two looks at the clock.
const BETWEEN_LOOKS: usize = 256 << 10;

/// How much of the time all threads must have been at work together: what one does alone, before the
/// others, would count for too much.
pub(super) const OVERLAP: f64 = 0.9;

/// The bytes a second of `subjects`, each on a thread of its own with a buffer of `chunk_bytes` that
/// it has filled before. A thread of many has a processor of its own while there are enough.
///
/// # Errors
/// Where a subject did not do what it should, or the threads did not run together.
///
/// # Panics
/// Where a subject does.
pub fn rate(
    subjects: Vec<Box<dyn Generate>>,
    chunk_bytes: usize,
    duration: Duration,
) -> Result<Rate> {
    let (rate, overlap) = rate_and_overlap(subjects, chunk_bytes, duration)?;
    ensure!(overlap.after_all_began >= OVERLAP, "the threads did not run together");
    Ok(rate)
}

/// Shares of the time from the first beginning to the last end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    /// In which all threads had begun.
    pub(super) after_all_began: f64,
    /// In which none had ended either.
    pub(super) all_at_work: f64,
}

/// The same, and how much of the time the threads were at work together.
pub(super) fn rate_and_overlap(
    subjects: Vec<Box<dyn Generate>>,
    chunk_bytes: usize,
    duration: Duration,
) -> Result<(Rate, Overlap)> {
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
    let all_began = starts().max().context("there are no subjects")?;
    let one_ended = filled.iter().map(|filled| filled.ended).min().unwrap_or(last);
    let share = |until: Instant| {
        let together = until.saturating_duration_since(all_began);
        together.as_secs_f64() / span.as_secs_f64().max(1e-9)
    };
    let overlap = Overlap { after_all_began: share(last), all_at_work: share(one_ended) };
    let bytes = filled.iter().map(|filled| filled.bytes).sum();
    let wall_s = span.as_secs_f64();
    Ok((Rate { bytes, wall_s, cpu_s: usage.cpu_s(), peak_rss_bytes: None }, overlap))
}

/// What a thread did.
struct Filled {
    bytes: u64,
    started: Instant,
    ended: Instant,
}
