//! Objects of more than one part: whole, in order, or not there.

use std::io::Read;
use std::sync::Arc;

use inrush_writers::{ObjectStore, Sink};

use super::content;
use super::server::{Fate, Gate, Operation, PART, Server};

fn sink(store: &ObjectStore, name: &str) -> Box<dyn Sink> {
    Box::new(store.sink(name).unwrap())
}

/// Writes `bytes` in pieces of `size` and finishes.
fn write(store: &ObjectStore, name: &str, bytes: &[u8], size: usize) {
    let mut sink = sink(store, name);
    for piece in bytes.chunks(size) {
        sink.write(piece).unwrap();
    }
    assert_eq!(sink.finish().unwrap().bytes, bytes.len() as u64);
}

#[track_caller]
fn assert_whole(server: &Server, name: &str, bytes: &[u8]) {
    assert!(server.bytes(name).as_deref() == Some(bytes), "{name}: other bytes came out");
    assert_eq!(server.open_uploads(), [""; 0]);
}

#[test]
fn every_size_around_a_part_comes_out_whole_however_it_is_cut() {
    let server = Server::new();
    let store = server.store();
    let bytes = content(3 * PART + 1);
    for len in [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1, 3 * PART, 3 * PART + 1] {
        for size in [len, 1 << 16, PART, PART + 1] {
            write(&store, "object", &bytes[..len], size);
            assert_whole(&server, "object", &bytes[..len]);
        }
    }
}

#[test]
fn an_object_of_one_part_is_one_request() {
    let server = Server::new();
    let store = server.store();
    write(&store, "object", &content(PART), PART);
    assert_eq!(server.log(), [Operation::Put]);
}

#[test]
fn parts_are_as_long_as_was_asked_and_the_last_has_the_rest() {
    let server = Server::new();
    let store = server.store();
    write(&store, "object", &content(2 * PART), 100_000);
    let mut log = server.log();
    log.sort_by_key(|operation| match operation {
        Operation::Part(number) => *number,
        Operation::Begin => 0,
        _ => usize::MAX,
    });
    let expected = [Operation::Begin, Operation::Part(1), Operation::Part(2), Operation::Complete];
    assert_eq!(log, expected);
}

#[test]
fn parts_that_end_in_another_order_make_the_same_object() {
    for order in [[3, 2, 1], [2, 3, 1], [3, 1, 2]] {
        let gates: Arc<[Gate; 3]> = Arc::new(std::array::from_fn(|_| Gate::new()));
        let held = gates.clone();
        let server = Server::with_plan(move |operation, _| match operation {
            Operation::Part(number) => Fate::WaitFor(held[number - 1].clone()),
            _ => Fate::Pass,
        });
        let store = server.store();
        let bytes = content(2 * PART + 17);
        std::thread::scope(|scope| {
            scope.spawn(|| write(&store, "object", &bytes, 1 << 20));
            server.wait_for(3, |operation| matches!(operation, Operation::Part(_)));
            for (ended, number) in order.into_iter().enumerate() {
                gates[number - 1].open();
                server.wait_for_parts_ended(ended + 1);
            }
        });
        assert_whole(&server, "object", &bytes);
    }
}

#[test]
fn no_more_parts_are_on_their_way_than_was_asked() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::with_plan(move |operation, _| match operation {
        Operation::Part(_) => Fate::WaitFor(held.clone()),
        _ => Fate::Pass,
    });
    let store = server.store_with(|options| options.max_in_flight = 2);
    let bytes = content(2 * PART + 1);
    std::thread::scope(|scope| {
        // Two sinks share the two permits, so that four full parts have to take turns.
        for name in ["a", "b"] {
            let (store, bytes) = (&store, &bytes);
            scope.spawn(move || write(store, name, bytes, 1 << 20));
        }
        server.wait_for(2, |operation| matches!(operation, Operation::Part(_)));
        gate.open();
    });
    assert_eq!(server.most_parts_at_once(), 2);
    assert_whole(&server, "a", &bytes);
    assert_whole(&server, "b", &bytes);
}

#[test]
fn a_dropped_upload_is_aborted_with_its_parts_still_on_their_way() {
    let gate = Gate::new();
    let server = Server::with_plan(move |operation, _| match operation {
        Operation::Part(_) => Fate::WaitFor(gate.clone()),
        _ => Fate::Pass,
    });
    let store = server.store();
    for end in [drop::<Box<dyn Sink>>, |sink: Box<dyn Sink>| sink.abort().unwrap()] {
        let mut sink = sink(&store, "object");
        sink.write(&content(2 * PART + 1)).unwrap();
        assert_eq!(server.open_uploads().len(), 1);
        end(sink);
        assert_eq!(server.names(), [""; 0]);
    }
    // Twice each: the second one frees what a part cut off may have left.
    assert_eq!(server.count(Operation::Abort), 4);
}

#[test]
fn an_upload_that_is_dropped_by_a_panic_is_aborted() {
    let server = Server::new();
    let mut sink = sink(&server.store(), "object");
    let ended = std::thread::spawn(move || {
        sink.write(&content(2 * PART + 1)).unwrap();
        panic!("in the middle of an object");
    });
    assert!(ended.join().is_err());
    assert_eq!(server.names(), [""; 0]);
    assert_eq!(server.count(Operation::Complete), 0);
}

#[test]
fn the_object_of_that_name_stays_until_the_upload_is_completed() {
    let server = Server::new();
    let store = server.store();
    store.put("object", b"old".to_vec()).unwrap();
    let bytes = content(PART + 1);
    let mut sink = sink(&store, "object");
    sink.write(&bytes).unwrap();
    assert_eq!(server.bytes("object").as_deref(), Some(&b"old"[..]));
    sink.finish().unwrap();
    assert_whole(&server, "object", &bytes);
}

#[test]
fn a_sink_outlives_its_store() {
    let server = Server::new();
    let store = server.store();
    let mut sink = sink(&store, "object");
    drop(store);
    let bytes = content(PART + 1);
    sink.write(&bytes).unwrap();
    sink.finish().unwrap();
    assert_whole(&server, "object", &bytes);
}

#[test]
fn a_store_and_its_sinks_may_be_used_and_dropped_on_a_runtime_of_the_caller() {
    let server = Server::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bytes = content(PART + 1);
    runtime.block_on(async {
        let store = server.store();
        write(&store, "object", &bytes, 1 << 20);
        let mut read = Vec::new();
        store.reader("object").unwrap().read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        let mut dropped = sink(&store, "dropped");
        dropped.write(&bytes).unwrap();
        drop(store);
        drop(dropped);
    });
    assert_eq!(server.names(), ["object"]);
}

#[test]
fn the_other_stores_keep_the_parts_in_order_too() {
    let dir = tempfile::TempDir::new().unwrap();
    for url in ["memory:///run".to_owned(), format!("file://{}/run", dir.path().display())] {
        let store = ObjectStore::open(&url, Server::new().options()).unwrap();
        let bytes = content(3 * PART + 5);
        write(&store, "object", &bytes, 1 << 20);
        assert!(store.get("object").unwrap() == bytes, "{url}");
        drop({
            let mut dropped = sink(&store, "dropped");
            dropped.write(&bytes).unwrap();
            dropped
        });
        assert_eq!(store.list().unwrap().len(), 1, "{url}");
    }
    // What is not seen through the store: the files in which parts were collected.
    assert_eq!(std::fs::read_dir(dir.path().join("run")).unwrap().count(), 1);
}

#[test]
fn both_ways_of_integrity_bring_the_bytes_over() {
    use inrush_writers::Integrity;

    for integrity in [Integrity::Sha256, Integrity::Crc64] {
        let server = Server::new();
        let store = server.store_with(|options| options.integrity = integrity);
        for len in [0, 1, PART + 1] {
            let bytes = content(len);
            write(&store, "object", &bytes, 1 << 20);
            assert_whole(&server, "object", &bytes);
        }
    }
}
