//! A run that is stopped ends soon, and every file it began has its outcome.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use inrush_coordinator::{CancelToken, Coordinator, FileError, Job, Output, PerFile};
use inrush_writers::{Sink, Stream, WriteError};

use crate::script::{End, How, Plan, Script, Step, per_file, shared_mutex};

const CHUNK_BYTES: usize = 7;

/// Calls `check` with every coordinator.
fn every(mut check: impl FnMut(&dyn Coordinator)) {
    per_file(CHUNK_BYTES, |coordinator, _| check(coordinator));
    shared_mutex(CHUNK_BYTES, |coordinator, _| check(coordinator));
}

#[test]
fn a_run_that_is_stopped_before_it_begins_opens_nothing() {
    every(|coordinator| {
        let job = Script::new(vec![Plan::new(100, 10); 9]);
        job.cancel.cancel();
        assert_eq!(job.check(&job.run(coordinator)), []);
    });
}

#[test]
fn after_a_stop_no_further_file_begins() {
    every(|coordinator| {
        for n_files in [1, 5, 40] {
            let mut job = Script::new(vec![Plan::new(100, 10); 40]);
            job.cancel_after = Some(n_files);
            let ends = job.check(&job.run(coordinator));
            let n_whole = ends.iter().filter(|(_, end)| *end == End::Whole).count();
            // No more than eight generators, eight writers and a queue of eight are under way.
            assert!(n_whole >= n_files && ends.len() <= n_files + 24);
            assert!(ends.iter().all(|(_, end)| matches!(end, End::Whole | End::Cancelled)));
        }
    });
}

#[test]
fn one_job_stops_right_after_the_file_that_stopped_it() {
    for direct_bytes in [0, u64::MAX] {
        let mut job = Script::new(vec![Plan::new(100, 10); 40]);
        job.cancel_after = Some(5);
        let coordinator = PerFile::new(1).chunk_bytes(CHUNK_BYTES).direct_bytes(direct_bytes);
        let ends = job.check(&job.run(&coordinator));
        assert_eq!(ends, [0, 1, 2, 3, 4].map(|file| (file, End::Whole)));
    }
}

#[test]
fn a_file_whose_generator_stops_the_run_is_not_made() {
    for byte in (0..=45).step_by(3) {
        for stubborn in [false, true] {
            every(|coordinator| {
                let mut plan = Plan::new(45, 5).with(Step::Generate(byte), How::CancelToken);
                plan.stubborn = stubborn;
                let job = Script::new(vec![plan; 9]);
                let ends = job.check(&job.run(coordinator));
                assert!((1..=8).contains(&ends.len()), "{} of 9 files began", ends.len());
                assert!(ends.iter().all(|(_, end)| *end == End::Cancelled), "{ends:?}");
            });
        }
    }
}

#[test]
fn a_whole_file_that_is_queued_at_the_stop_is_not_opened() {
    shared_mutex(CHUNK_BYTES, |coordinator, _| {
        let job = Script::new(vec![Plan::new(45, 5).with(Step::Generate(45), How::CancelToken); 9]);
        job.check(&job.run(coordinator));
        assert_eq!(job.n_opened(), 0);
    });
}

#[test]
fn a_file_whose_sink_stops_the_run_is_not_made() {
    // Where the lane has room for the whole file, it is asked to finish before its sink stops the
    // run; so the file is longer than all that a lane of `per_file` can hold.
    const BYTES: usize = 70_000;
    for byte in [0, 6, 7, 100] {
        every(|coordinator| {
            let job = Script::new(vec![
                Plan::new(BYTES, 999)
                    .with(Step::Write(byte), How::CancelToken);
                9
            ]);
            let ends = job.check(&job.run(coordinator));
            assert!(!ends.is_empty());
            assert!(ends.iter().all(|(_, end)| *end == End::Cancelled), "{ends:?}");
        });
    }
}

#[test]
fn a_file_that_is_finished_when_the_run_stops_stays_whole() {
    every(|coordinator| {
        let job = Script::new(vec![Plan::new(45, 5).with(Step::Finish, How::CancelToken); 9]);
        let ends = job.check(&job.run(coordinator));
        assert!(ends.iter().any(|(_, end)| *end == End::Whole));
        assert!(ends.iter().all(|(_, end)| matches!(end, End::Whole | End::Cancelled)));
    });
}

#[test]
fn a_failure_is_reported_although_the_run_was_stopped() {
    every(|coordinator| {
        let mut plan = Plan::new(45, 5)
            .with(Step::Generate(20), How::CancelToken)
            .with(Step::Generate(21), How::Panic);
        plan.stubborn = true;
        let job = Script::new(vec![plan]);
        let ends = job.check(&job.run(coordinator));
        assert_eq!(ends, [(0, End::Panicked("the generator of file 0".to_owned()))]);
    });
}

#[test]
fn a_stop_from_outside_reaches_a_generator_that_waits_for_its_sink() {
    let (held, is_held) = channel();
    let (release, released) = channel();
    let job = Held { sink: Mutex::new(Some(HeldSink { held, released })) };
    let cancel = CancelToken::default();
    let coordinator = PerFile::new(1).chunk_bytes(CHUNK_BYTES).lane_bytes(0).direct_bytes(0);
    let report = std::thread::scope(|scope| {
        let run = scope.spawn(|| coordinator.run(&job, &cancel));
        is_held.recv().unwrap();
        cancel.flag().store(true, std::sync::atomic::Ordering::Relaxed);
        drop(release);
        run.join().unwrap()
    });
    assert!(matches!(report.outcomes[0].result, Err(FileError::Cancelled)));
}

/// An endless file, and a sink that is held in each write until it is released for good.
struct Held {
    sink: Mutex<Option<HeldSink>>,
}

struct HeldSink {
    held: Sender<()>,
    released: Receiver<()>,
}

impl Write for HeldSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only the first write has a reader; and the release is that the other end goes away.
        let _ = self.held.send(());
        assert!(self.released.recv().is_err());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Job for Held {
    fn n_files(&self) -> usize {
        1
    }

    fn sink(&self, _: usize) -> Result<Box<dyn Sink>, WriteError> {
        let sink = self.sink.lock().unwrap().take().expect("there is one file");
        Ok(Box::new(Stream::new("held", sink)))
    }

    fn generate(&self, _: usize, out: &mut dyn Output) -> io::Result<()> {
        let bytes = Arc::new([0; 10]);
        loop {
            out.write_all(&*bytes)?;
        }
    }
}
