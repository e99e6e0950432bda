//! `inrush tee`: standard input to many files, and nothing that failed goes unsaid.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::{TempDir, tempdir};

use crate::inrush::{Run, command, inrush, names, text};

fn folder() -> TempDir {
    tempdir().expect("a temporary folder")
}

fn spawn(folder: &Path, args: &[&str]) -> Child {
    command()
        .current_dir(folder)
        .arg("tee")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts")
}

/// `input | inrush tee args`, in `folder`.
fn tee(folder: &Path, input: &[u8], args: &[&str]) -> Run {
    let mut child = spawn(folder, args);
    let mut stdin = child.stdin.take().expect("a pipe");
    // Where nothing is left to write to, the command need not read all of it.
    let _ = stdin.write_all(input);
    drop(stdin);
    Run { output: child.wait_with_output().expect("it ends") }
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn five_thousand_files_are_equal_and_summed_up_in_a_line() {
    let folder = folder();
    fs::create_dir(folder.path().join("out")).expect("created");
    let input: String = (1..=1000).map(|i| format!("{i}\n")).collect();
    let files: Vec<String> = (1..=5000).map(|i| format!("out/{i}.txt")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let run = tee(folder.path(), input.as_bytes(), &files).exits(0);
    let said = run.stdout();
    assert!(said.starts_with("5,000 files, ") && said.lines().count() == 1, "{said}");
    assert_eq!(run.stderr(), "");
    assert!(files.iter().all(|file| read(folder.path(), file) == input));
    assert_eq!(names(&folder.path().join("out")).len(), 5000);
}

#[test]
fn files_are_replaced_or_appended_to_or_replaced_at_once() {
    let folder = folder();
    let at = folder.path();
    tee(at, b"a long first line\n", &["x"]).exits(0);
    tee(at, b"short\n", &["x", "new"]).exits(0);
    assert_eq!(read(at, "x"), "short\n");
    tee(at, b"more\n", &["--append", "x", "newer"]).exits(0);
    assert_eq!([read(at, "x"), read(at, "newer")], ["short\nmore\n", "more\n"]);
    fs::set_permissions(at.join("x"), fs::Permissions::from_mode(0o640)).expect("set");
    tee(at, b"whole\n", &["--atomic", "--fsync", "dir", "x"]).exits(0);
    assert_eq!(read(at, "x"), "whole\n");
    let mode = fs::metadata(at.join("x")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(names(at), ["new", "newer", "x"]);
}

#[test]
fn no_input_makes_empty_files() {
    let folder = folder();
    for args in [&["a"][..], &["--atomic", "b"], &["--append", "c"]] {
        tee(folder.path(), b"", args).exits(0);
    }
    assert!(["a", "b", "c"].iter().all(|name| read(folder.path(), name).is_empty()));
}

#[test]
fn far_more_input_than_a_block_reaches_files_that_cannot_all_stay_open() {
    let folder = folder();
    let input: String = (0..400_000).map(|i| format!("line {i}\n")).collect();
    let files = ["1", "2", "3", "4", "5", "6", "7"];
    let options = ["--max-open", "3", "--jobs", "2"];
    tee(folder.path(), input.as_bytes(), &[&options[..], &files].concat()).exits(0);
    assert!(files.iter().all(|file| read(folder.path(), file) == input));
}

#[test]
fn what_fails_is_named_and_the_rest_is_written() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir(at.join("dir")).expect("created");
    let files = ["good", "dir", "nowhere/x", "nowhere/y", "./good"];
    let run = tee(at, b"input\n", &files).exits(1);
    let run = run.says(&[
        "folder `nowhere`: No such file or directory (os error 2) (2 files)",
        "failed: create `dir`: Is a directory",
        "failed: create `./good`: is listed twice, first as number 0",
    ]);
    assert!(run.stdout().contains("1 file, 6 B") && run.stdout().contains("4 files FAILED"));
    assert_eq!(read(at, "good"), "input\n");
    assert_eq!(names(at), ["dir", "good"]);
}

#[test]
fn a_full_disk_has_its_own_exit_code_even_where_others_fail() {
    let folder = folder();
    let run = tee(folder.path(), b"input\n", &["a", "/dev/full", "no/where"]).exits(4);
    run.says(&["write `/dev/full`: No space left on device", "folder `no`"]);
    assert_eq!(read(folder.path(), "a"), "input\n");
}

#[test]
fn the_summary_as_json_names_the_failures() {
    let folder = folder();
    let run = tee(folder.path(), b"12345", &["--json", "a", "no/b"]).exits(1);
    let summary: serde_json::Value = serde_json::from_str(&run.stdout()).expect("one object");
    assert_eq!((&summary["files"], &summary["written"]), (&2.into(), &1.into()));
    assert_eq!((&summary["bytes"], &summary["success_rate"]), (&5.into(), &0.5.into()));
    let failure = &summary["failures"][0];
    assert_eq!((&failure["path"], &failure["action"]), (&"no/b".into(), &"create".into()));
    assert!(summary["peak_rss_bytes"].as_u64().is_some_and(|peak| peak > 0));
    let quiet = tee(folder.path(), b"12345", &["--quiet", "a"]).exits(0);
    assert_eq!((quiet.stdout(), quiet.stderr()), (String::new(), String::new()));
}

#[test]
fn input_that_does_not_end_in_time_is_not_called_written() {
    let folder = folder();
    for mode in ["--append", "--atomic"] {
        let mut child = spawn(folder.path(), &[mode, "--timeout", "1s", "a"]);
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(b"part\n").expect("it reads");
        let run = Run { output: child.wait_with_output().expect("it ends by itself") };
        run.exits(1).says(&["timed out: `a`"]);
        drop(stdin);
    }
    assert_eq!(names(folder.path()), ["a"]);
    assert_eq!(read(folder.path(), "a"), "part\n");
}

#[test]
fn a_signal_ends_it_while_it_waits_for_input() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let folder = folder();
        fs::write(folder.path().join("a"), "old").expect("written");
        let mut child = spawn(folder.path(), &["--atomic", "a", "b"]);
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(b"new").expect("it reads");
        while names(folder.path()).len() < 3 {
            std::thread::yield_now();
        }
        kill(Pid::from_raw(child.id().cast_signed()), signal).expect("the child is ours");
        let run = Run { output: child.wait_with_output().expect("it ends") };
        run.exits(code).says(&["cancelled: `a`", "cancelled: `b`"]);
        drop(stdin);
        assert_eq!(names(folder.path()), ["a"]);
        assert_eq!(read(folder.path(), "a"), "old");
    }
}

#[test]
fn standard_input_that_cannot_be_read_is_an_error() {
    let folder = folder();
    let run = command()
        .current_dir(folder.path())
        .args(["tee", "--atomic", "a"])
        .stdin(fs::File::open(folder.path()).expect("a folder opens"))
        .output()
        .expect("the command starts");
    Run { output: run }.exits(1).says(&["read standard input: Is a directory"]);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for (args, part) in [
        (&[][..], "<FILE>"),
        (&["--append", "--atomic", "a"], "--atomic"),
        (&["--timeout", "soon", "a"], "soon"),
        (&["--jobs", "0", "a"], "--jobs must be at least 1"),
        (&["--max-open", "0", "a"], "--max-open must be at least 1"),
        (&["--retries", "-1", "a"], "-1"),
        (&["--fsync", "maybe", "a"], "possible values: none, file, dir"),
    ] {
        inrush(&[&["tee"], args].concat()).exits(2).says(&[part]);
    }
}

#[test]
fn options_may_come_from_a_file() {
    let folder = folder();
    let config = folder.path().join("tee.toml");
    fs::write(&config, "append = true\nretries = 0\ntimeout = \"1min\"\n").expect("written");
    for _ in 0..2 {
        tee(folder.path(), b"line\n", &["--config", text(&config), "a"]).exits(0);
    }
    assert_eq!(read(folder.path(), "a"), "line\nline\n");
    fs::write(&config, "append = true\nretry = 0\n").expect("written");
    tee(folder.path(), b"", &["--config", text(&config), "a"])
        .exits(2)
        .says(&["line 2", "`retry`"]);
}
