//! A job whose files, faults and stops are written down beforehand, and what must come of it.

use std::fmt::Debug;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use inrush_coordinator::{
    CancelToken, Coordinator, FileError, Job, Outcome, Output, PerFile, Report, SharedMutex,
};
use inrush_writers::{Action, Sink, WriteError, Written};

/// A point in the life of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Open,
    /// Before the generator makes this byte; the length of the file is a byte that ends it.
    Generate(usize),
    /// When the sink is to take this byte.
    Write(usize),
    Finish,
    Abort,
}

/// What happens there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    Error,
    Panic,
    /// The run is stopped, and all else goes on.
    CancelToken,
}

/// One file.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) bytes: usize,
    /// How many bytes the generator writes at a time.
    pub(crate) write_bytes: usize,
    pub(crate) faults: Vec<(Step, How)>,
    /// A generator that passes over errors and ends as if all were well.
    pub(crate) stubborn: bool,
}

impl Plan {
    pub(crate) fn new(bytes: usize, write_bytes: usize) -> Self {
        Self { bytes, write_bytes, faults: Vec::new(), stubborn: false }
    }

    pub(crate) fn with(mut self, step: Step, how: How) -> Self {
        self.faults.push((step, how));
        self
    }

    fn at(&self, step: Step) -> Option<How> {
        self.faults.iter().find(|(at, _)| *at == step).map(|(_, how)| *how)
    }

    /// The first byte that `byte_of` picks a fault for.
    fn first(&self, byte_of: impl Fn(Step) -> Option<usize>) -> Option<(usize, How)> {
        let faults = self.faults.iter().filter(|(_, how)| *how != How::CancelToken);
        faults.filter_map(|&(step, how)| Some((byte_of(step)?, how))).min_by_key(|(byte, _)| *byte)
    }

    /// How the file ends where nothing stops the run, by the obvious loop.
    pub(crate) fn expected(&self, file: usize, order: Order) -> End {
        let end = |how, actor: &str, error| match how {
            How::Panic => End::Panicked(format!("the {actor} of file {file}")),
            How::Error | How::CancelToken => error,
        };
        let generate = self
            .first(|step| if let Step::Generate(byte) = step { Some(byte) } else { None })
            .filter(|(byte, _)| *byte <= self.bytes)
            .map(|(byte, how)| (byte, end(how, "generator", End::Generate)));
        // What has left the generator by the time it fails: it keeps the chunk it is filling, and
        // a full one until there is a byte to follow it.
        let passed_on = match (order, &generate) {
            (Order::Chunks(chunk), Some((byte, _))) => byte.saturating_sub(1) / chunk * chunk,
            (Order::WholeFiles, Some(_)) => 0,
            (_, None) => self.bytes,
        };
        let sink = |step, action| {
            let how = self.at(step).filter(|how| *how != How::CancelToken);
            how.map(|how| end(how, "sink", End::Write(action)))
        };
        let write = self
            .first(|step| if let Step::Write(byte) = step { Some(byte) } else { None })
            .filter(|(byte, _)| *byte < passed_on)
            .map(|(_, how)| end(how, "sink", End::Write(Action::Write)));
        let generate = generate.map(|(_, end)| end);
        let open = sink(Step::Open, Action::Create);
        let before_finish = match order {
            Order::Chunks(_) => open.or(write).or(generate),
            Order::WholeFiles => generate.or(open).or(write),
        };
        before_finish.or_else(|| sink(Step::Finish, Action::Close)).unwrap_or(End::Whole)
    }
}

/// When a coordinator hands a file's bytes to its sink.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    /// As chunks of this size are filled.
    Chunks(usize),
    /// When the file is whole.
    WholeFiles,
}

/// How a file ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    Whole,
    Write(Action),
    Generate,
    Panicked(String),
    Cancelled,
}

impl End {
    fn of(outcome: &Outcome) -> Self {
        match &outcome.result {
            Ok(_) => Self::Whole,
            Err(FileError::Write(error)) => {
                assert_eq!(error.path, path(outcome.file), "the error of another file");
                Self::Write(error.action)
            }
            Err(FileError::Generate(error)) => {
                let message = format!("the generator of file {}", outcome.file);
                assert_eq!(error.to_string(), message, "not the generator's own error");
                Self::Generate
            }
            Err(FileError::Panicked(message)) => Self::Panicked(message.clone()),
            Err(FileError::Cancelled) => Self::Cancelled,
            Err(error) => panic!("an unknown error: {error}"),
        }
    }
}

fn path(file: usize) -> PathBuf {
    format!("file-{file}").into()
}

/// What became of a file's sink.
#[derive(Clone, Debug, Default)]
struct Fate {
    bytes: Vec<u8>,
    opened: usize,
    finished: usize,
    aborted: usize,
    /// Dropped without having been finished or aborted.
    dropped: usize,
    failed: bool,
}

/// A [`Job`] that goes by its plans.
#[derive(Debug)]
pub(crate) struct Script {
    plans: Vec<Plan>,
    fates: Vec<Arc<Mutex<Fate>>>,
    told: Mutex<Vec<(usize, End)>>,
    pub(crate) cancel: CancelToken,
    /// After how many files the run is stopped.
    pub(crate) cancel_after: Option<usize>,
    /// Whether `ended` panics after it was told of a file.
    pub(crate) ended_panics: bool,
}

impl Script {
    pub(crate) fn new(plans: Vec<Plan>) -> Self {
        let fates = plans.iter().map(|_| Arc::default()).collect();
        Self {
            plans,
            fates,
            told: Mutex::default(),
            cancel: CancelToken::default(),
            cancel_after: None,
            ended_panics: false,
        }
    }

    /// Runs the job, and ends the whole process where the run hangs.
    pub(crate) fn run(&self, coordinator: &dyn Coordinator) -> Report {
        let (running, ended) = mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            if ended.recv_timeout(Duration::from_secs(120)) == Err(RecvTimeoutError::Timeout) {
                eprintln!("a run hangs");
                std::process::abort();
            }
        });
        let report = coordinator.run(self, &self.cancel);
        drop(running);
        watchdog.join().unwrap();
        report
    }

    /// Runs the job and asserts that every file ends as it must.
    #[track_caller]
    pub(crate) fn run_and_check(&self, coordinator: &(impl Coordinator + Debug), order: Order) {
        let ends = self.check(&self.run(coordinator));
        assert_eq!(ends.len(), self.plans.len(), "{coordinator:?} left files out");
        for (file, (plan, end)) in self.plans.iter().zip(ends).enumerate() {
            let end = end.1;
            assert_eq!(end, plan.expected(file, order), "{coordinator:?}, file {file}: {plan:?}");
        }
    }

    /// Asserts what holds of every run, stopped or not, and returns how its files ended.
    #[track_caller]
    pub(crate) fn check(&self, report: &Report) -> Vec<(usize, End)> {
        let files: Vec<_> = report.outcomes.iter().map(|outcome| outcome.file).collect();
        assert!(files.is_sorted_by(|a, b| a < b), "one outcome each, in order: {files:?}");
        let ends: Vec<_> = report.outcomes.iter().map(|o| (o.file, End::of(o))).collect();
        assert_eq!(self.told(), ends, "`ended` is called once for each outcome");
        for outcome in &report.outcomes {
            self.check_sink(outcome);
        }
        for (file, fate) in self.fates.iter().enumerate() {
            if files.binary_search(&file).is_err() {
                assert_eq!(fate.lock().unwrap().opened, 0, "file {file} was begun");
            }
        }
        ends
    }

    /// How many sinks were opened.
    pub(crate) fn n_opened(&self) -> usize {
        self.fates.iter().map(|fate| fate.lock().unwrap().opened).sum()
    }

    /// What `ended` was told, by file.
    pub(crate) fn told(&self) -> Vec<(usize, End)> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        told.sort_by_key(|(file, _)| *file);
        told
    }

    #[track_caller]
    fn check_sink(&self, outcome: &Outcome) {
        let file = outcome.file;
        let fate = self.fates[file].lock().unwrap();
        assert!(fate.opened <= 1, "file {file} was opened twice");
        let content = content(file, self.plans[file].bytes);
        let ways_out = (fate.finished, fate.aborted, fate.dropped);
        if let Ok(written) = &outcome.result {
            assert_eq!(ways_out, (1, 0, 0), "file {file} is whole");
            assert_eq!(written.bytes, self.plans[file].bytes as u64, "file {file}");
            assert!(fate.bytes == content, "file {file} differs");
        } else if fate.finished == 0 {
            assert_eq!(ways_out, (0, fate.opened, 0), "the sink of file {file} is aborted once");
        } else {
            assert_eq!(ways_out, (1, 0, 0), "the sink of file {file} failed to finish");
        }
        assert!(content.starts_with(&fate.bytes), "the sink of file {file} took other bytes");
    }

    /// Does what the plan of `file` says of `step`.
    fn act(&self, file: usize, step: Step, actor: &str) -> io::Result<()> {
        act(&self.plans[file], &self.cancel, step, &format!("the {actor} of file {file}"))
    }
}

fn act(plan: &Plan, cancel: &CancelToken, step: Step, message: &str) -> io::Result<()> {
    match plan.at(step) {
        Some(How::Error) => return Err(io::Error::other(message)),
        Some(How::Panic) => panic!("{message}"),
        Some(How::CancelToken) => cancel.cancel(),
        None => {}
    }
    Ok(())
}

/// The bytes of a file: no two files, and no two chunks, are alike.
pub(crate) fn content(file: usize, n: usize) -> Vec<u8> {
    let key = (file as u64 + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (0..n as u64).map(|i| ((i ^ key).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
}

impl Job for Script {
    fn n_files(&self) -> usize {
        self.plans.len()
    }

    fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError> {
        self.act(file, Step::Open, "sink")
            .map_err(|source| WriteError::new(Action::Create, &path(file), source))?;
        let fate = Arc::clone(&self.fates[file]);
        fate.lock().unwrap().opened += 1;
        let plan = self.plans[file].clone();
        Ok(Box::new(ScriptSink { file, plan, cancel: self.cancel.clone(), fate, ended: false }))
    }

    fn generate(&self, file: usize, out: &mut dyn Output) -> io::Result<()> {
        let plan = &self.plans[file];
        let bytes = content(file, plan.bytes);
        let mut at = 0;
        loop {
            self.act(file, Step::Generate(at), "generator")?;
            if at == plan.bytes {
                return Ok(());
            }
            let stops = plan.faults.iter().filter_map(|(step, _)| match step {
                Step::Generate(byte) if *byte > at => Some(*byte),
                _ => None,
            });
            let end = stops.min().unwrap_or(plan.bytes).min(at + plan.write_bytes).min(plan.bytes);
            // Bytes are copied and made in place by turns.
            match put(out, &bytes[at..end], (at / plan.write_bytes) % 2 == 1) {
                Err(error) if !plan.stubborn => return Err(error),
                _ => at = end,
            }
        }
    }

    fn ended(&self, outcome: &Outcome) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.push((outcome.file, End::of(outcome)));
        if self.cancel_after == Some(told.len()) {
            self.cancel.cancel();
        }
        drop(told);
        assert!(!self.ended_panics, "told of file {}", outcome.file);
    }
}

#[derive(Debug)]
struct ScriptSink {
    file: usize,
    plan: Plan,
    cancel: CancelToken,
    fate: Arc<Mutex<Fate>>,
    /// Finished or aborted.
    ended: bool,
}

impl ScriptSink {
    fn fate(&self, change: impl FnOnce(&mut Fate)) {
        change(&mut self.fate.lock().unwrap());
    }

    fn act(&self, step: Step, action: Action) -> Result<(), WriteError> {
        if matches!(self.plan.at(step), Some(How::Error | How::Panic)) {
            self.fate(|fate| fate.failed = true);
        }
        act(&self.plan, &self.cancel, step, &format!("the sink of file {}", self.file))
            .map_err(|source| WriteError::new(action, &path(self.file), source))
    }
}

impl Sink for ScriptSink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let failed = self.fate.lock().unwrap().failed;
        assert!(!failed, "file {} was written to after a failure", self.file);
        let begin = self.fate.lock().unwrap().bytes.len();
        let mut accepted = 0;
        while accepted < bytes.len() {
            self.act(Step::Write(begin + accepted), Action::Write)
                .map_err(|error| WriteError { accepted, ..error })?;
            let faults = self.plan.faults.iter().filter_map(|(step, _)| match step {
                Step::Write(byte) => byte.checked_sub(begin).filter(|at| *at > accepted),
                _ => None,
            });
            let end = faults.min().unwrap_or(bytes.len()).min(bytes.len());
            self.fate(|fate| fate.bytes.extend_from_slice(&bytes[accepted..end]));
            accepted = end;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        self.ended = true;
        self.fate(|fate| fate.finished += 1);
        assert!(!self.fate.lock().unwrap().failed, "file {} failed before", self.file);
        self.act(Step::Finish, Action::Close)?;
        let n_bytes = self.fate.lock().unwrap().bytes.len();
        Ok(Written::new(n_bytes as u64))
    }

    fn abort(mut self: Box<Self>) -> Result<(), WriteError> {
        self.ended = true;
        self.fate(|fate| fate.aborted += 1);
        self.act(Step::Abort, Action::Remove)
    }
}

impl Drop for ScriptSink {
    fn drop(&mut self) {
        if !self.ended {
            self.fate(|fate| fate.dropped += 1);
        }
    }
}

/// Calls `check` with a `PerFile` for every setting that matters for files of a few chunks.
pub(crate) fn per_file(chunk_bytes: usize, mut check: impl FnMut(&PerFile, Order)) {
    let direct = [0, 1, 2 * chunk_bytes as u64, PerFile::DIRECT_BYTES, u64::MAX];
    for jobs in [1, 2, 3, 8] {
        for lane_bytes in [0, 3 * chunk_bytes, 64 * 1024] {
            for direct_bytes in direct {
                let coordinator = PerFile::new(jobs)
                    .chunk_bytes(chunk_bytes)
                    .lane_bytes(lane_bytes)
                    .direct_bytes(direct_bytes);
                check(&coordinator, Order::Chunks(chunk_bytes));
            }
        }
    }
}

/// Calls `check` with a `SharedMutex` for every setting that matters.
pub(crate) fn shared_mutex(chunk_bytes: usize, mut check: impl FnMut(&SharedMutex, Order)) {
    for jobs in [1, 2, 3, 8] {
        check(&SharedMutex::new(jobs).chunk_bytes(chunk_bytes), Order::WholeFiles);
    }
}

fn put(out: &mut dyn Output, mut bytes: &[u8], in_place: bool) -> io::Result<()> {
    if !in_place {
        return out.write_all(bytes);
    }
    while !bytes.is_empty() {
        let mut fill = |room: &mut [u8]| room.copy_from_slice(&bytes[..room.len()]);
        let n = out.fill(bytes.len(), &mut fill)?;
        bytes = &bytes[n..];
    }
    Ok(())
}
