//! Batches of messages: to all files or to one, in order, whatever may be open.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use inrush_writers::{Action, FileSet, Mode, SetError, Status};
use nix::errno::Errno;

use super::given::{
    Folder, assert_all, assert_failed, at_once, fault, incomplete, only_failure, script, statuses,
};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

/// Batches that go to all and to one in turns, and what each of the files is to have of them.
type Routed = Vec<Vec<(Option<usize>, String)>>;

fn routed(n_files: usize) -> (Routed, Vec<String>) {
    let mut files = vec![String::new(); n_files];
    let mut batches = Vec::new();
    for round in 0..6 {
        let mut batch = Vec::new();
        for i in 0..12 {
            let text = format!("{round}.{i};");
            // Not in the order of the files, some of them twice in a row, some never.
            let to = (i % 4 != 0).then_some((i * 7 + round) % n_files);
            match to {
                Some(file) => files[file].push_str(&text),
                None => files.iter_mut().for_each(|file| file.push_str(&text)),
            }
            batch.push((to, text));
        }
        batches.push(batch);
    }
    (batches, files)
}

/// A message to one file or to all.
struct Message<'m>(Option<usize>, &'m str);

impl inrush_writers::Message for Message<'_> {
    fn bytes(&self) -> &[u8] {
        self.1.as_bytes()
    }

    fn file(&self) -> Option<usize> {
        self.0
    }
}

fn messages(batches: &Routed) -> impl Iterator<Item = impl Iterator<Item = Message<'_>>> {
    batches.iter().map(|batch| batch.iter().map(|(to, text)| Message(*to, text)))
}

#[test]
fn every_file_has_its_messages_in_order_however_few_may_be_open() {
    for n_files in [1, 2, 9] {
        let (batches, expected) = routed(n_files);
        for mode in MODES {
            for max_open in [1, 2, 7] {
                for workers in [1, 3] {
                    let folder = Folder::new();
                    let paths = folder.paths(n_files);
                    let set = FileSet::new(&paths).mode(mode).max_open(max_open).workers(workers);
                    let report = set.write_batches(messages(&batches)).unwrap();
                    for (path, expected) in paths.iter().zip(&expected) {
                        assert_eq!(&fs::read_to_string(path).unwrap(), expected);
                    }
                    let bytes: usize = expected.iter().map(String::len).sum();
                    assert_eq!(report.bytes(), bytes as u64);
                    assert_eq!(folder.names().len(), n_files);
                }
            }
        }
    }
}

#[test]
fn bytes_in_any_form_are_messages() {
    let folder = Folder::new();
    let paths = folder.paths(2);
    let set = FileSet::append(&paths);
    let (vec, string) = (vec![b'v'], String::from("s"));
    set.write_batches([[&b"b"[..]]]).unwrap();
    set.write_batches([[&vec]]).unwrap();
    set.write_batches([[&string]]).unwrap();
    set.write_batches([[vec]]).unwrap();
    set.write_batches([[string]]).unwrap();
    set.write_batches([[Box::<[u8]>::from(*b"x")]]).unwrap();
    set.write_batches([[Arc::<[u8]>::from(*b"a")]]).unwrap();
    set.write_batches([[(1, "to one")]]).unwrap();
    assert_all(&paths[..1], "bvsvsxa");
    assert_all(&paths[1..], "bvsvsxato one");
}

#[test]
fn empty_batches_are_passed_over() {
    for workers in [1, 3] {
        let folder = Folder::new();
        let paths = folder.paths(3);
        let set = FileSet::append(&paths).workers(workers);
        set.write_batches([[""; 0]; 3]).unwrap();
        assert_all(&paths, "");
        let batches = [vec![], vec!["a"], vec![], vec!["", "b", ""], vec![""], vec![]];
        set.write_batches(batches).unwrap();
        assert_all(&paths, "ab");
        set.write_batches([[(2, "")]]).unwrap();
        assert_all(&paths, "ab");
    }
}

#[test]
fn a_message_larger_than_any_buffer_is_whole() {
    let folder = Folder::new();
    let paths = folder.paths(4);
    let large: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    for workers in [1, 3] {
        let set = FileSet::new(&paths).mode(Mode::Truncate).workers(workers).max_open(2);
        set.write_batches([[&large[..1_000_000]], [&large[1_000_000..]]]).unwrap();
        assert_all(&paths, &large);
    }
}

#[test]
fn a_message_to_a_file_that_is_not_there_is_an_error() {
    for mode in MODES {
        for workers in [1, 2] {
            let folder = Folder::new();
            let paths = folder.put_all(2, b"old ");
            let set = FileSet::new(&paths).mode(mode).workers(workers);
            let error = set.write_batches([[(0, "first"), (1, "first")], [(0, "new"), (2, "new")]]);
            let error = error.unwrap_err();
            assert!(matches!(error, SetError::NoSuchFile { file: 2, n_files: 2, .. }), "{error:?}");
            assert_eq!(error.to_string(), "message to file 2 of a set of 2");
            // Nothing of the batch that names it is written; an atomic set shows nothing at all.
            match mode {
                Mode::Append => assert_all(&paths, "old first"),
                Mode::Truncate => assert_all(&paths, "first"),
                _ => assert_all(&paths, "old "),
            }
            assert_eq!(folder.names(), ["file-0", "file-1"]);
        }
    }
}

#[test]
fn batches_that_panic_end_the_call_and_an_atomic_set_shows_nothing() {
    for workers in [1, 3] {
        for n_before in [0, 1, 20] {
            let folder = Folder::new();
            let paths = folder.put_all(5, b"old");
            let set = FileSet::new(&paths).mode(Mode::Atomic).workers(workers).max_open(3);
            let batches = (0..).map(|i| {
                assert!(i < n_before, "no more batches");
                ["new"]
            });
            let panicked = catch_unwind(AssertUnwindSafe(|| set.write_batches(batches)));
            let payload = panicked.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"no more batches"));
            assert_all(&paths, "old");
            assert_eq!(folder.names().len(), 5);
            // The set is as good as new.
            set.write_batches([["new"]]).unwrap();
            assert_all(&paths, "new");
        }
    }
}

#[test]
fn a_batch_that_panics_is_not_written_in_part() {
    for workers in [1, 3] {
        let folder = Folder::new();
        let paths = folder.paths(3);
        let set = FileSet::append(&paths).workers(workers);
        let batches = (0..3).map(|batch| {
            (0..3).map(move |i| {
                assert!((batch, i) != (2, 1), "no more messages");
                "m"
            })
        });
        catch_unwind(AssertUnwindSafe(|| set.write_batches(batches))).unwrap_err();
        assert_all(&paths, "mmmmmm");
    }
}

#[test]
fn a_file_that_fails_leaves_the_others_all_their_messages() {
    for workers in [1, 3] {
        let folder = Folder::new();
        let paths = folder.paths(6);
        let full = script([(2, Action::Write, 3, fault(Errno::ENOSPC))]);
        let set = FileSet::append(&paths).workers(workers).max_open(3).faults(full);
        let report = incomplete(set.write_batches((0..10).map(|i| [i.to_string()])));
        let failed = only_failure(&report);
        assert_failed(&failed, Action::Write, Errno::ENOSPC);
        assert_eq!((failed.bytes, failed.attempts), (3, 1));
        assert!(report.is_out_of_space());
        for (i, path) in paths.iter().enumerate() {
            let expected = if i == 2 { "012" } else { "0123456789" };
            assert_eq!(fs::read_to_string(path).unwrap(), expected);
        }
    }
}

#[test]
fn batches_are_not_asked_for_when_no_file_is_left() {
    for workers in [1, 3] {
        let folder = Folder::new();
        let paths = [folder.path("no/a"), folder.path("no/b"), folder.path("no/c")];
        // Endless, so that the call ends only if it notices.
        let report = incomplete(
            FileSet::append(&paths).workers(workers).write_batches(std::iter::repeat(["m"])),
        );
        assert_eq!(statuses(&report), [Status::Failed; 3]);
    }
}

#[test]
fn a_message_that_gets_through_begins_a_new_row_of_failures() {
    let folder = Folder::new();
    let paths = folder.paths(1);
    // Two in a row at every message, more in all than there may be in a row.
    let steps = (0..30).filter(|nth| nth % 3 != 2);
    let faults = script(steps.map(|nth| (0, Action::Write, nth, fault(Errno::EAGAIN))));
    let set = FileSet::append(&paths).retry(at_once(3)).faults(faults);
    let report = set.write_batches((0..10).map(|i| [i.to_string()])).unwrap();
    assert_all(&paths, "0123456789");
    assert_eq!(report.attempts(), 1 + 20);
}

#[test]
fn a_file_that_cannot_be_closed_to_make_room_is_not_written() {
    for mode in MODES {
        let folder = Folder::new();
        let paths = folder.paths(3);
        for errno in [Errno::EIO, Errno::ETIMEDOUT, Errno::EAGAIN] {
            let faults = script([(1, Action::Close, 0, fault(errno))]);
            let set = FileSet::new(&paths).mode(mode).max_open(1).faults(faults);
            let report = incomplete(set.write_batches([["a"], ["b"], ["c"]]));
            assert_failed(&only_failure(&report), Action::Close, errno);
            assert_eq!(only_failure(&report).path, paths[1]);
        }
    }
}

#[test]
fn many_messages_of_one_batch_stay_in_order() {
    for workers in [1, 2] {
        let folder = Folder::new();
        let paths = folder.paths(3);
        let texts: Vec<_> = (0..2000).map(|i| (i * i % 3, format!("{i};"))).collect();
        let batch = || texts.iter().map(|(file, text)| (*file, text));
        let set = FileSet::append(&paths).workers(workers).max_open(2);
        set.write_batches([batch(), batch()]).unwrap();
        for (i, path) in paths.iter().enumerate() {
            let own = texts.iter().filter(|(file, _)| *file == i);
            let expected: String = own.map(|(_, text)| text.as_str()).collect();
            assert_eq!(fs::read_to_string(path).unwrap(), expected.repeat(2));
        }
    }
}
