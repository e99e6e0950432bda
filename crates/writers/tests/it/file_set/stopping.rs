//! A call that is cancelled or out of time ends at once, and says what is written.

use std::fs;
use std::io::Write;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use inrush_writers::{
    Action, CancelToken, Fault, Faults, FileSet, Mode, Report, RetryPolicy, SetError, Status, Step,
};
use nix::errno::Errno;

use super::given::{Folder, assert_all, at_once, fault, incomplete, only_failure, statuses};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

/// Longer than any test is let run: whoever waits this long, waits for good.
const HOUR: Duration = Duration::from_secs(3600);

type Call = fn(&FileSet) -> Result<Report, SetError>;

const CALLS: [Call; 3] = [
    |set| set.write_all(b"bytes"),
    |set| set.write_each(|_, file| file.write_all(b"bytes")),
    |set| set.write_batches([["by"], ["tes"]]),
];

/// Fails file 1 where `fails` says so, and tells of it every time.
fn telling(fails: impl Fn(Step) -> Option<Fault> + Send + Sync + 'static) -> (Faults, Told) {
    let (tell, told) = mpsc::channel();
    let faults = Faults::new(move |step| {
        let fault = if step.file == 1 { fails(step) } else { None };
        if fault.is_some() {
            // The test may have heard enough.
            let _ = tell.send(step.nth);
        }
        fault
    });
    (faults, told)
}

type Told = mpsc::Receiver<u64>;

fn busy(action: Action) -> impl Fn(Step) -> Option<Fault> + Send + Sync + 'static {
    move |step| (step.action == action).then_some(fault(Errno::EAGAIN))
}

#[test]
fn a_cancel_ends_a_long_pause() {
    for call in CALLS {
        for (action, workers) in
            [(Action::Create, 1), (Action::Create, 3), (Action::Write, 1), (Action::Write, 3)]
        {
            let folder = Folder::new();
            let paths = folder.put_all(5, b"old");
            let cancel = CancelToken::default();
            let (faults, told) = telling(busy(action));
            let set = FileSet::new(&paths).mode(Mode::Atomic).workers(workers).faults(faults);
            let set = set.retry(RetryPolicy::attempts(9).base(HOUR).cap(HOUR));
            let set = set.cancel(cancel.clone());
            let report = thread::scope(|scope| {
                let writer = scope.spawn(|| incomplete(call(&set)));
                told.recv().unwrap();
                cancel.cancel();
                writer.join().unwrap()
            });
            let files: Vec<_> = report.files().collect();
            assert_eq!((files[1].status, files[1].attempts), (Status::Cancelled, 1));
            assert_eq!(files[1].error.unwrap().action, action);
            assert_eq!(told.try_iter().count(), 0);
            for file in files {
                let expected = if file.status == Status::Written { "bytes" } else { "old" };
                assert_eq!(fs::read_to_string(file.path).unwrap(), expected);
                assert_eq!(file.bytes, if file.status == Status::Written { 5 } else { 0 });
            }
            assert_eq!(folder.names().len(), 5);
        }
    }
}

#[test]
fn a_flag_that_a_signal_handler_sets_ends_a_call() {
    for call in CALLS {
        let folder = Folder::new();
        let cancel = CancelToken::default();
        let (faults, told) = telling(busy(Action::Write));
        let set = FileSet::append(folder.paths(2)).faults(faults).cancel(cancel.clone());
        let set = set.retry(RetryPolicy::attempts(9).base(HOUR).cap(HOUR));
        let flag = cancel.flag();
        thread::scope(|scope| {
            let writer = scope.spawn(|| incomplete(call(&set)));
            told.recv().unwrap();
            // ORDERING: Relaxed, as the flag carries nothing but itself.
            flag.store(true, Ordering::Relaxed);
            let report = writer.join().unwrap();
            assert_eq!(report.files().nth(1).unwrap().status, Status::Cancelled);
        });
    }
}

#[test]
fn a_pause_beyond_the_deadline_is_not_waited_for() {
    for call in CALLS {
        for mode in MODES {
            for workers in [1, 3] {
                let folder = Folder::new();
                let paths = folder.put_all(3, b"");
                let (faults, told) = telling(busy(Action::Write));
                let set = FileSet::new(&paths).mode(mode).workers(workers).faults(faults);
                let set = set.retry(RetryPolicy::attempts(9).base(4 * HOUR).cap(4 * HOUR));
                let report = incomplete(call(&set.timeout(HOUR)));
                let late = only_failure(&report);
                assert_eq!((late.status, late.attempts), (Status::TimedOut, 1));
                assert_eq!(late.error.unwrap().source.raw_os_error(), Some(Errno::EAGAIN as i32));
                assert_eq!(told.try_iter().count(), 1);
                // The others are in time.
                assert_all(&[paths[0].clone(), paths[2].clone()], "bytes");
                assert_eq!(folder.names().len(), 3);
            }
        }
    }
}

#[test]
fn interruptions_without_end_are_ended_by_a_cancel() {
    for call in CALLS {
        for action in [Action::Create, Action::Write] {
            let folder = Folder::new();
            let paths = folder.put_all(3, b"old");
            let cancel = CancelToken::default();
            let interrupted =
                move |step: Step| (step.action == action).then_some(fault(Errno::EINTR));
            let (faults, told) = telling(interrupted);
            let set = FileSet::new(&paths).mode(Mode::Atomic).workers(1).faults(faults);
            let set = set.retry(at_once(3)).cancel(cancel.clone());
            let report = thread::scope(|scope| {
                let writer = scope.spawn(|| incomplete(call(&set)));
                for _ in 0..1000 {
                    told.recv().unwrap();
                }
                cancel.cancel();
                drop(told);
                writer.join().unwrap()
            });
            assert_eq!(statuses(&report)[1..], [Status::Cancelled; 2]);
            assert_all(&paths[1..], "old");
            assert_eq!(folder.names().len(), 3);
        }
    }
}

/// The standard library tries an interrupted write again without asking.
#[test]
fn a_function_that_writes_on_is_not_told_of_interruptions() {
    let folder = Folder::new();
    let cancel = CancelToken::default();
    let stop = cancel.clone();
    let (faults, told) = telling(move |step| {
        if step.nth == 10 {
            stop.cancel();
        }
        (step.action == Action::Write).then_some(fault(Errno::EINTR))
    });
    let set = FileSet::append(folder.paths(2)).workers(1).faults(faults).cancel(cancel);
    // Too large to be collected.
    let report = incomplete(set.write_each(|_, file| file.write_all(&[1; 1 << 20])));
    assert_eq!(statuses(&report), [Status::Written, Status::Cancelled]);
    assert_eq!(told.try_iter().count(), 11);
}

#[test]
fn what_was_not_begun_when_a_set_is_cancelled_is_left_alone() {
    for mode in MODES {
        let folder = Folder::new();
        let paths = folder.put_all(200, b"old");
        let cancel = CancelToken::default();
        let set = FileSet::new(&paths).mode(mode).workers(2).cancel(cancel.clone());
        let report = incomplete(set.write_each(|i, file| {
            if i == 20 {
                cancel.cancel();
                return Ok(());
            }
            file.write_all(b"new")
        }));
        let n_written = report.count(Status::Written);
        assert_eq!(n_written + report.count(Status::Cancelled), 200);
        assert!((1..200).contains(&n_written));
        for file in report.files().filter(|file| file.attempts == 0) {
            assert_eq!(fs::read(file.path).unwrap(), b"old");
            assert!(file.status == Status::Cancelled && file.error.is_none());
        }
        assert_eq!(folder.names().len(), 200);
    }
}

#[test]
fn endless_batches_are_ended_by_a_cancel() {
    for mode in MODES {
        for workers in [1, 3] {
            let folder = Folder::new();
            let paths = folder.put_all(5, b"old ");
            let cancel = CancelToken::default();
            let set = FileSet::new(&paths).mode(mode).workers(workers).max_open(3);
            let set = set.cancel(cancel.clone());
            let batches = (0..).map(|i| {
                if i == 10 {
                    cancel.cancel();
                }
                [format!("{i}")]
            });
            let report = incomplete(set.write_batches(batches));
            assert_eq!(statuses(&report), [Status::Cancelled; 5]);
            let all = "0123456789";
            for file in report.files() {
                let there = fs::read_to_string(file.path).unwrap();
                let new = &all[..file.bytes as usize];
                match mode {
                    Mode::Append => assert_eq!(there, format!("old {new}")),
                    Mode::Truncate if file.attempts > 0 => assert_eq!(there, new),
                    _ => assert_eq!((there.as_str(), new), ("old ", "")),
                }
            }
            assert_eq!(folder.names().len(), 5);
        }
    }
}

#[test]
fn a_cancel_between_attempts_is_no_attempt() {
    for call in CALLS {
        let folder = Folder::new();
        let cancel = CancelToken::default();
        let stop = cancel.clone();
        let (faults, told) = telling(move |step| {
            if step.nth == 2 {
                stop.cancel();
            }
            (step.action == Action::Write).then_some(fault(Errno::EAGAIN))
        });
        let set = FileSet::append(folder.paths(2)).workers(1).cancel(cancel);
        let report = incomplete(call(&set.retry(at_once(9)).faults(faults)));
        let stopped = report.files().nth(1).unwrap();
        assert_eq!((stopped.status, stopped.attempts), (Status::Cancelled, 3));
        assert_eq!(told.try_iter().count(), 3);
    }
}

#[test]
fn one_worker_writes_the_others_while_one_file_waits() {
    let folder = Folder::new();
    let paths = folder.paths(100);
    let cancel = CancelToken::default();
    let stop = cancel.clone();
    // Whoever waited for file 0 first would never come to the last one.
    let faults = Faults::new(move |step| {
        if (step.file, step.action) == (99, Action::Close) {
            stop.cancel();
        }
        ((step.file, step.action) == (0, Action::Write)).then_some(fault(Errno::EAGAIN))
    });
    let set = FileSet::append(&paths).workers(1).cancel(cancel).faults(faults);
    let set = set.retry(RetryPolicy::attempts(2).base(HOUR).cap(HOUR));
    let report = incomplete(set.write_all(b"bytes"));
    assert_eq!(only_failure(&report).status, Status::Cancelled);
    assert_all(&paths[1..], "bytes");
}

#[test]
fn a_call_that_was_stopped_stays_so_though_the_token_is_reset() {
    let folder = Folder::new();
    let cancel = CancelToken::default();
    let set = FileSet::append(folder.paths(3)).workers(1).cancel(cancel.clone());
    let report = incomplete(set.write_each(|i, file| {
        if i == 1 {
            cancel.cancel();
            file.write_all(b"refused").unwrap_err();
            cancel.reset();
        }
        file.write_all(b"bytes")
    }));
    assert_eq!(statuses(&report), [Status::Written, Status::Cancelled, Status::Cancelled]);
    set.write_all(b"again").unwrap();
    assert_eq!(folder.read("file-2"), "again");
}
