//! The baseline: whole files in memory, and one queue behind a mutex between all generators and
//! all writers.
//!
//! It is what one writes first, done well: the queue is bounded, waiting is by condition variable,
//! and errors and panics end one file alone. What it cannot have is a fixed memory, as a file must
//! be whole before it is queued, or generating and writing of the same file at once.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::guard::{self, Teller};
use crate::outcome::stop_generating;
use crate::{CancelToken, Coordinator, FileError, Job, Outcome, Output, Report, Stalls, workers};
use inrush_writers::Written;

/// One mutex-guarded queue of whole files between `jobs` generators and `jobs` writers.
#[derive(Clone, Debug)]
pub struct SharedMutex {
    jobs: usize,
    chunk_bytes: usize,
}

impl SharedMutex {
    /// A coordinator of `jobs` generators and as many writers, at least one.
    pub fn new(jobs: usize) -> Self {
        Self { jobs: jobs.max(1), chunk_bytes: crate::PerFile::CHUNK_BYTES }
    }

    /// Sets the number of bytes that a writer hands to a sink at a time, at least one.
    #[must_use]
    pub fn chunk_bytes(mut self, chunk_bytes: usize) -> Self {
        self.chunk_bytes = chunk_bytes.max(1);
        self
    }

    fn write(&self, job: &dyn Job, cancel: &CancelToken, queue: &Queue, report: &Mutex<Report>) {
        let mut starved = Duration::ZERO;
        let mut teller = Teller::new(job);
        loop {
            let waiting = Instant::now();
            let Some(whole) = queue.pop() else { break };
            starved += waiting.elapsed();
            teller.tell(self.ended(job, cancel, &whole));
        }
        let mut outcomes = teller.into_outcomes();
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        report.outcomes.append(&mut outcomes);
        report.stalls.generator_starved += starved;
    }

    fn ended(&self, job: &dyn Job, cancel: &CancelToken, whole: &Whole) -> Outcome {
        let result = self.put(job, cancel, whole);
        Outcome { file: whole.file, result, elapsed: whole.started.elapsed() }
    }

    fn put(
        &self,
        job: &dyn Job,
        cancel: &CancelToken,
        whole: &Whole,
    ) -> Result<Written, FileError> {
        // A generator may have passed over the error that told it of the stop, so the bytes count
        // only while the run does.
        let go_on = || if cancel.is_cancelled() { Err(FileError::Cancelled) } else { Ok(()) };
        go_on()?;
        let mut sink = guard::open(job, whole.file)?;
        let written = whole
            .bytes
            .chunks(self.chunk_bytes)
            .try_for_each(|chunk| go_on().and_then(|()| guard::write(&mut *sink, chunk)));
        match written {
            Ok(()) => guard::finish(sink),
            Err(error) => {
                guard::abort(sink);
                Err(error)
            }
        }
    }
}

impl Coordinator for SharedMutex {
    fn run(&self, job: &dyn Job, cancel: &CancelToken) -> Report {
        let queue = Queue::new(self.jobs);
        let written = Mutex::new(Report::default());
        let mut report = thread::scope(|scope| {
            // Closed however the generators end, so that no writer waits for ever.
            let _closed_at_end = Closing(&queue);
            let n_writers = (0..self.jobs.min(job.n_files()).max(1))
                .filter(|i| {
                    let builder = thread::Builder::new().name(format!("inrush-write-{i}"));
                    builder
                        .spawn_scoped(scope, || self.write(job, cancel, &queue, &written))
                        .is_ok()
                })
                .count();
            workers::run(
                job,
                cancel,
                self.jobs,
                || Duration::ZERO,
                |blocked, file| match generate(job, cancel, file) {
                    Ok(whole) if n_writers > 0 => {
                        *blocked += queue.push(whole);
                        None
                    }
                    // The system gave no thread to write with: this one does.
                    Ok(whole) => Some(self.ended(job, cancel, &whole)),
                    Err(outcome) => Some(outcome),
                },
                |writer_blocked| Stalls { writer_blocked, ..Stalls::default() },
            )
        });
        let mut written = written.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.outcomes.append(&mut written.outcomes);
        report.outcomes.sort_by_key(|outcome| outcome.file);
        report.stalls += written.stalls;
        report
    }
}

/// Generates a whole file.
fn generate(job: &dyn Job, cancel: &CancelToken, file: usize) -> Result<Whole, Outcome> {
    let started = Instant::now();
    let mut out = WholeWriter { bytes: Vec::new(), cancel };
    let error = match guard::generate(job, file, &mut out) {
        Ok(()) => return Ok(Whole { file, started, bytes: out.bytes }),
        Err(FileError::Generate(_)) if cancel.is_cancelled() => FileError::Cancelled,
        Err(error) => error,
    };
    Err(Outcome { file, result: Err(error), elapsed: started.elapsed() })
}

/// A file in memory.
#[derive(Debug)]
struct Whole {
    file: usize,
    started: Instant,
    bytes: Vec<u8>,
}

struct WholeWriter<'a> {
    bytes: Vec<u8>,
    cancel: &'a CancelToken,
}

impl Write for WholeWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(stop_generating());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for WholeWriter<'_> {
    fn fill(&mut self, limit: usize, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(stop_generating());
        }
        // A slice needs bytes before there are any, and a file of unknown length no more than it
        // turns out to have.
        let n = limit.min(crate::PerFile::CHUNK_BYTES);
        let start = self.bytes.len();
        self.bytes.resize(start + n, 0);
        fill(&mut self.bytes[start..]);
        Ok(n)
    }
}

/// The queue that all threads share.
#[derive(Debug)]
struct Queue {
    state: Mutex<QueueState>,
    not_empty: Condvar,
    not_full: Condvar,
    capacity: usize,
}

#[derive(Debug, Default)]
struct QueueState {
    files: VecDeque<Whole>,
    closed: bool,
}

impl Queue {
    fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::default(),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            capacity,
        }
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        // Nothing panics while the state is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room and returns how long that took.
    fn push(&self, whole: Whole) -> Duration {
        let waiting = Instant::now();
        let mut state = self.state();
        while state.files.len() >= self.capacity {
            state = self.not_full.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.files.push_back(whole);
        drop(state);
        self.not_empty.notify_one();
        waiting.elapsed()
    }

    /// The next file, or nothing once the queue is closed and empty.
    fn pop(&self) -> Option<Whole> {
        let mut state = self.state();
        loop {
            if let Some(whole) = state.files.pop_front() {
                drop(state);
                self.not_full.notify_one();
                return Some(whole);
            }
            if state.closed {
                return None;
            }
            state = self.not_empty.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        self.state().closed = true;
        self.not_empty.notify_all();
    }
}

/// Closes the queue when it is dropped.
struct Closing<'a>(&'a Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
