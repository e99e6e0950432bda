//! The baseline: whole files in memory, and one queue behind a mutex between all generators and
//! all writers.
//!
//! It is what one writes first, done well: the queue is bounded, waiting is by condition variable,
//! and errors and panics end one file alone. What it cannot have is a fixed memory, as a file must
//! be whole before it is queued, or generating and writing of the same file at once.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::outcome::stop_generating;
use crate::{Cancel, Coordinator, FileError, Job, Outcome, Report, Stalls, workers};
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

    fn write(&self, job: &dyn Job, cancel: &Cancel, queue: &Queue, report: &Mutex<Report>) {
        let mut starved = Duration::ZERO;
        let mut ended = Vec::new();
        loop {
            let waiting = Instant::now();
            let Some(whole) = queue.pop() else { break };
            starved += waiting.elapsed();
            let outcome = self.ended(job, cancel, &whole);
            job.ended(&outcome);
            ended.push(outcome);
        }
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        report.outcomes.append(&mut ended);
        report.stalls.generator_starved += starved;
    }

    fn ended(&self, job: &dyn Job, cancel: &Cancel, whole: &Whole) -> Outcome {
        let written = catch_unwind(AssertUnwindSafe(|| self.put(job, cancel, whole)));
        let result = written.unwrap_or_else(|payload| Err(FileError::panicked(&*payload)));
        Outcome { file: whole.file, result, elapsed: whole.started.elapsed() }
    }

    fn put(&self, job: &dyn Job, cancel: &Cancel, whole: &Whole) -> Result<Written, FileError> {
        let mut sink = job.sink(whole.file)?;
        for chunk in whole.bytes.chunks(self.chunk_bytes) {
            if cancel.is_cancelled() {
                // The run is over; what the sink says of it changes nothing.
                let _ = sink.abort();
                return Err(FileError::Cancelled);
            }
            if let Err(error) = sink.write(chunk) {
                // The write that failed is the error to report.
                let _ = sink.abort();
                return Err(FileError::Write(error));
            }
        }
        Ok(sink.finish()?)
    }
}

impl Coordinator for SharedMutex {
    fn run(&self, job: &dyn Job, cancel: &Cancel) -> Report {
        let queue = Queue::new(self.jobs);
        let written = Mutex::new(Report::default());
        let mut report = thread::scope(|scope| {
            let n_writers = (0..self.jobs.min(job.n_files()).max(1))
                .filter(|i| {
                    let builder = thread::Builder::new().name(format!("inrush-write-{i}"));
                    builder
                        .spawn_scoped(scope, || self.write(job, cancel, &queue, &written))
                        .is_ok()
                })
                .count();
            let report = workers::run(
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
            );
            queue.close();
            report
        });
        let mut written = written.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.outcomes.append(&mut written.outcomes);
        report.outcomes.sort_by_key(|outcome| outcome.file);
        report.stalls += written.stalls;
        report
    }
}

/// Generates a whole file.
fn generate(job: &dyn Job, cancel: &Cancel, file: usize) -> Result<Whole, Outcome> {
    let started = Instant::now();
    let mut out = WholeWriter { bytes: Vec::new(), cancel };
    let generated = catch_unwind(AssertUnwindSafe(|| job.generate(file, &mut out)));
    let error = match generated {
        Ok(Ok(())) => return Ok(Whole { file, started, bytes: out.bytes }),
        Ok(Err(_)) if cancel.is_cancelled() => FileError::Cancelled,
        Ok(Err(error)) => FileError::Generate(error),
        Err(payload) => FileError::panicked(&*payload),
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
    cancel: &'a Cancel,
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
