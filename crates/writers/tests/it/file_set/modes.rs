//! What becomes of bytes that are there, and what comes to be where there are none.

use std::fs;

use inrush_writers::{FileSet, Mode};

use super::given::{Folder, assert_all};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

#[test]
fn append_keeps_what_is_there_and_makes_what_is_not() {
    let folder = Folder::new();
    let there = folder.put("there", "old ");
    let report = FileSet::append([&there, &folder.path("new")]).write_all(b"bytes").unwrap();
    assert_eq!(folder.read("there"), "old bytes");
    assert_eq!(folder.read("new"), "bytes");
    assert_eq!(report.bytes(), 10);
}

#[test]
fn truncate_leaves_nothing_of_a_longer_file() {
    let folder = Folder::new();
    let paths = folder.put_all(3, &[b'x'; 100_000]);
    let set = FileSet::new(&paths).mode(Mode::Truncate);
    set.write_all(b"short").unwrap();
    assert_all(&paths, "short");
    set.write_each(|_, _| Ok(())).unwrap();
    assert_all(&paths, "");
    set.write_batches([["shorter"]]).unwrap();
    assert_all(&paths, "shorter");
}

#[test]
fn append_appends_again_and_the_other_modes_begin_anew() {
    for mode in MODES {
        let folder = Folder::new();
        let paths = folder.paths(3);
        let set = FileSet::new(&paths).mode(mode);
        set.write_all(b"first ").unwrap();
        set.write_all(b"second").unwrap();
        assert_all(&paths, if mode == Mode::Append { "first second" } else { "second" });
    }
}

#[test]
fn a_set_of_no_files_is_complete() {
    for mode in MODES {
        let set = FileSet::new([""; 0]).mode(mode);
        for report in [
            set.write_all(b"bytes").unwrap(),
            set.write_each(|_, _| panic!("there is no file to write")).unwrap(),
            set.write_batches([["bytes"]]).unwrap(),
        ] {
            assert!(report.is_complete());
            assert_eq!((report.n_files(), report.bytes(), report.attempts()), (0, 0, 0));
            assert_eq!(report.success_rate(), 1.0);
        }
    }
}

#[test]
fn no_bytes_make_empty_files_and_take_nothing_from_others() {
    for mode in MODES {
        let folder = Folder::new();
        let old = folder.put("old", "old");
        let paths = [old, folder.path("a"), folder.path("b"), folder.path("c")];
        let set = FileSet::new(&paths).mode(mode);
        set.write_all(b"").unwrap();
        assert_all(&paths[1..], "");
        assert_eq!(folder.read("old"), if mode == Mode::Append { "old" } else { "" });
        paths[1..].iter().for_each(|path| fs::remove_file(path).unwrap());
        set.write_each(|_, _| Ok(())).unwrap();
        assert_all(&paths[1..], "");
        paths[1..].iter().for_each(|path| fs::remove_file(path).unwrap());
        set.write_batches([[""; 2]; 2]).unwrap();
        assert_all(&paths[1..], "");
        assert_eq!(folder.names(), ["a", "b", "c", "old"]);
    }
}

#[test]
fn the_number_of_workers_changes_nothing() {
    for mode in MODES {
        for workers in [1, 2, 8, 1000] {
            for n_files in [1, 2, 7, 100] {
                let folder = Folder::new();
                let paths = folder.put_all(n_files, b"old ");
                let set = FileSet::new(&paths).mode(mode).workers(workers);
                let report = set.write_all(b"message ").unwrap();
                assert_eq!(report.bytes(), 8 * n_files as u64);
                assert_eq!(report.attempts(), n_files as u64);
                let old = if mode == Mode::Append { "old " } else { "" };
                assert_all(&paths, format!("{old}message "));
                set.clone().mode(Mode::Append).write_batches([["batch"], [" end"]]).unwrap();
                assert_all(&paths, format!("{old}message batch end"));
                assert_eq!(folder.names().len(), n_files);
            }
        }
    }
}

#[test]
fn a_link_is_written_through() {
    for mode in MODES {
        let folder = Folder::new();
        let target = folder.put("target", "old ");
        std::os::unix::fs::symlink(&target, folder.path("link")).unwrap();
        FileSet::new([folder.path("link")]).mode(mode).write_all(b"new").unwrap();
        let old = if mode == Mode::Append { "old " } else { "" };
        assert_eq!(folder.read("target"), format!("{old}new"));
        assert!(folder.path("link").is_symlink());
        assert_eq!(folder.names(), ["link", "target"]);
    }
}

#[test]
fn names_relative_to_the_current_folder_are_names() {
    // Changing that folder would change it for all tests of the process.
    let folder = Folder::new();
    let here = std::env::current_dir().unwrap();
    let up: std::path::PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(folder.path("file").strip_prefix("/").unwrap());
    assert!(relative.is_relative());
    for mode in MODES {
        FileSet::new([&relative]).mode(mode).write_all(b"bytes").unwrap();
        assert_eq!(folder.read("file"), "bytes");
        fs::remove_file(&relative).unwrap();
    }
}

#[test]
fn devices_are_files_unless_they_would_have_to_be_replaced() {
    for mode in [Mode::Append, Mode::Truncate] {
        let report = FileSet::new(["/dev/null"]).mode(mode).write_all(&[1; 100_000]).unwrap();
        assert_eq!(report.bytes(), 100_000);
    }
    let atomic = FileSet::new(["/dev/null"]).mode(Mode::Atomic).write_all(b"bytes");
    let error = atomic.unwrap_err().to_string();
    assert!(error.contains("`/dev/null`") && error.contains("device"), "{error}");
}
