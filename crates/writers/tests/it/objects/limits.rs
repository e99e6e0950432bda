//! What a store takes of a process: memory within its bound, and no thread that outlives it.

use std::fs;
use std::time::{Duration, Instant};

use inrush_writers::{ObjectStore, ObjectStoreOptions, Sink};

use super::content;
use super::process::{in_process_of_its_own, is_child};
use super::server::{Fate, Operation, Server};

/// The number in `/proc/self/status` behind `key`.
fn status(key: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

/// Returns when there are `expected` threads. One that was joined is listed for a moment longer.
#[track_caller]
fn settles_at(expected: usize) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while threads() != expected {
        assert!(Instant::now() < deadline, "{} threads, {expected} expected", threads());
        std::thread::yield_now();
    }
}

#[test]
fn the_last_of_a_store_ends_its_threads() {
    let name = "objects::limits::the_last_of_a_store_ends_its_threads";
    let server = Server::new();
    if !is_child(name) {
        return in_process_of_its_own(name, &server.environment());
    }
    let open = || ObjectStore::open("s3://bucket/run", ObjectStoreOptions::default()).unwrap();
    let before = threads();
    for _ in 0..3 {
        let store = open();
        store.put("object", b"bytes".to_vec()).unwrap();
        let mut dropped = store.sink("dropped").unwrap();
        dropped.write(&content(9 << 20)).unwrap();
        drop(store.reader("object").unwrap());
        assert!(threads() > before);
        drop(store);
        drop(dropped);
        settles_at(before);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { drop(open()) });
    settles_at(before);
}

#[test]
fn memory_is_bounded_by_the_parts_on_their_way() {
    let name = "objects::limits::memory_is_bounded_by_the_parts_on_their_way";
    if is_child(name) {
        let options = ObjectStoreOptions { max_in_flight: 4, ..ObjectStoreOptions::default() };
        let bound = (options.max_in_flight * options.part_bytes) as u64 + (64 << 20);
        let store = ObjectStore::open("s3://bucket/run", options).unwrap();
        let chunk = content(1 << 20);
        let mut sink = Box::new(store.sink("object").unwrap());
        for _ in 0..1024 {
            sink.write(&chunk).unwrap();
        }
        assert_eq!(sink.finish().unwrap().bytes, 1 << 30);
        let peak = status("VmHWM:") * 1024;
        assert!(peak < bound, "{peak} bytes at most, {bound} allowed");
        return;
    }
    // The server is in this process, so that its memory does not count.
    let server = Server::with_plan(|operation, _| match operation {
        Operation::Part(_) | Operation::Complete => Fate::Swallow,
        _ => Fate::Pass,
    });
    in_process_of_its_own(name, &server.environment());
    assert_eq!(server.count(Operation::Complete), 1);
}
