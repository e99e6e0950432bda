//! Files that cannot be written for what they are or where they lie, among files that can.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use inrush_writers::{Action, Durability, FileReport, FileSet, Mode, Report, SetError, Status};
use nix::errno::Errno;

use super::child::Child;
use super::given::{Folder, assert_all, assert_failed, incomplete, only_failure, script};

const MODES: [Mode; 3] = [Mode::Append, Mode::Truncate, Mode::Atomic];

type Call = fn(&FileSet) -> Result<Report, SetError>;

const CALLS: [Call; 3] = [
    |set| set.write_all(b"bytes"),
    |set| set.write_each(|_, file| file.write_all(b"bytes")),
    |set| set.write_batches([["by"], ["tes"]]),
];

/// Writes to a path between two files that nothing is wrong with, in every way, and looks at what is
/// said of it. Nothing comes to be but the two, and what `more` there was.
#[track_caller]
fn refused(folder: &Folder, path: &Path, check: impl Fn(Mode, &FileReport<'_>)) {
    let (before, after) = (folder.path("before"), folder.path("behind"));
    let more = folder.names();
    for mode in MODES {
        for workers in [1, 3] {
            for call in CALLS {
                let set = FileSet::new([&*before, path, &*after]).mode(mode).workers(workers);
                let report = incomplete(call(&set.max_open(2)));
                let failed = only_failure(&report);
                assert_eq!((failed.path, failed.status, failed.bytes), (path, Status::Failed, 0));
                assert_eq!((failed.attempts, failed.error.unwrap().path.as_path()), (1, path));
                check(mode, &failed);
                assert_all(&[before.clone(), after.clone()], "bytes");
                [&before, &after].into_iter().for_each(|path| fs::remove_file(path).unwrap());
                assert_eq!(folder.names(), more);
            }
        }
    }
}

fn assert_kind(file: &FileReport<'_>, kind: io::ErrorKind) {
    let error = file.error.unwrap();
    assert_eq!((error.action, error.source.kind()), (Action::Create, kind), "{error}");
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    symlink("folder", folder.path("link")).unwrap();
    for name in ["folder", "folder/", "folder/.", "folder/..", "link", "link/"] {
        refused(&folder, &folder.path(name), |_, file| {
            assert_kind(file, io::ErrorKind::IsADirectory);
        });
    }
    refused(&folder, Path::new("/"), |_, file| assert_kind(file, io::ErrorKind::IsADirectory));
}

#[test]
fn a_pipe_is_no_file_with_or_without_a_reader() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let is_refused = |_, file: &FileReport<'_>| {
        assert_kind(file, io::ErrorKind::InvalidInput);
        assert!(file.error.unwrap().to_string().contains("is a pipe"));
    };
    refused(&folder, &pipe, is_refused);
    // One that waits for no writer.
    let reader = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::NONBLOCK;
    let reader = rustix::fs::open(&pipe, reader, rustix::fs::Mode::empty()).unwrap();
    refused(&folder, &pipe, is_refused);
    assert_eq!(io::Read::read(&mut fs::File::from(reader), &mut [0]).unwrap(), 0);
}

#[test]
fn a_socket_is_no_file() {
    let folder = Folder::new();
    let socket = folder.path("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    refused(&folder, &socket, |_, file| assert_kind(file, io::ErrorKind::InvalidInput));
}

#[test]
fn a_path_that_can_be_none_is_named() {
    let folder = Folder::new();
    refused(&folder, Path::new(""), |mode, file| match mode {
        Mode::Atomic => assert_kind(file, io::ErrorKind::InvalidFilename),
        _ => assert_kind(file, io::ErrorKind::NotFound),
    });
    let zero = folder.path("with\0zero");
    refused(&folder, &zero, |_, file| assert_kind(file, io::ErrorKind::InvalidInput));
    let long = folder.path(&"n".repeat(256));
    refused(&folder, &long, |_, file| assert_failed(file, Action::Create, Errno::ENAMETOOLONG));
    let deep: PathBuf = [folder.at()].into_iter().chain([Path::new("folder"); 1000]).collect();
    refused(&folder, &deep, |_, file| assert_failed(file, Action::Create, Errno::ENAMETOOLONG));
}

#[test]
fn a_file_is_no_folder() {
    let folder = Folder::new();
    let path = folder.put("file", "old").join("below");
    refused(&folder, &path, |_, file| assert_failed(file, Action::Create, Errno::ENOTDIR));
    let report = incomplete(FileSet::append([&path]).write_all(b"bytes"));
    let [fault] = report.folders() else { panic!("{report}") };
    assert_eq!((&fault.path, fault.n_files), (&folder.path("file"), 1));
    assert_eq!(fault.source.kind(), io::ErrorKind::NotADirectory);
    assert_eq!(folder.read("file"), "old");
}

#[test]
fn a_link_in_a_circle_is_named() {
    let folder = Folder::new();
    symlink("circle", folder.path("circle")).unwrap();
    refused(&folder, &folder.path("circle"), |_, file| {
        assert_failed(file, Action::Create, Errno::ELOOP);
    });
}

/// To replace what a link leads to there has to be something.
#[test]
fn a_link_that_leads_nowhere_is_written_through_or_named() {
    for mode in MODES {
        for call in CALLS {
            let folder = Folder::new();
            symlink("target", folder.path("link")).unwrap();
            let result = call(&FileSet::new([folder.path("link")]).mode(mode));
            if mode == Mode::Atomic {
                let report = incomplete(result);
                assert_failed(&only_failure(&report), Action::Create, Errno::ENOENT);
                assert_eq!(folder.names(), ["link"]);
            } else {
                result.unwrap();
                assert_eq!(folder.read("target"), "bytes");
            }
            assert!(folder.path("link").is_symlink());
        }
    }
}

#[test]
fn what_is_listed_twice_is_written_once() {
    let folder = Folder::new();
    let slashes = PathBuf::from(format!("{}//./a", folder.at().display()));
    let (a, b) = (folder.path("a"), folder.path("b"));
    for mode in MODES {
        for call in CALLS {
            for workers in [1, 3] {
                let set = FileSet::new([&a, &b, &a, &slashes]).mode(mode).workers(workers);
                let report = incomplete(call(&set));
                let failed: Vec<_> = report.failures().map(|file| file.to_string()).collect();
                let said = |path: &Path| {
                    format!(
                        "failed: create `{}`: is listed twice, first as number 0",
                        path.display()
                    )
                };
                assert_eq!(failed, [said(&a), said(&slashes)]);
                assert_eq!((report.attempts(), report.bytes()), (2, 10));
                assert_all(&[a.clone(), b.clone()], "bytes");
                [&a, &b].into_iter().for_each(|path| fs::remove_file(path).unwrap());
            }
        }
    }
}

#[test]
fn a_name_with_and_without_a_dot_before_it_is_listed_twice() {
    // Nothing is written, as no such folder is there.
    let paths = ["./no-such-folder/a", "no-such-folder/a", "././no-such-folder//a", "./b/../no/a"];
    let report = incomplete(FileSet::append(paths).write_all(b"bytes"));
    let twice: Vec<_> = report
        .files()
        .map(|file| file.error.unwrap().to_string().contains("listed twice, first as number 0"))
        .collect();
    assert_eq!(twice, [false, true, true, false]);
}

/// As the lists say which file a message is for, all places count, whatever becomes of them.
#[test]
fn messages_to_a_place_that_is_listed_twice_go_nowhere_else() {
    let folder = Folder::new();
    let (a, b) = (folder.path("a"), folder.path("b"));
    let set = FileSet::append([&a, &a, &b]).workers(2);
    let report = incomplete(set.write_batches([[(0, "0"), (1, "1"), (2, "2")]]));
    assert_eq!(only_failure(&report).bytes, 0);
    assert_eq!((folder.read("a"), folder.read("b")), ("0".into(), "2".into()));
}

#[test]
fn a_folder_without_rights_is_named_with_its_files() {
    let name = "a_folder_without_rights_is_named_with_its_files";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes_without_rights();
    }
    let folder = Folder::new();
    let locked = folder.path("locked");
    fs::create_dir(&locked).unwrap();
    fs::write(locked.join("there"), "old").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    refused(&folder, &locked.join("new"), |_, file| {
        assert_failed(file, Action::Create, Errno::EACCES);
    });
    let set = FileSet::new([locked.join("a"), locked.join("there"), locked.join("b")]);
    for mode in MODES {
        let report = incomplete(set.clone().mode(mode).write_all(b"new"));
        // What is there may be written to, but not be replaced.
        let n_failed = if mode == Mode::Atomic { 3 } else { 2 };
        assert_eq!(report.count(Status::Failed), n_failed);
        let [fault] = report.folders() else { panic!("{report}") };
        assert_eq!((&fault.path, fault.n_files), (&locked, n_failed));
        assert_eq!(fault.source.kind(), io::ErrorKind::PermissionDenied);
    }
    assert_eq!(super::given::names(&locked), ["there"]);
}

#[test]
fn a_file_without_rights_is_no_fault_of_its_folder() {
    let name = "a_file_without_rights_is_no_fault_of_its_folder";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes_without_rights();
    }
    let folder = Folder::new();
    let paths = folder.put_all(3, b"");
    fs::set_permissions(&paths[1], fs::Permissions::from_mode(0o444)).unwrap();
    for mode in [Mode::Append, Mode::Truncate] {
        let report = incomplete(FileSet::new(&paths).mode(mode).write_all(b"bytes"));
        assert_failed(&only_failure(&report), Action::Create, Errno::EACCES);
        assert!(report.folders().is_empty());
    }
}

#[test]
fn every_durability_writes_the_same() {
    for mode in MODES {
        for durability in [Durability::None, Durability::File, Durability::Directory] {
            let folder = Folder::new();
            let paths = folder.paths(3);
            for call in CALLS {
                let again = script([(1, Action::Sync, 0, super::given::fault(Errno::EINTR))]);
                let set = FileSet::new(&paths).mode(mode).fsync(durability).faults(again);
                call(&set.max_open(1)).unwrap();
                assert_all(&paths, "bytes");
                paths.iter().for_each(|path| fs::remove_file(path).unwrap());
            }
        }
    }
}

/// A link's target gets its name in the folder of the target, which is the one to be forced.
#[test]
fn the_folder_that_is_forced_is_that_of_the_file_and_not_of_its_link() {
    let name = "the_folder_that_is_forced_is_that_of_the_file_and_not_of_its_link";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes_without_rights();
    }
    let folder = Folder::new();
    let dark = folder.path("dark");
    fs::create_dir(&dark).unwrap();
    fs::write(dark.join("target"), "old").unwrap();
    symlink("dark/target", folder.path("link")).unwrap();
    // It can be written to but not be opened, and so not be forced.
    fs::set_permissions(&dark, fs::Permissions::from_mode(0o300)).unwrap();
    let set = FileSet::new([folder.path("link")]).mode(Mode::Atomic);
    let report = incomplete(set.fsync(Durability::Directory).write_all(b"new"));
    assert_eq!(only_failure(&report).error.unwrap().action, Action::Sync);
    fs::set_permissions(&dark, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(fs::read(dark.join("target")).unwrap(), b"new");
}
