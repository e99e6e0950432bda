//! What is tried again and what is not, each a defect of the writer that this one comes after.

use std::fs;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use inrush_writers::{
    Action, CancelToken, Durability, Fault, Faults, FileSet, Mode, Report, RetryPolicy, SetError,
    Status,
};
use nix::errno::Errno;

use super::given::{
    Folder, always, assert_all, assert_failed, at_once, fault, incomplete, only_failure, script,
    statuses,
};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

/// The same bytes by each of the calls, one after the other; the files are gone in between.
fn by_each_call(
    set: impl Fn() -> FileSet,
    bytes: &[u8],
    mut check: impl FnMut(Result<Report, SetError>),
) {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let calls: [&dyn Fn(FileSet) -> Result<Report, SetError>; 3] = [
        &|set| set.write_all(bytes),
        &|set| {
            set.write_each(|_, file| {
                file.write_all(first)?;
                file.write_all(second)
            })
        },
        &|set| set.write_batches([[first], [second]]),
    ];
    for call in calls {
        let set = set();
        check(call(set.clone()));
        // Those that could not be made are not there.
        set.paths().iter().for_each(|path| drop(fs::remove_file(path)));
    }
}

/// Which steps were tried on file 0.
type Steps = Arc<Mutex<Vec<Action>>>;

/// A script that notes the steps of file 0 and fails one of them every time.
fn noted(action: Action, errno: Errno) -> (Faults, Steps) {
    let steps = Steps::default();
    let noted = Arc::clone(&steps);
    let faults = Faults::new(move |step| {
        noted.lock().unwrap().push(step.action);
        (step.action == action).then_some(fault(errno))
    });
    (faults, steps)
}

#[test]
fn a_pool_smaller_than_the_workers_loses_no_write() {
    let folder = Folder::new();
    let paths = folder.paths(10_000);
    let set = FileSet::append(&paths).max_open(10).workers(64).retry(RetryPolicy::NEVER);
    let report = set.write_all(b"all;").unwrap();
    assert_eq!((report.bytes(), report.attempts()), (40_000, 10_000));
    let report = set.write_batches([["one"], ["two"]]).unwrap();
    assert_eq!(report.bytes(), 60_000);
    assert_all(&paths, "all;onetwo");
}

#[test]
fn without_time_nothing_is_begun() {
    let folder = Folder::new();
    let set = || FileSet::append(folder.paths(3)).timeout(Duration::ZERO);
    by_each_call(set, b"bytes", |result| {
        let report = incomplete(result);
        assert_eq!(statuses(&report), [Status::TimedOut; 3]);
        assert_eq!(report.attempts(), 0);
        assert!(report.files().all(|file| file.error.is_none()));
        assert!(folder.names().is_empty());
    });
}

#[test]
fn after_a_cancel_and_a_reset_a_set_works_again() {
    let folder = Folder::new();
    let cancel = CancelToken::default();
    let set = || FileSet::append(folder.paths(3)).cancel(cancel.clone());
    by_each_call(set, b"bytes", |result| {
        result.unwrap();
        cancel.cancel();
        for _ in 0..2 {
            let report = incomplete(set().write_all(b"more"));
            assert_eq!(statuses(&report), [Status::Cancelled; 3]);
        }
        cancel.reset();
        set().write_all(b" again").unwrap();
        assert_all(&folder.paths(3), "bytes again");
    });
}

#[test]
fn a_retry_after_a_partial_write_doubles_nothing() {
    let bytes: Vec<u8> = (0..200_000_u32).map(|i| (i % 251) as u8).collect();
    for mode in MODES {
        let folder = Folder::new();
        let set = || {
            let steps = (0..4).flat_map(|i| {
                let cut = (0, Action::Write, 2 * i, Fault::Short(7_001));
                [cut, (0, Action::Write, 2 * i + 1, fault(Errno::EAGAIN))]
            });
            FileSet::new(folder.paths(2)).mode(mode).retry(at_once(9)).faults(script(steps))
        };
        by_each_call(set, &bytes, |result| {
            assert_eq!(result.unwrap().attempts(), 1 + 4 + 1);
            assert_all(&folder.paths(2), &bytes);
        });
    }
}

#[test]
fn interruptions_are_no_attempts() {
    for mode in MODES {
        let folder = Folder::new();
        let set = || {
            let steps = [Action::Create, Action::Write, Action::Sync].into_iter();
            let steps = steps.flat_map(|action| (0..100).map(move |nth| (action, nth)));
            let faults = script(steps.map(|(action, nth)| (0, action, nth, fault(Errno::EINTR))));
            let set = FileSet::new(folder.paths(1)).mode(mode).fsync(Durability::File);
            set.retry(RetryPolicy::NEVER).faults(faults)
        };
        by_each_call(set, b"bytes", |result| {
            assert_eq!(result.unwrap().attempts(), 1);
            assert_all(&folder.paths(1), "bytes");
        });
    }
}

#[test]
fn no_pause_overshoots_the_cap() {
    for cap in [Duration::ZERO, Duration::from_millis(3), Duration::from_secs(7)] {
        for base in [Duration::ZERO, Duration::from_millis(1), Duration::MAX] {
            let policy = RetryPolicy::attempts(u32::MAX).base(base).cap(cap);
            for failures in [1, 2, 3, 10, 31, 32, 33, 64, u32::MAX - 1] {
                assert!(policy.pause(failures).unwrap() <= cap);
            }
        }
    }
}

#[test]
fn attempts_are_as_many_as_allowed_and_no_more() {
    for attempts in [1, 2, 5] {
        for action in [Action::Create, Action::Write] {
            let folder = Folder::new();
            let set = || {
                let set = FileSet::append(folder.paths(3)).retry(at_once(attempts));
                set.faults(always(1, action, Errno::EAGAIN))
            };
            by_each_call(set, b"bytes", |result| {
                let report = incomplete(result);
                let failed = only_failure(&report);
                assert_failed(&failed, action, Errno::EAGAIN);
                assert_eq!((failed.attempts, failed.bytes), (attempts, 0));
                assert_eq!(report.attempts(), u64::from(attempts) + 2);
            });
        }
    }
}

#[test]
fn a_final_failure_is_not_tried_again() {
    for (action, errno) in [
        (Action::Create, Errno::EACCES),
        (Action::Write, Errno::ENOSPC),
        (Action::Write, Errno::EIO),
        (Action::Rename, Errno::EIO),
    ] {
        let folder = Folder::new();
        let steps = Mutex::new(Steps::default());
        let set = || {
            let (faults, noted) = noted(action, errno);
            *steps.lock().unwrap() = noted;
            FileSet::new(folder.paths(1)).mode(Mode::Atomic).retry(at_once(5)).faults(faults)
        };
        by_each_call(set, b"bytes", |result| {
            assert_failed(&only_failure(&incomplete(result)), action, errno);
            let steps = steps.lock().unwrap();
            let steps = steps.lock().unwrap();
            assert_eq!(steps.iter().filter(|step| **step == action).count(), 1, "{steps:?}");
            assert_eq!(steps.last(), Some(&action));
        });
    }
}

/// The kernel forgets of what it could not write: the second try would succeed, and lie.
#[test]
fn a_failed_sync_or_close_is_an_error_and_is_not_tried_again_whatever_it_says() {
    for action in [Action::Sync, Action::Close] {
        for errno in [Errno::EIO, Errno::ENOSPC, Errno::ETIMEDOUT, Errno::EAGAIN] {
            for mode in MODES {
                let folder = Folder::new();
                let steps = Mutex::new(Steps::default());
                let set = || {
                    let (faults, noted) = noted(action, errno);
                    *steps.lock().unwrap() = noted;
                    let set = FileSet::new(folder.paths(1)).mode(mode).fsync(Durability::File);
                    set.retry(at_once(5)).faults(faults)
                };
                by_each_call(set, b"bytes", |result| {
                    assert_failed(&only_failure(&incomplete(result)), action, errno);
                    let steps = steps.lock().unwrap();
                    assert_eq!(steps.lock().unwrap().last(), Some(&action));
                    assert_eq!(folder.names().len(), usize::from(mode != Mode::Atomic));
                });
            }
        }
    }
}

#[test]
fn a_file_that_cannot_be_closed_before_a_pause_is_not_gone_on_with() {
    for mode in MODES {
        let folder = Folder::new();
        let set = || {
            let faults = script([
                (0, Action::Write, 0, fault(Errno::EAGAIN)),
                (0, Action::Close, 0, fault(Errno::EIO)),
            ]);
            FileSet::new(folder.paths(1)).mode(mode).retry(at_once(3)).faults(faults)
        };
        by_each_call(set, b"bytes", |result| {
            assert_failed(&only_failure(&incomplete(result)), Action::Close, Errno::EIO);
        });
    }
}

#[test]
fn an_interrupted_close_has_closed() {
    let folder = Folder::new();
    let set = || {
        FileSet::append(folder.paths(3)).max_open(1).faults(always(1, Action::Close, Errno::EINTR))
    };
    by_each_call(set, b"bytes", |result| {
        result.unwrap();
        assert_all(&folder.paths(3), "bytes");
    });
}

/// Only a device that is broken does so, and asking it again could go on for ever.
#[test]
fn a_write_that_takes_nothing_is_an_error_and_not_a_loop() {
    let folder = Folder::new();
    let set = || {
        let faults = script([(0, Action::Write, 0, Fault::Short(0))]);
        FileSet::append(folder.paths(2)).retry(at_once(3)).faults(faults)
    };
    by_each_call(set, b"bytes", |result| {
        let report = incomplete(result);
        let failed = only_failure(&report);
        let error = failed.error.unwrap();
        assert_eq!((error.action, failed.attempts, failed.bytes), (Action::Write, 1, 0));
        assert_eq!(error.source.kind(), std::io::ErrorKind::WriteZero);
    });
}

#[test]
fn after_a_timeout_a_set_works_again() {
    for mode in MODES {
        let folder = Folder::new();
        let set = || {
            let stuck = script([(1, Action::Write, 0, fault(Errno::EAGAIN))]);
            let patient = RetryPolicy::attempts(2).base(Duration::MAX).cap(Duration::MAX);
            FileSet::new(folder.paths(3)).mode(mode).retry(patient).faults(stuck)
        };
        for workers in [1, 2] {
            let set = || set().workers(workers).timeout(Duration::from_secs(600));
            let sets = Mutex::new(Vec::new());
            let make = || {
                let set = set();
                sets.lock().unwrap().push(set.clone());
                set
            };
            by_each_call(make, b"bytes", |result| {
                let report = incomplete(result);
                assert_eq!(only_failure(&report).status, Status::TimedOut);
                let set = sets.lock().unwrap().pop().unwrap();
                folder.paths(3).iter().for_each(|path| drop(fs::remove_file(path)));
                assert!(set.write_all(b"again").unwrap().is_complete());
                assert_all(&folder.paths(3), "again");
            });
        }
    }
}
