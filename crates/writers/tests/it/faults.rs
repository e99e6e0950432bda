//! Whatever fails says what and where, counts what it took, and leaves nothing.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use inrush_writers::{Action, Direct, Durability, File, PART_SUFFIX, Sink, Stream, WriteError};
use nix::errno::Errno;
use tempfile::TempDir;

#[track_caller]
pub(crate) fn assert_names(error: &WriteError, action: Action, path: &Path) {
    assert_eq!(error.action, action);
    assert_eq!(error.path, path);
    let message = format!("{action} `{}`: {}", path.display(), error.source);
    assert_eq!(error.to_string(), message);
}

#[track_caller]
pub(crate) fn assert_empty(folder: &Path) {
    let names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.is_empty(), "{names:?}");
}

fn create(path: &Path) -> Result<Box<dyn Sink>, WriteError> {
    Ok(Box::new(File::create(path, Durability::None)?))
}

#[test]
fn a_missing_folder_is_named_at_creation() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("missing/file.csv");
    let error = create(&path).unwrap_err();
    assert_names(&error, Action::Create, &path);
    assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
    assert_empty(dir.path());
}

#[test]
fn a_path_without_a_file_name_is_refused() {
    for path in ["", "/", "..", "folder/.."] {
        let error = create(Path::new(path)).unwrap_err();
        assert_names(&error, Action::Create, Path::new(path));
        assert_eq!(error.source.kind(), io::ErrorKind::InvalidFilename);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_named_at_creation() {
    use std::os::unix::fs::PermissionsExt;

    let dir = TempDir::new().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(dir.path().join("probe"), b"").is_ok() {
        eprintln!("skipped: this user may write to a read-only folder, as root may");
        return;
    }
    let path = dir.path().join("file.csv");
    let error = create(&path).unwrap_err();
    assert_names(&error, Action::Create, &path);
    assert_eq!(error.source.kind(), io::ErrorKind::PermissionDenied);
    assert_empty(dir.path());
}

#[test]
fn a_folder_of_that_name_fails_the_rename_and_leaves_no_part() {
    for durability in [Durability::None, Durability::File, Durability::Directory] {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("file.csv");
        let mut sink = Box::new(File::create(&path, durability).unwrap());
        sink.write(b"bytes").unwrap();
        fs::create_dir(&path).unwrap();
        let error = sink.finish().unwrap_err();
        assert_names(&error, Action::Rename, &path);
        fs::remove_dir(&path).unwrap();
        assert_empty(dir.path());
    }
}

#[test]
fn a_part_that_somebody_removed_fails_the_finish_but_not_the_abort() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file.csv");
    let without_part = || {
        let sink = create(&path).unwrap();
        let entry = fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap();
        fs::remove_file(entry.path()).unwrap();
        sink
    };
    assert_names(&without_part().finish().unwrap_err(), Action::Rename, &path);
    without_part().abort().unwrap();
    drop(without_part());
    assert_empty(dir.path());
}

/// A temporary file, and in its place the device that is always full.
#[cfg(target_os = "linux")]
pub(crate) fn open_full(part: &Path) -> io::Result<fs::File> {
    fs::write(part, "")?;
    fs::OpenOptions::new().write(true).open("/dev/full")
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_on_a_full_disk_cannot_be_finished() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file.csv");
    let full = || {
        let mut sink = Box::new(File::create_by(&path, Durability::None, open_full).unwrap());
        let error = sink.write(b"bytes").unwrap_err();
        assert_names(&error, Action::Write, &path);
        assert!(error.is_out_of_space());
        assert_eq!(error.accepted, 0);
        sink
    };
    full().abort().unwrap();
    assert_empty(dir.path());
    drop(full());
    assert_empty(dir.path());
    let mut sink = full();
    // Bytes that follow lost ones would make a file with a hole.
    assert_names(&sink.write(b"").unwrap_err(), Action::Write, &path);
    assert_names(&sink.finish().unwrap_err(), Action::Close, &path);
    assert_empty(dir.path());
}

/// The limit is that of a process, so the test runs itself again in one of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_file_size_is_out_of_space_and_counts_what_fitted() {
    use nix::sys::resource::{Resource, setrlimit};
    use nix::sys::signal::{SigSet, Signal};

    const CHILD: &str = "INRUSH_TEST_FILE_SIZE_LIMIT";
    const LIMIT: usize = 10_000;
    if std::env::var_os(CHILD).is_none() {
        let name = "faults::a_limit_on_file_size_is_out_of_space_and_counts_what_fitted";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact"])
            .env(CHILD, "")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    // The signal that comes with the error would end the process.
    SigSet::from(Signal::SIGXFSZ).thread_block().unwrap();
    setrlimit(Resource::RLIMIT_FSIZE, LIMIT as u64, LIMIT as u64).unwrap();
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file.csv");
    let mut sink = create(&path).unwrap();
    sink.write(&[1; 4096]).unwrap();
    sink.write(&[2; 4096]).unwrap();
    let error = sink.write(&[3; 4096]).unwrap_err();
    assert_names(&error, Action::Write, &path);
    assert!(error.is_out_of_space());
    assert_eq!(error.accepted, LIMIT - 2 * 4096);
    sink.abort().unwrap();
    assert_empty(dir.path());
}

#[cfg(target_os = "linux")]
#[test]
fn a_stream_to_a_full_device_is_out_of_space() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut sink = Stream::new("standard output", full);
    let error = sink.write(b"bytes").unwrap_err();
    assert_names(&error, Action::Write, Path::new("standard output"));
    assert!(error.is_out_of_space());
    assert!(!error.is_closed_pipe());
}

#[test]
fn a_reader_that_has_gone_away_is_a_closed_pipe() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let mut sink = Stream::new("standard output", writer);
    let error = sink.write(b"bytes").unwrap_err();
    assert_names(&error, Action::Write, Path::new("standard output"));
    assert!(error.is_closed_pipe());
    assert!(!error.is_out_of_space());
}

/// A writer that answers each call as it was told.
struct Scripted {
    answers: VecDeque<io::Result<usize>>,
    taken: Vec<u8>,
    flush: io::Result<()>,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = io::Result<usize>>) -> Self {
        Self { answers: answers.into_iter().collect(), taken: Vec::new(), flush: Ok(()) }
    }
}

impl Write for &mut Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.answers.pop_front().unwrap_or(Ok(bytes.len()))?.min(bytes.len());
        self.taken.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        std::mem::replace(&mut self.flush, Ok(()))
    }
}

fn interrupted() -> io::Result<usize> {
    Err(io::ErrorKind::Interrupted.into())
}

/// Writes `0..100` to a stream over `out` and returns what came of it.
fn write_hundred(out: &mut Scripted) -> Result<u64, WriteError> {
    let bytes: Vec<u8> = (0..100).collect();
    let mut sink = Box::new(Stream::new("out", out));
    sink.write(&bytes)?;
    Ok(sink.finish()?.bytes)
}

#[test]
fn short_writes_and_interrupted_calls_lose_nothing() {
    let answers = [interrupted(), Ok(1), interrupted(), interrupted(), Ok(30), Ok(1), Ok(2)];
    let mut out = Scripted::new(answers);
    assert_eq!(write_hundred(&mut out).unwrap(), 100);
    assert!(out.taken.iter().copied().eq(0..100));
}

#[test]
fn an_error_counts_the_bytes_taken_before_it() {
    for n in 0..100 {
        let answers = [Ok(n / 2), interrupted(), Ok(n - n / 2), Err(io::Error::other("broken"))];
        // An answer of no bytes is an error of its own, tested below.
        let answers = answers.into_iter().filter(|answer| !matches!(answer, Ok(0)));
        let mut out = Scripted::new(answers);
        let error = write_hundred(&mut out).unwrap_err();
        assert_names(&error, Action::Write, Path::new("out"));
        assert_eq!(error.accepted, n);
        assert_eq!(out.taken.len(), n);
    }
}

#[test]
fn a_stream_that_takes_no_more_is_an_error_and_not_a_loop() {
    let mut out = Scripted::new([Ok(7), Ok(0)]);
    let error = write_hundred(&mut out).unwrap_err();
    assert_eq!(error.accepted, 7);
    assert_eq!(error.source.kind(), io::ErrorKind::WriteZero);
}

#[test]
fn after_an_error_a_stream_takes_no_more() {
    let mut out = Scripted::new([Ok(7), Err(io::Error::other("broken"))]);
    let mut sink = Box::new(Stream::new("out", &mut out));
    assert_eq!(sink.write(b"first bytes").unwrap_err().accepted, 7);
    let error = sink.write(b"more").unwrap_err();
    assert_names(&error, Action::Write, Path::new("out"));
    assert_eq!(error.accepted, 0);
    assert_names(&sink.finish().unwrap_err(), Action::Close, Path::new("out"));
    assert_eq!(out.taken, b"first b");
}

#[test]
fn what_the_last_flush_says_is_heard() {
    let mut out = Scripted::new([]);
    out.flush = Err(io::ErrorKind::StorageFull.into());
    let error = write_hundred(&mut out).unwrap_err();
    assert_names(&error, Action::Write, Path::new("out"));
    assert!(error.is_out_of_space());
}

#[test]
fn every_kind_of_spent_space_counts_as_such() {
    let is_out_of_space = |kind: io::ErrorKind| {
        WriteError::new(Action::Write, Path::new("file"), kind.into()).is_out_of_space()
    };
    assert!(is_out_of_space(io::ErrorKind::StorageFull));
    assert!(is_out_of_space(io::ErrorKind::QuotaExceeded));
    assert!(is_out_of_space(io::ErrorKind::FileTooLarge));
    assert!(!is_out_of_space(io::ErrorKind::PermissionDenied));
    assert!(!is_out_of_space(io::ErrorKind::BrokenPipe));
}

#[test]
fn a_link_in_place_of_a_temporary_file_is_not_followed() {
    let folder = TempDir::new().unwrap();
    let precious = folder.path().join("precious");
    std::fs::write(&precious, "mine").unwrap();
    let path = folder.path().join("file");
    let part = folder.path().join(format!(".file{PART_SUFFIX}"));
    std::os::unix::fs::symlink(&precious, &part).unwrap();
    let errors = [
        File::create(&path, Durability::None).map(drop).unwrap_err(),
        Direct::create(&path, Durability::None).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.action, Action::Create);
        assert_eq!(error.source.raw_os_error(), Some(Errno::ELOOP as i32), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine");
}

#[test]
fn of_two_writers_of_one_file_the_later_one_has_its_name() {
    type Create = fn(&Path) -> Box<dyn Sink>;
    let create: [Create; 2] = [
        |path| Box::new(File::create(path, Durability::None).unwrap()),
        |path| Box::new(Direct::create(path, Durability::None).unwrap()),
    ];
    for create in create {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("file");
        for end in ["finish", "abort", "drop"] {
            let (mut first, mut second) = (create(&path), create(&path));
            first.write(b"of the first one").unwrap();
            second.write(end.as_bytes()).unwrap();
            first.write(b", and more").unwrap();
            match end {
                "finish" => {
                    let error = first.finish().unwrap_err();
                    assert_names(&error, Action::Rename, &path);
                    assert!(error.to_string().contains("another writer"), "{error}");
                    assert!(!path.exists(), "it was not the first one's to publish");
                }
                "abort" => first.abort().unwrap(),
                _ => drop(first),
            }
            second.finish().unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), end);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
