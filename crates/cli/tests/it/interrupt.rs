//! Signals in the middle: an orderly end at the first, and nothing broken even by the last.

use std::path::Path;
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::{TempDir, tempdir};

use crate::inrush::{command, data_files, inrush, manifest, parts, root, text};

const ROWS: &str = "400k";
const FILES: &str = "40";

fn args(out: &Path) -> Vec<&str> {
    let base = ["table", "--schema", "builtin:seed7", "--rows", ROWS, "--files", FILES];
    [&base[..], &["--format", "csv", "--out", text(out)]].concat()
}

/// Starts a job and returns once its journal names `n_files` files.
fn started(out: &Path, n_files: usize) -> Child {
    let mut child = command()
        .args(args(out))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let path = out.join("_manifest.jsonl");
    loop {
        let lines = std::fs::read(&path)
            .map_or(0, |bytes| bytes.iter().filter(|&&byte| byte == b'\n').count());
        if lines > n_files || child.try_wait().expect("the child is ours").is_some() {
            return child;
        }
        std::thread::yield_now();
    }
}

fn undisturbed() -> TempDir {
    let folder = tempdir().expect("a temporary folder");
    inrush(&args(folder.path())).exits(0);
    folder
}

fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process number"));
    kill(pid, signal).expect("the child is still ours");
}

#[test]
fn the_first_signal_ends_in_order_and_resume_finishes() {
    let reference = undisturbed();
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let folder = tempdir().expect("a temporary folder");
        let child = started(folder.path(), 3);
        send(&child, signal);
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        // A job that was quicker than the signal is whole; otherwise the code tells of the signal.
        let is_whole = data_files(folder.path()).len() == 40;
        assert_eq!(output.status.code(), Some(if is_whole { 0 } else { code }), "{stderr}");
        assert!(is_whole || stderr.contains("stopped before it was whole"), "{stderr}");
        assert_eq!(parts(folder.path()), [""; 0]);
        let noted = manifest(folder.path()).len() - 1 - usize::from(is_whole);
        assert_eq!(noted, data_files(folder.path()).len());
        resume_and_compare(folder.path(), reference.path());
    }
}

#[test]
fn a_killed_run_is_resumed_to_the_same_bytes() {
    let reference = undisturbed();
    for n_files in [0, 1, 7, 25] {
        let folder = tempdir().expect("a temporary folder");
        let mut child = started(folder.path(), n_files);
        child.kill().expect("the child is ours");
        child.wait().expect("it ends");
        resume_and_compare(folder.path(), reference.path());
    }
}

/// A run that is killed again and again, at no particular moment, still ends in the same bytes.
#[test]
fn a_run_killed_many_times_ends_in_the_same_bytes() {
    let reference = undisturbed();
    let folder = tempdir().expect("a temporary folder");
    for _ in 0..8 {
        let mut child = command()
            .args(args(folder.path()))
            .arg("--resume")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        let before = data_files(folder.path()).len();
        while child.try_wait().expect("the child is ours").is_none()
            && std::fs::read_dir(folder.path()).map_or(0, Iterator::count) < before + 4
        {
            std::thread::yield_now();
        }
        child.kill().expect("the child is ours");
        child.wait().expect("it ends");
    }
    resume_and_compare(folder.path(), reference.path());
}

#[track_caller]
fn resume_and_compare(folder: &Path, reference: &Path) {
    inrush(&[&args(folder)[..], &["--resume"]].concat()).exits(0);
    assert_eq!(parts(folder), [""; 0]);
    assert!(data_files(folder) == data_files(reference), "the files differ");
    assert_eq!(root(folder), root(reference));
    inrush(&["verify", text(folder)]).exits(0);
}
