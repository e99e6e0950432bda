//! The model `file-sets`: every file of every call is read back.

use inrush_lab::{Cell, Value};

use crate::ask::Asked;

fn asked() -> Asked {
    Asked::new("file-sets")
}

/// 70 files, which two threads share, in the folder of the run, as there is no memory everywhere.
fn cell(parameters: &[(&str, Value)]) -> Cell {
    let small = [("files", 70.into()), ("place", "folder".into()), ("threads", 2.into())];
    asked().cell(&[&small, parameters].concat())
}

#[test]
fn every_subject_writes_in_every_mode_to_new_files_and_old() {
    for mode in ["append", "truncate", "atomic"] {
        for existing in ["new", "old"] {
            let cell = cell(&[("mode", mode.into()), ("existing", existing.into())]);
            for subject in asked().subjects() {
                let shown = asked().sound(subject, &cell).measures;
                let found = (shown["files"], shown["attempts"], shown["files_failed"]);
                assert_eq!(found, (70.0, 70.0, 0.0), "{subject} at {cell}");
            }
        }
    }
}

#[test]
fn one_thread_and_a_file_system_in_memory_will_do() {
    let cell = cell(&[("threads", 1.into()), ("place", "tmpfs".into()), ("files", 5.into())]);
    for subject in asked().subjects() {
        match asked().measure(subject, &cell) {
            Ok(shown) => assert_eq!(shown.measures["files"], 5.0),
            Err(fault) => assert!(fault.to_string().contains("no file system in memory")),
        }
    }
}

#[test]
fn writes_that_fail_are_tried_again_or_end_their_file() {
    for mode in ["append", "truncate", "atomic"] {
        for (retries, attempts, failed) in [("on", 73.0, 0.0), ("off", 70.0, 3.0)] {
            let faulty = ("faulty_per_mille", 50.into());
            let cell = cell(&[("retries", retries.into()), ("mode", mode.into()), faulty]);
            for subject in ["file-set", "file-set-batches"] {
                let shown = asked().sound(subject, &cell).measures;
                let found = (shown["attempts"], shown["files_failed"]);
                assert_eq!(found, (attempts, failed), "{subject} at {cell}");
            }
        }
    }
}

#[test]
fn every_damage_is_named() {
    for (subject, expected) in [
        ("forgets-a-file", "`69.txt` is absent, not `test message`"),
        ("writes-twice", "`69.txt` is `test messagetest message`, not `test message`"),
        ("leaves-a-part", "there are 71 files, not 70"),
    ] {
        assert_eq!(asked().wrong(subject, &cell(&[])), expected);
    }
}

#[test]
fn cells_that_say_nothing_of_a_subject_are_refused() {
    let said = |subject, parameter| asked().skipped(subject, &cell(&[parameter]));
    let retries = ("retries", "off".into());
    assert_eq!(said("raw-loop", retries), "it has no retries that could be off");
    let faulty = ("faulty_per_mille", 1.into());
    assert_eq!(said("tokio-fs", faulty), "its writes cannot be made to fail");
    assert_eq!(said("nobody", ("files", 1.into())), "no subject `nobody`");
}
