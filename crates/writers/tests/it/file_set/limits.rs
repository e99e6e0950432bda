//! Disks that are full or read-only, limits on files and handles: real ones, in a process of its own
//! where they are the process's.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use inrush_writers::{Action, CancelToken, FileSet, Mode, Report, RetryPolicy, SetError, Status};
use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigSet, Signal};

use super::child::Child;
use super::disk::Disk;
use super::given::{
    Folder, assert_all, assert_failed, at_once, incomplete, names, only_failure, statuses,
};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

const KIB: usize = 1024;

/// What file `i` is to have.
fn own(i: usize, len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 7 + i + at / 256) as u8).collect()
}

/// A call that writes `len` bytes of its own to each file.
fn write_own(set: &FileSet, len: usize, by_batches: bool) -> Result<Report, SetError> {
    if !by_batches {
        return set
            .write_each(|i, file| own(i, len).chunks(9_999).try_for_each(|c| file.write_all(c)));
    }
    let n_files = set.paths().len();
    let piece = |i, at| (i, own(i, len)[at..len.min(at + 10 * KIB)].to_vec());
    set.write_batches((0..len).step_by(10 * KIB).map(|at| (0..n_files).map(move |i| piece(i, at))))
}

#[test]
fn on_a_full_disk_what_is_reported_written_is_there_and_the_rest_is_named() {
    let Some(disk) = Disk::mount("size=1m") else { return };
    let paths: Vec<_> = (0..40).map(|i| disk.at().join(format!("{i:02}"))).collect();
    for mode in MODES {
        for (workers, by_batches) in [(1, false), (4, false), (1, true), (4, true)] {
            let set = FileSet::new(&paths).mode(mode).workers(workers).max_open(10);
            let report = incomplete(write_own(&set, 60 * KIB, by_batches));
            assert!(report.is_out_of_space() && report.folders().is_empty());
            for (i, file) in report.files().enumerate() {
                let n = file.bytes as usize;
                let there = fs::read(file.path).ok();
                match file.status {
                    Status::Written => assert!(there == Some(own(i, 60 * KIB))),
                    _ if mode == Mode::Atomic => assert_eq!((there, n), (None, 0)),
                    _ => assert!(there == Some(own(i, 60 * KIB)[..n].to_vec())),
                }
                if file.status != Status::Written {
                    assert_failed(&file, Action::Write, Errno::ENOSPC);
                    assert_eq!(file.attempts, 1);
                }
            }
            if mode == Mode::Atomic {
                assert_eq!(names(disk.at()).len(), report.count(Status::Written));
            }
            names(disk.at()).iter().for_each(|name| fs::remove_file(disk.at().join(name)).unwrap());
        }
    }
}

#[test]
fn an_atomic_set_that_finds_the_disk_full_leaves_the_old_files() {
    let Some(disk) = Disk::mount("size=1m") else { return };
    let paths: Vec<PathBuf> = (0..4).map(|i| disk.at().join(i.to_string())).collect();
    let set = FileSet::new(&paths).mode(Mode::Atomic).workers(1);
    write_own(&set, 200 * KIB, false).unwrap();
    // There is room for one more, but not for two.
    let report = incomplete(set.write_batches([[own(9, 200 * KIB)]]));
    for (i, file) in report.files().enumerate() {
        let i = if file.status == Status::Written { 9 } else { i };
        assert!(fs::read(file.path).unwrap() == own(i, 200 * KIB));
    }
    assert_eq!(names(disk.at()).len(), 4);
    // Room is made, and the same set writes them all.
    disk.remount("size=2m");
    set.write_batches([[own(9, 200 * KIB)]]).unwrap();
    assert_all(&paths, own(9, 200 * KIB));
}

#[test]
fn a_disk_without_room_for_names_is_named() {
    let Some(disk) = Disk::mount("nr_inodes=6") else { return };
    let paths: Vec<PathBuf> = (0..20).map(|i| disk.at().join(i.to_string())).collect();
    for mode in MODES {
        let report = incomplete(FileSet::new(&paths).mode(mode).write_all(b"bytes"));
        let n_written = report.count(Status::Written);
        assert!((1..6).contains(&n_written), "{report}");
        for file in report.failures() {
            assert_failed(&file, Action::Create, Errno::ENOSPC);
        }
        assert_eq!(names(disk.at()).len(), n_written);
        names(disk.at()).iter().for_each(|name| fs::remove_file(disk.at().join(name)).unwrap());
    }
}

#[test]
fn a_read_only_disk_is_named_as_a_folder() {
    let Some(disk) = Disk::mount("size=1m") else { return };
    fs::write(disk.at().join("there"), "old").unwrap();
    disk.remount("ro");
    let paths = ["a", "there", "b"].map(|name| disk.at().join(name));
    for mode in MODES {
        let report = incomplete(FileSet::new(&paths).mode(mode).write_all(b"bytes"));
        for file in report.files() {
            assert_failed(&file, Action::Create, Errno::EROFS);
        }
        let [fault] = report.folders() else { panic!("{report}") };
        assert_eq!((&*fault.path, fault.n_files), (disk.at(), 3));
        assert_eq!(fault.source.raw_os_error(), Some(Errno::EROFS as i32));
        assert_eq!(fs::read(&paths[1]).unwrap(), b"old");
    }
}

#[test]
fn a_device_that_is_always_full_fails_among_files_that_are_not() {
    let folder = Folder::new();
    for mode in [Mode::Append, Mode::Truncate] {
        let paths = [folder.path("a"), "/dev/full".into(), "/dev/null".into(), folder.path("b")];
        for (workers, by_batches) in [(1, false), (3, false), (1, true), (3, true)] {
            let set = FileSet::new(&paths).mode(mode).workers(workers);
            let report = incomplete(write_own(&set, 100 * KIB, by_batches));
            assert_failed(&only_failure(&report), Action::Write, Errno::ENOSPC);
            assert_eq!(only_failure(&report).path, paths[1]);
            assert_eq!(report.bytes(), 300 * KIB as u64);
            for i in [0, 3] {
                assert!(fs::read(&paths[i]).unwrap() == own(i, 100 * KIB));
                fs::remove_file(&paths[i]).unwrap();
            }
        }
    }
}

#[test]
fn a_limit_on_the_size_of_files_fails_those_that_go_beyond() {
    const LIMIT: usize = 50_000;
    let name = "a_limit_on_the_size_of_files_fails_those_that_go_beyond";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes();
    }
    // The signal that comes with the error would end the process; threads inherit that it is not.
    SigSet::from(Signal::SIGXFSZ).thread_block().unwrap();
    setrlimit(Resource::RLIMIT_FSIZE, LIMIT as u64, LIMIT as u64).unwrap();
    for mode in MODES {
        for workers in [1, 3] {
            let folder = Folder::new();
            let paths = folder.paths(6);
            let set = FileSet::new(&paths).mode(mode).workers(workers);
            let report = incomplete(set.write_each(|i, file| file.write_all(&own(i, 12_500 * i))));
            for (i, file) in report.files().enumerate() {
                let there = fs::read(file.path).ok();
                if i == 5 {
                    assert_failed(&file, Action::Write, Errno::EFBIG);
                    let atomic = mode == Mode::Atomic;
                    assert_eq!(file.bytes, if atomic { 0 } else { LIMIT as u64 });
                    assert!(there == (!atomic).then(|| own(i, 62_500)[..LIMIT].to_vec()));
                } else {
                    assert_eq!(file.status, Status::Written);
                    assert!(there == Some(own(i, 12_500 * i)));
                }
            }
            assert!(report.is_out_of_space());
        }
    }
}

/// The numbers of the handles that are open in this process.
fn handles() -> BTreeSet<u64> {
    let folder = "/proc/self/fd";
    let open: Vec<u64> = names(folder.as_ref()).iter().map(|name| name.parse().unwrap()).collect();
    // The one by which they were listed is closed again.
    let is_open = |number: &u64| fs::symlink_metadata(format!("{folder}/{number}")).is_ok();
    open.into_iter().filter(is_open).collect()
}

fn n_threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

/// Lets this process open no more than so many files beyond those that are open.
fn leave_handles(n: u64) {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    // The limit is one on their numbers, of which the lowest free one is always given.
    let open = handles();
    let free = (0..).filter(|number| !open.contains(number));
    let limit = free.take(n as usize).last().unwrap() + 1;
    setrlimit(Resource::RLIMIT_NOFILE, limit, hard).unwrap();
}

#[test]
fn handles_that_are_all_gone_are_named_and_waited_for() {
    let name = "handles_that_are_all_gone_are_named_and_waited_for";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes();
    }
    let folder = Folder::new();
    let paths = folder.paths(3);
    leave_handles(1);
    let held = fs::File::open("/dev/null").unwrap();
    let set = FileSet::append(&paths).retry(at_once(4)).workers(1);
    for report in [
        incomplete(set.write_all(b"bytes")),
        incomplete(set.write_each(|_, _| panic!("there is no file"))),
        incomplete(set.write_batches([["bytes"]])),
    ] {
        for file in report.files() {
            assert_failed(&file, Action::Create, Errno::EMFILE);
            assert_eq!(file.attempts, 4);
        }
        assert!(report.folders().is_empty());
    }
    // One is given back while the set waits for it.
    let held = std::sync::Mutex::new(Some(held));
    let faults = inrush_writers::Faults::new(move |step| {
        if step.file == 0 && step.action == Action::Create && step.nth == 2 {
            drop(held.lock().unwrap().take());
        }
        None
    });
    let report = set.faults(faults).write_all(b"bytes").unwrap();
    assert_eq!(report.files().next().unwrap().attempts, 3);
    assert_all(&paths, "bytes");
}

#[test]
fn whatever_happens_no_handle_and_no_thread_is_left() {
    let name = "whatever_happens_no_handle_and_no_thread_is_left";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes();
    }
    let (before, n_threads_before) = (handles(), n_threads());
    for mode in MODES {
        for (workers, max_open) in [(1, 1), (1, 10), (4, 4), (4, 100)] {
            let folder = Folder::new();
            let mut paths = folder.paths(20);
            paths[3] = "/dev/full".into();
            paths[5] = folder.path("no/file");
            paths[7] = folder.at().to_owned();
            let set = FileSet::new(&paths).mode(mode).workers(workers).max_open(max_open);
            let _ = set.write_all(b"bytes");
            let _ = set.write_each(|i, file| {
                file.write_all(b"bytes")?;
                if i % 4 == 0 { panic!("nothing more") } else { Ok(()) }
            });
            let _ = set.write_batches([["a"], ["b"]]);
            let _ = set.write_batches([[(1, "a")], [(99, "b")]]);
            let batches = (0..3).map(|i| if i < 2 { ["a"] } else { panic!("no more batches") });
            let write = std::panic::AssertUnwindSafe(|| set.write_batches(batches));
            let panicked = std::panic::catch_unwind(write);
            assert!(panicked.is_err());
            let late = set.clone().timeout(Duration::ZERO).write_all(b"bytes");
            assert!(statuses(&incomplete(late)).iter().all(|status| *status == Status::TimedOut));
            let cancel = CancelToken::default();
            let stopped = set.clone().cancel(cancel.clone());
            let _ = stopped.write_batches((0..5).map(|i| {
                if i == 3 {
                    cancel.cancel();
                }
                ["a"]
            }));
            assert_eq!(handles(), before);
            // A scope ends a moment before the threads in it are gone. A leaked one never goes.
            while n_threads() > n_threads_before {
                std::thread::yield_now();
            }
            let is_part = |name: &String| name.ends_with(inrush_writers::PART_SUFFIX);
            assert!(!folder.names().iter().any(is_part));
        }
    }
}

#[test]
fn few_handles_are_enough_for_many_files() {
    let name = "few_handles_are_enough_for_many_files";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes();
    }
    let folder = Folder::new();
    let paths = folder.paths(500);
    leave_handles(3);
    for mode in MODES {
        // A handle too many would be the end of a file, as nothing is tried again.
        let set = FileSet::new(&paths).mode(mode).workers(8).retry(RetryPolicy::NEVER);
        let few = set.clone().max_open(3);
        few.write_all(b"a").unwrap();
        few.write_each(|_, file| file.write_all(b"b")).unwrap();
        few.write_batches([["c"], ["d"], ["e"]]).unwrap();
        // More are allowed than there are: what holds some can give them up.
        let alone = set.workers(1).max_open(400);
        alone.write_batches([["f"], ["g"]]).unwrap();
        assert_all(&paths, if mode == Mode::Append { "abcdefg" } else { "fg" });
        assert_eq!(folder.names().len(), 500);
        paths.iter().for_each(|path| fs::write(path, "").unwrap());
    }
}

#[test]
fn without_threads_the_caller_does_the_work() {
    let name = "without_threads_the_caller_does_the_work";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes_without_rights();
    }
    let folder = Folder::new();
    let paths = folder.paths(100);
    let (_, hard) = getrlimit(Resource::RLIMIT_NPROC).unwrap();
    setrlimit(Resource::RLIMIT_NPROC, 0, hard).unwrap();
    if std::thread::Builder::new().spawn(|| ()).is_ok() {
        eprintln!("skipped: this user may start threads without limit");
        return;
    }
    let set = FileSet::append(&paths).workers(4);
    set.write_all(b"a").unwrap();
    set.write_each(|_, file| file.write_all(b"b")).unwrap();
    set.write_batches([["c"], ["d"]]).unwrap();
    assert_all(&paths, "abcd");
}
