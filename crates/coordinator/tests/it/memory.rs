//! A lane's memory is fixed, whatever the size of a file, and nothing outlives a run.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use inrush_coordinator::{CancelToken, Coordinator, Job, Output, PerFile};
use inrush_writers::{Action, Sink, WriteError, Written};

const CHUNK_BYTES: usize = 64;

/// How far the generator and the sink of a file have come.
#[derive(Debug, Default)]
struct Progress {
    generated: usize,
    is_generated: bool,
    taken: usize,
    /// Where the chunks lie that the sink has seen, over all files.
    chunks: BTreeSet<usize>,
}

/// Files whose sinks wait in each write until their generator is as far ahead as a lane of
/// `lane_chunks` lets it come.
#[derive(Debug)]
struct Race {
    n_files: usize,
    bytes: usize,
    lane_chunks: usize,
    direct_bytes: usize,
    /// The bytes after which the sinks of all files but the last one fail.
    fail_after: Option<usize>,
    progress: Arc<(Mutex<Progress>, Condvar)>,
}

impl Race {
    fn run(&self) {
        let coordinator = PerFile::new(1)
            .chunk_bytes(CHUNK_BYTES)
            .lane_bytes(self.lane_chunks * CHUNK_BYTES)
            .direct_bytes(self.direct_bytes as u64);
        let report = coordinator.run(self, &CancelToken::default());
        for outcome in &report.outcomes {
            let fails = self.fail_after.is_some() && outcome.file + 1 < self.n_files;
            assert_eq!(outcome.result.is_err(), fails, "{outcome:?}");
        }
        let is_direct = self.bytes <= self.direct_bytes;
        assert_eq!(report.stalls.generator_starved.is_zero(), is_direct, "{self:?}");
        assert_eq!(report.stalls.writer_blocked.is_zero(), is_direct, "{self:?}");
        let n_chunks = self.progress.0.lock().unwrap().chunks.len();
        assert!(n_chunks <= self.lane_chunks, "{n_chunks} chunks on a lane of {self:?}");
    }
}

impl Job for Race {
    fn n_files(&self) -> usize {
        self.n_files
    }

    fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError> {
        let mut progress = self.progress.0.lock().unwrap();
        let chunks = std::mem::take(&mut progress.chunks);
        *progress = Progress { chunks, ..Progress::default() };
        let fail_after = self.fail_after.filter(|_| file + 1 < self.n_files);
        Ok(Box::new(RaceSink {
            ahead: self.lane_chunks * CHUNK_BYTES,
            direct_bytes: self.direct_bytes,
            fail_after,
            progress: Arc::clone(&self.progress),
        }))
    }

    fn generate(&self, _: usize, out: &mut dyn Output) -> io::Result<()> {
        let (progress, changed) = &*self.progress;
        let result = (0..self.bytes).try_for_each(|_| {
            out.write_all(&[0])?;
            let mut progress = progress.lock().unwrap();
            progress.generated += 1;
            let ahead = progress.generated - progress.taken;
            assert!(ahead <= self.lane_chunks * CHUNK_BYTES, "{ahead} bytes ahead: {self:?}");
            changed.notify_all();
            Ok(())
        });
        progress.lock().unwrap().is_generated = true;
        changed.notify_all();
        result
    }
}

#[derive(Debug)]
struct RaceSink {
    ahead: usize,
    direct_bytes: usize,
    fail_after: Option<usize>,
    progress: Arc<(Mutex<Progress>, Condvar)>,
}

impl Sink for RaceSink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let (progress, changed) = &*self.progress;
        let mut progress = progress.lock().unwrap();
        progress.chunks.insert(bytes.as_ptr() as usize);
        let taken = progress.taken;
        if self.fail_after.is_some_and(|after| taken >= after) {
            let source = io::Error::other("as told");
            return Err(WriteError::new(Action::Write, Path::new("race"), source));
        }
        if taken >= self.direct_bytes {
            let is_behind = |progress: &mut Progress| {
                !progress.is_generated && progress.generated < taken + self.ahead
            };
            let limit = Duration::from_secs(60);
            let (now, waited) = changed.wait_timeout_while(progress, limit, is_behind).unwrap();
            progress = now;
            assert!(!waited.timed_out(), "the lane holds its generator back: {progress:?}");
        }
        progress.taken += bytes.len();
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        Ok(Written::new(self.progress.0.lock().unwrap().taken as u64))
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

fn race(lane_chunks: usize, direct_chunks: usize) -> Race {
    Race {
        n_files: 3,
        bytes: 40 * CHUNK_BYTES + 5,
        lane_chunks,
        direct_bytes: direct_chunks * CHUNK_BYTES,
        fail_after: None,
        progress: Arc::default(),
    }
}

#[test]
fn a_generator_comes_as_far_ahead_as_its_lane_is_long_and_no_further() {
    for lane_chunks in [2, 3, 8] {
        for direct_chunks in [0, 1, 10, 100] {
            race(lane_chunks, direct_chunks).run();
        }
    }
}

#[test]
fn a_lane_keeps_its_chunks_when_sinks_fail() {
    for lane_chunks in [2, 3, 8] {
        for direct_chunks in [0, 10] {
            // In the lane, and before it.
            for fail_after in [0, 5 * CHUNK_BYTES, 20 * CHUNK_BYTES] {
                let fail_after = Some(fail_after);
                Race { n_files: 20, fail_after, ..race(lane_chunks, direct_chunks) }.run();
            }
        }
    }
}

/// Other tests of this process have threads of that name, so the test runs itself again in a
/// process of its own.
#[cfg(target_os = "linux")]
#[test]
fn no_thread_outlives_a_run() {
    use crate::script::{How, Order, Plan, Script, Step, per_file, shared_mutex};

    const CHILD: &str = "INRUSH_TEST_THREADS";
    if std::env::var_os(CHILD).is_none() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["memory::no_thread_outlives_a_run", "--exact"])
            .env(CHILD, "")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let good = Plan::new(100, 10);
    let mut plans = vec![good.clone(); 4];
    for how in [How::Error, How::Panic] {
        for step in [Step::Open, Step::Generate(50), Step::Write(50), Step::Finish] {
            plans.push(good.clone().with(step, how));
        }
    }
    let check = |coordinator: &dyn Coordinator, _: Order| {
        let stopped = Script::new(plans.clone());
        stopped.cancel.cancel();
        let mut stopped_midway = Script::new(plans.clone());
        stopped_midway.cancel_after = Some(3);
        for job in [Script::new(plans.clone()), stopped, stopped_midway] {
            job.run(coordinator);
        }
        let mut job = Script::new(plans.clone());
        job.ended_panics = true;
        let run = std::panic::AssertUnwindSafe(|| job.run(coordinator));
        assert!(std::panic::catch_unwind(run).is_err());
        assert_alone();
    };
    per_file(7, |coordinator, order| check(coordinator, order));
    shared_mutex(7, |coordinator, order| check(coordinator, order));
}

/// Asserts that no thread of a run is left. One that has been joined may take a moment more to
/// leave the list, so the list is read until it has.
#[cfg(target_os = "linux")]
fn assert_alone() {
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let names = tasks
            .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok())
            .filter(|name| name.starts_with("inrush-"));
        let left: Vec<_> = names.collect();
        if left.is_empty() {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "left behind: {left:?}");
        std::thread::yield_now();
    }
}
