//! A stream for each file, as a function writes it.

use std::fs;
use std::io::{self, ErrorKind, Write};

use inrush_writers::{Action, CancelToken, FileSet, Mode, Status};
use nix::errno::Errno;

use super::given::{
    Folder, always, assert_all, assert_failed, at_once, fault, incomplete, only_failure, script,
    statuses,
};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

/// Bytes that no other file has.
fn own(i: usize, len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 31 + i * 7 + at / 256) as u8).collect()
}

#[test]
fn every_file_has_its_own_bytes_whatever_they_are_written_in() {
    let lengths = [0, 1, 1000, 65_535, 65_536, 65_537, 300_000];
    for mode in MODES {
        for workers in [1, 3] {
            // Pieces around the size of the buffer, and in turns of tiny and large.
            for pieces in [&[1000][..], &[65_535], &[65_536], &[65_537], &[1, 70_000, 3, 65_535]] {
                let folder = Folder::new();
                let paths = folder.paths(lengths.len());
                let set = FileSet::new(&paths).mode(mode).workers(workers);
                let report = set.write_each(|i, file| {
                    let bytes = own(i, lengths[i]);
                    let mut rest = &bytes[..];
                    for piece in pieces.iter().cycle() {
                        let (now, later) = rest.split_at(rest.len().min(*piece));
                        file.write_all(now)?;
                        rest = later;
                        if rest.is_empty() {
                            return Ok(());
                        }
                    }
                    unreachable!("the pieces go round");
                });
                let report = report.unwrap();
                for (i, path) in paths.iter().enumerate() {
                    assert!(fs::read(path).unwrap() == own(i, lengths[i]), "{i} in {pieces:?}");
                }
                assert_eq!(report.bytes(), lengths.iter().sum::<usize>() as u64);
                assert_eq!(report.attempts(), lengths.len() as u64);
            }
        }
    }
}

#[test]
fn many_small_writes_are_few_calls() {
    let folder = Folder::new();
    let (calls, counted) = std::sync::mpsc::channel();
    let faults = inrush_writers::Faults::new(move |step| {
        if step.action == Action::Write {
            calls.send(()).unwrap();
        }
        None
    });
    let set = FileSet::append(folder.paths(1)).faults(faults);
    set.write_each(|_, file| (0..100_000).try_for_each(|_| file.write_all(b"0123456789"))).unwrap();
    drop(set);
    assert_eq!(fs::metadata(&folder.paths(1)[0]).unwrap().len(), 1_000_000);
    assert_eq!(counted.iter().count(), 1_000_000 / 65_530 + 1);
}

#[test]
fn what_is_flushed_can_be_seen() {
    let folder = Folder::new();
    let paths = folder.paths(2);
    let set = FileSet::append(&paths);
    set.write_each(|i, file| {
        assert_eq!(file.bytes_written(), 0);
        write!(file, "seen")?;
        assert_eq!((file.bytes_written(), fs::read(&paths[i])?), (0, vec![]));
        file.flush()?;
        assert_eq!((file.bytes_written(), fs::read(&paths[i])?), (4, b"seen".to_vec()));
        file.flush()?;
        write!(file, " later")
    })
    .unwrap();
    assert_all(&paths, "seen later");
}

#[test]
fn an_error_of_the_function_ends_that_file_alone() {
    for mode in MODES {
        let folder = Folder::new();
        let paths = folder.put_all(5, b"old");
        let set = FileSet::new(&paths).mode(mode).workers(2);
        let report = incomplete(set.write_each(|i, file| {
            file.write_all(b"new")?;
            if i == 3 { Err(io::Error::new(ErrorKind::InvalidData, "no such row")) } else { Ok(()) }
        }));
        let failed = only_failure(&report);
        let message = format!("generate `{}`: no such row", paths[3].display());
        assert_eq!(failed.error.unwrap().to_string(), message);
        assert_eq!((failed.status, failed.attempts, failed.bytes), (Status::Failed, 1, 0));
        let (old, new) = match mode {
            Mode::Append => ("old", "oldnew"),
            Mode::Truncate => ("", "new"),
            _ => ("old", "new"),
        };
        assert_all(&paths[3..4], old);
        assert_all(&paths[4..], new);
        assert_all(&paths[..3], new);
        assert_eq!(folder.names().len(), 5);
    }
}

#[test]
fn a_panic_of_the_function_ends_that_file_alone() {
    for workers in [1, 3] {
        let folder = Folder::new();
        let paths = folder.put_all(6, b"old");
        let set = FileSet::new(&paths).mode(Mode::Atomic).workers(workers);
        let report = incomplete(set.write_each(|i, file| {
            file.write_all(&[b'n'; 100_000])?;
            match i {
                1 => panic!("with a text"),
                2 => panic!("with a number: {i}"),
                3 => std::panic::panic_any(i),
                _ => Ok(()),
            }
        }));
        let said: Vec<_> = report
            .failures()
            .map(|file| (file.error.unwrap().action, file.error.unwrap().source.to_string()))
            .collect();
        let panicked = |message: &str| (Action::Generate, format!("panicked: {message}"));
        let expected = ["with a text", "with a number: 2", "without a message"].map(panicked);
        assert_eq!(said, expected);
        assert_all(&paths[1..4], "old");
        assert_all(&paths[..1], [b'n'; 100_000]);
        assert_all(&paths[4..], [b'n'; 100_000]);
        assert_eq!(folder.names().len(), 6);
    }
}

#[test]
fn a_transient_failure_is_not_seen_by_the_function() {
    let folder = Folder::new();
    let paths = folder.paths(1);
    for mode in MODES {
        let faults = script([
            (0, Action::Create, 0, fault(Errno::EMFILE)),
            (0, Action::Create, 2, fault(Errno::EINTR)),
            (0, Action::Write, 0, inrush_writers::Fault::Short(10)),
            (0, Action::Write, 1, fault(Errno::EAGAIN)),
            (0, Action::Write, 3, fault(Errno::ETIMEDOUT)),
        ]);
        let set = FileSet::new(&paths).mode(mode).retry(at_once(4)).faults(faults);
        let report = set.write_each(|i, file| {
            file.write_all(&own(i, 70_000))?;
            file.write_all(&own(i, 100))
        });
        assert_eq!(report.unwrap().attempts(), 4);
        assert_all(&paths, [own(0, 70_000), own(0, 100)].concat());
        fs::remove_file(&paths[0]).unwrap();
    }
}

#[test]
fn a_failure_that_the_function_hides_is_reported() {
    let folder = Folder::new();
    let paths = folder.paths(3);
    let set = FileSet::append(&paths).faults(always(1, Action::Write, Errno::ENOSPC));
    let report = incomplete(set.write_each(|_, file| {
        let _ = file.write_all(&[1; 100_000]);
        let _ = file.write_all(&[2; 10]);
        Ok(())
    }));
    let failed = only_failure(&report);
    assert_failed(&failed, Action::Write, Errno::ENOSPC);
    assert_eq!((failed.path, failed.bytes), (&*paths[1], 0));
}

#[test]
fn a_failure_is_what_it_was_and_not_what_the_function_makes_of_it() {
    let folder = Folder::new();
    let paths = folder.paths(1);
    let set = FileSet::append(&paths).faults(always(0, Action::Write, Errno::ENOSPC));
    let report = incomplete(set.write_each(|_, file| {
        let error = file.write_all(&[1; 100_000]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert!(error.to_string().contains("write `"), "{error}");
        // It stays so.
        assert_eq!(file.flush().unwrap_err().kind(), ErrorKind::StorageFull);
        Err(io::Error::other("something went wrong"))
    }));
    assert_failed(&only_failure(&report), Action::Write, Errno::ENOSPC);
}

#[test]
fn a_function_is_not_called_for_a_file_that_cannot_be_made() {
    let folder = Folder::new();
    let set = FileSet::append([folder.path("no/file")]);
    let report = incomplete(set.write_each(|_, _| panic!("there is no file")));
    assert_failed(&only_failure(&report), Action::Create, Errno::ENOENT);
}

#[test]
fn a_file_of_which_bytes_were_refused_is_not_written_though_the_function_says_so() {
    for mode in MODES {
        let folder = Folder::new();
        let paths = folder.put_all(3, b"old");
        let cancel = CancelToken::default();
        let set = FileSet::new(&paths).mode(mode).workers(1).cancel(cancel.clone());
        let report = incomplete(set.write_each(|i, file| {
            file.write_all(b"new")?;
            if i == 1 {
                cancel.cancel();
            }
            let _ = file.write_all(b" bytes");
            Ok(())
        }));
        assert_eq!(statuses(&report), [Status::Written, Status::Cancelled, Status::Cancelled]);
        assert_all(&paths[2..], "old");
        if mode == Mode::Atomic {
            assert_all(&paths[1..2], "old");
        }
        assert_eq!(folder.names().len(), 3);
    }
}
