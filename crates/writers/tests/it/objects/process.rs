//! What can only be seen of a whole process: its memory, its threads, its environment.
//!
//! Each test runs one of the others in a process of its own, told by a variable that it is the one.

use std::fs;
use std::process::Command;

use inrush_writers::{ObjectStore, ObjectStoreOptions, Sink};

use super::content;
use super::server::{BUCKET, Fate, Operation, Server};

/// Runs the test `name` of this file in a process of its own, with these variables.
fn in_process_of_its_own(name: &str, variables: &[(&str, String)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("objects::process::{name}"), "--nocapture"])
        .env(CHILD, name)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

const CHILD: &str = "INRUSH_TEST_CHILD";

/// Whether this process is there for the test `name`.
fn is_child(name: &str) -> bool {
    std::env::var(CHILD).is_ok_and(|child| child == name)
}

/// The number in `/proc/self/status` behind `key`.
fn status(key: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_variables_of_aws_are_taken_from_the_process() {
    let name = "the_variables_of_aws_are_taken_from_the_process";
    if is_child(name) {
        let url = format!("s3://{BUCKET}/run");
        let store = ObjectStore::open(&url, ObjectStoreOptions::default()).unwrap();
        store.put("object", b"bytes".to_vec()).unwrap();
        return;
    }
    let server = Server::new();
    in_process_of_its_own(name, &server.environment());
    assert_eq!(server.bytes("object").as_deref(), Some(&b"bytes"[..]));

    // The endpoint of S3 alone counts before that of all services, and an empty token is none.
    let server = Server::new();
    let mut variables = server.environment().to_vec();
    let (endpoint, address) = variables.pop().unwrap();
    assert_eq!(endpoint, "AWS_ENDPOINT_URL");
    variables.push(("AWS_ENDPOINT_URL_S3", address));
    variables.push(("AWS_ENDPOINT_URL", "https://127.0.0.1:1".to_owned()));
    variables.push(("AWS_SESSION_TOKEN", String::new()));
    in_process_of_its_own(name, &variables);
    assert_eq!(server.bytes("object").as_deref(), Some(&b"bytes"[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn the_last_of_a_store_ends_its_threads() {
    let name = "the_last_of_a_store_ends_its_threads";
    let server = Server::new();
    if !is_child(name) {
        return in_process_of_its_own(name, &server.environment());
    }
    let threads = || fs::read_dir("/proc/self/task").unwrap().count();
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
        assert_eq!(threads(), before);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { drop(open()) });
    assert_eq!(threads(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_by_the_parts_on_their_way() {
    let name = "memory_is_bounded_by_the_parts_on_their_way";
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
