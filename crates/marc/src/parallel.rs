//! Records from a `Read`, parsed by several threads.
//!
//! The calling thread reads, finds where records end and takes the results, in order; each thread parses
//! every n-th batch and does with it what it was asked to. Batches go round: a few for each thread are all
//! there are.

use std::io::Read;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::frames::{Frames, Next};
use crate::mode::{Marc8, Mode};
use crate::repair::guess_control_number;
use crate::resync::resync;
use crate::{Batch, Error, Fault, Outcome, Place, Problem, Record};

/// Bytes of a batch: what waking a thread takes is little beside what parsing them takes.
const BATCH_BYTES: usize = 512 << 10;
/// Problems between records in a batch that has no records yet.
const MAX_PROBLEMS: usize = 1_000;
/// Batches a thread has before it and behind it.
const BATCHES_PER_THREAD: usize = 2;

/// Reads records in batches, by several threads.
#[derive(Debug)]
pub struct ParallelReader<R> {
    frames: Frames<R>,
    mode: Mode,
    n_threads: usize,
}

/// What a [`ParallelReader`] has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Findings {
    /// Records that were handed out.
    pub records: u64,
    /// What was wrong; nothing, of a strict reader.
    pub problems: Vec<Problem>,
}

/// How it goes on behind a batch.
enum Then {
    More,
    End,
    Failed(Error),
}

struct Worker<'scope, T> {
    to: SyncSender<Batch>,
    from: Receiver<(Batch, T)>,
    handle: thread::ScopedJoinHandle<'scope, ()>,
}

impl<R: Read> ParallelReader<R> {
    /// A strict reader that keeps MARC-8 as it is, and parses in so many threads beside the calling one;
    /// at least in one.
    pub fn new(input: R, n_threads: usize) -> Self {
        Self {
            frames: Frames::with_block(input, BATCH_BYTES),
            mode: Mode::default(),
            n_threads: n_threads.max(1),
        }
    }

    /// Hands out what it can, and lists what was wrong.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.mode.is_lenient = true;
        self
    }

    /// Does something else with MARC-8.
    #[must_use]
    pub fn marc8(mut self, marc8: Marc8) -> Self {
        self.mode.marc8 = marc8;
        self
    }

    /// Reads to the end: `map` is called in the threads, for a batch of up to 512 KiB each, and `sink`
    /// in the calling thread with what it returned, in the order of the input.
    ///
    /// It finds what a [`Reader`](crate::Reader) finds, and hands out what that hands out up to the first
    /// error. There is one exception: if a record's length says that it ends where another ends, and only
    /// the beginning of it is there, what a lenient reader finds in between may differ.
    ///
    /// # Errors
    /// The first error of reading, as a [`Reader`](crate::Reader) returns it, or that of `sink`.
    ///
    /// # Panics
    /// If `map` does, with its message.
    ///
    /// # Examples
    /// ```
    /// use inrush_marc::{Error, ParallelReader, generate};
    ///
    /// let mut file = Vec::new();
    /// for index in 0..1_000 {
    ///     generate(7, index).encode(&mut file)?;
    /// }
    /// let mut n_fields = 0;
    /// let found = ParallelReader::new(&file[..], 2).for_each_batch(
    ///     |batch| batch.records().map(|record| record.fields().len()).sum::<usize>(),
    ///     |n| {
    ///         n_fields += n;
    ///         Ok::<(), Error>(())
    ///     },
    /// )?;
    /// assert_eq!(found.records, 1_000);
    /// assert!(n_fields > 10_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_each_batch<T: Send, E: From<Error>>(
        mut self,
        map: impl Fn(&Batch) -> T + Sync,
        mut sink: impl FnMut(T) -> Result<(), E>,
    ) -> Result<Findings, E> {
        let (mode, map) = (self.mode, &map);
        thread::scope(|scope| {
            let workers = (0..self.n_threads).map(|_| {
                let (to, inbox) = sync_channel::<Batch>(BATCHES_PER_THREAD);
                let (outbox, from) = sync_channel(BATCHES_PER_THREAD);
                let handle = scope.spawn(move || {
                    for mut batch in inbox {
                        batch.parse(mode);
                        let value = map(&batch);
                        if outbox.send((batch, value)).is_err() {
                            // Nobody wants more.
                            break;
                        }
                    }
                });
                Worker { to, from, handle }
            });
            let mut line = Line::new(workers.collect());
            let mut findings = Findings::default();
            let mut n_found = 0;
            let mut then = Then::More;
            while matches!(then, Then::More) || line.n_in_flight > 0 {
                let mut batch = Batch::default();
                if !matches!(then, Then::More) || line.is_full() {
                    let value;
                    (batch, value) = line.receive();
                    findings.records += batch.len() as u64;
                    let found = batch.take_findings(n_found, &mut findings.problems);
                    sink(value)?;
                    n_found += found?;
                    batch.clear();
                }
                if matches!(then, Then::More) {
                    then = self.fill(&mut batch);
                    line.send(batch);
                }
            }
            match then {
                Then::Failed(error) => Err(error.into()),
                _ => Ok(findings),
            }
        })
    }

    /// Reads all records.
    ///
    /// # Errors
    /// The first error, as a [`Reader`](crate::Reader) returns it.
    pub fn read_all(self) -> Result<(Vec<Record>, Findings), Error> {
        let mut all = Vec::new();
        let findings = self.for_each_batch(
            |batch| batch.records().map(Record::from).collect::<Vec<_>>(),
            |records| {
                all.extend(records);
                Ok::<(), Error>(())
            },
        )?;
        Ok((all, findings))
    }

    /// Fills an empty batch.
    fn fill(&mut self, batch: &mut Batch) -> Then {
        // What is wrong comes first in a batch: frames are parsed later, and stand behind it.
        while batch.n_problems() < MAX_PROBLEMS {
            match self.frames.take_run(batch.run()) {
                Ok(true) => return Then::More,
                Ok(false) => {}
                Err(error) => return Then::Failed(error),
            }
            match self.frames.peek() {
                Ok(Next::Fault(fault)) if self.mode.is_lenient => {
                    if let Err(error) = self.resync(fault, batch) {
                        return Then::Failed(error);
                    }
                }
                Ok(Next::Fault(fault)) => {
                    batch.fail(self.place(), fault);
                    return Then::End;
                }
                Ok(Next::Frame(_)) => unreachable!("it would have been handed out"),
                Ok(Next::End) => return Then::End,
                Err(error) => return Then::Failed(error),
            }
        }
        Then::More
    }

    #[cold]
    fn resync(&mut self, fault: Fault, batch: &mut Batch) -> Result<(), Error> {
        let place = self.place();
        let mut record = Record::new();
        let (is_record, outcome) = resync(&mut self.frames, self.mode, &fault, &mut record)?;
        let record = (!matches!(outcome, Outcome::Skipped { .. })).then_some(record);
        batch.push_recovered(record, Problem { place, fault, outcome }, is_record);
        Ok(())
    }

    fn place(&self) -> Place {
        let control_number = guess_control_number(self.frames.ahead());
        Place { record: 0, offset: self.frames.offset(), control_number }
    }
}

/// Workers that take turns, so that what comes back is in order.
struct Line<'scope, T> {
    workers: Vec<Worker<'scope, T>>,
    next_to: usize,
    n_in_flight: usize,
}

impl<'scope, T> Line<'scope, T> {
    fn new(workers: Vec<Worker<'scope, T>>) -> Self {
        Self { workers, next_to: 0, n_in_flight: 0 }
    }

    fn is_full(&self) -> bool {
        self.n_in_flight == self.workers.len() * BATCHES_PER_THREAD
    }

    fn send(&mut self, batch: Batch) {
        let worker = self.next_to % self.workers.len();
        if self.workers[worker].to.send(batch).is_err() {
            self.fail(worker);
        }
        self.next_to += 1;
        self.n_in_flight += 1;
    }

    /// The oldest batch in flight.
    fn receive(&mut self) -> (Batch, T) {
        let worker = (self.next_to - self.n_in_flight) % self.workers.len();
        match self.workers[worker].from.recv() {
            Ok(result) => {
                self.n_in_flight -= 1;
                result
            }
            Err(_) => self.fail(worker),
        }
    }

    /// A worker ends before its channels only if it panics.
    #[cold]
    fn fail(&mut self, worker: usize) -> ! {
        let worker = self.workers.swap_remove(worker);
        match worker.handle.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("a worker ended before its channel"),
        }
    }
}
