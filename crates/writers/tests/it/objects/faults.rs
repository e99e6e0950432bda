//! Whatever the server does: what is reported written is there, what failed is named, and no
//! upload stays open.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use inrush_writers::{Action, ObjectStore, Sink, WriteError};

use super::content;
use super::server::{Fate, Gate, Operation, PART, SECRET, Server};

/// Fails the first `times` of `operation` by `fate`.
fn first(
    operation: Operation,
    times: usize,
    fate: Fate,
) -> impl Fn(Operation, usize) -> Fate + Send + Sync {
    move |asked, nth| if asked == operation && nth < times { fate.clone() } else { Fate::Pass }
}

fn write(store: &ObjectStore, bytes: &[u8]) -> Result<(), WriteError> {
    let mut sink = Box::new(store.sink("object")?);
    for piece in bytes.chunks(1 << 20) {
        sink.write(piece)?;
    }
    sink.finish().map(drop)
}

#[track_caller]
fn assert_final(error: &WriteError, actions: &[Action]) {
    assert!(actions.contains(&error.action), "{error}");
    assert_eq!(error.path, Path::new("s3://bucket/run/object"));
    assert!(error.to_string().contains("`s3://bucket/run/object`"), "{error}");
    assert!(!error.to_string().contains(SECRET), "{error}");
    assert!(!error.is_transient(), "{error}");
}

#[test]
fn what_fails_less_often_than_there_are_attempts_is_written_all_the_same() {
    let bytes = content(2 * PART + 1);
    let operations =
        [Operation::Begin, Operation::Part(1), Operation::Part(3), Operation::Complete];
    let fates = [
        Fate::Answer(503, Some("1")),
        Fate::Answer(500, None),
        Fate::Answer(429, None),
        Fate::Answer(408, None),
        Fate::Reset,
    ];
    for operation in operations {
        for fate in &fates {
            let server = Server::with_plan(first(operation, 2, fate.clone()));
            write(&server.store(), &bytes).unwrap();
            assert!(server.bytes("object").unwrap() == bytes);
            assert_eq!(server.count(operation), 3);
            assert_eq!(server.names(), ["object"]);
        }
    }
}

#[test]
fn a_part_whose_answer_is_lost_is_sent_again() {
    let bytes = content(2 * PART + 1);
    let server = Server::with_plan(first(Operation::Part(2), 2, Fate::LoseAnswer));
    write(&server.store(), &bytes).unwrap();
    assert!(server.bytes("object").unwrap() == bytes);
    assert_eq!(server.names(), ["object"]);
}

#[test]
fn what_fails_every_time_is_named_and_leaves_nothing() {
    let bytes = content(3 * PART);
    for fate in [Fate::Answer(503, None), Fate::Answer(400, None), Fate::Reset] {
        for (operation, actions) in [
            (Operation::Begin, &[Action::Create][..]),
            (Operation::Part(1), &[Action::Write, Action::Close]),
            (Operation::Part(3), &[Action::Close]),
            (Operation::Complete, &[Action::Close]),
        ] {
            let server = Server::with_plan(first(operation, usize::MAX, fate.clone()));
            let error = write(&server.store(), &bytes).unwrap_err();
            assert_final(&error, actions);
            assert_eq!(server.names(), [""; 0]);
            let attempts = if matches!(fate, Fate::Answer(400, _)) { 1 } else { 3 };
            assert_eq!(server.count(operation), attempts);
        }
    }
}

#[test]
fn a_single_request_is_tried_as_often_and_named_as_well() {
    let server = Server::with_plan(first(Operation::Put, 2, Fate::Reset));
    write(&server.store(), b"bytes").unwrap();
    assert_eq!(server.bytes("object").as_deref(), Some(&b"bytes"[..]));

    let server = Server::with_plan(first(Operation::Put, 3, Fate::Answer(503, None)));
    assert_final(&write(&server.store(), b"bytes").unwrap_err(), &[Action::Write]);
    assert_eq!(server.names(), [""; 0]);
    assert_eq!(server.count(Operation::Put), 3);
}

#[test]
fn a_request_that_stalls_is_given_up_and_sent_again() {
    let bytes = content(PART + 1);
    for operation in [Operation::Part(1), Operation::Complete] {
        let server = Server::with_plan(first(operation, 1, Fate::WaitFor(Gate::new())));
        let store = server.store_with(|options| options.request_timeout = Duration::from_secs(2));
        write(&store, &bytes).unwrap();
        assert!(server.bytes("object").unwrap() == bytes);
        assert_eq!(server.names(), ["object"]);
        assert_eq!(server.count(operation), 2);
    }
}

#[test]
fn a_server_that_stalls_for_ever_is_named_and_not_waited_for() {
    let bytes = content(PART + 1);
    let gate = Gate::new();
    let server = Server::with_plan(move |operation, _| match operation {
        Operation::Part(_) => Fate::WaitFor(gate.clone()),
        _ => Fate::Pass,
    });
    let store = server.store_with(|options| {
        options.request_timeout = Duration::from_secs(2);
        options.attempts = 2;
    });
    assert_final(&write(&store, &bytes).unwrap_err(), &[Action::Close]);
    assert_eq!(server.names(), [""; 0]);
}

#[test]
fn an_abort_that_fails_at_first_is_tried_again() {
    for fate in [Fate::Answer(503, None), Fate::Reset] {
        let server = Server::with_plan(first(Operation::Abort, 2, fate));
        let mut sink = Box::new(server.store().sink("object").unwrap());
        sink.write(&content(PART + 1)).unwrap();
        sink.abort().unwrap();
        assert_eq!(server.names(), [""; 0]);
    }
}

#[test]
fn an_abort_whose_answer_is_lost_finds_nothing_left_and_is_content() {
    let server = Server::with_plan(|operation, nth| match (operation, nth) {
        (Operation::Abort, 0) => Fate::LoseAnswer,
        (Operation::Abort, _) => Fate::Answer(404, None),
        _ => Fate::Pass,
    });
    let mut sink = Box::new(server.store().sink("object").unwrap());
    sink.write(&content(PART + 1)).unwrap();
    sink.abort().unwrap();
    assert_eq!(server.names(), [""; 0]);
}

#[test]
fn an_abort_that_fails_for_good_says_so() {
    let server = Server::with_plan(first(Operation::Abort, usize::MAX, Fate::Answer(503, None)));
    let mut sink = Box::new(server.store().sink("object").unwrap());
    sink.write(&content(PART + 1)).unwrap();
    assert_final(&sink.abort().unwrap_err(), &[Action::Remove]);
}

#[test]
fn a_failed_part_is_reported_by_the_next_call_and_ends_the_sink() {
    let server = Server::with_plan(first(Operation::Part(1), 1, Fate::Answer(400, None)));
    let store = server.store_with(|options| options.max_in_flight = 1);
    let mut sink = Box::new(store.sink("object").unwrap());
    let bytes = content(PART);
    sink.write(&bytes).unwrap();
    sink.write(&bytes[..1]).unwrap();
    // The one permit comes back when the first part has failed, so this hears of it.
    let error = sink.write(&bytes).unwrap_err();
    assert_final(&error, &[Action::Write]);
    assert!(error.accepted < PART);
    let error = sink.write(b"more").unwrap_err();
    assert_final(&error, &[Action::Write]);
    assert_eq!(error.accepted, 0);
    assert_final(&sink.finish().unwrap_err(), &[Action::Close]);
    assert_eq!(server.names(), [""; 0]);
}

#[test]
fn an_abort_that_stalls_is_given_up_and_says_what_may_be_left() {
    let server = Server::with_plan(first(Operation::Abort, usize::MAX, Fate::WaitFor(Gate::new())));
    let store = server.store_with(|options| options.request_timeout = Duration::from_secs(2));
    let mut sink = Box::new(store.sink("object").unwrap());
    sink.write(&content(PART + 1)).unwrap();
    let error = sink.abort().unwrap_err();
    assert_final(&error, &[Action::Remove]);
    assert!(error.to_string().contains("may still be open"), "{error}");
}

#[test]
fn a_failed_write_counts_what_it_took() {
    let server = Server::with_plan(first(Operation::Begin, 1, Fate::Answer(400, None)));
    let mut sink = server.store().sink("object").unwrap();
    sink.write(&content(10)).unwrap();
    let error = sink.write(&content(PART)).unwrap_err();
    assert_final(&error, &[Action::Create]);
    assert_eq!(error.accepted, PART - 10);
}

#[test]
fn wrong_keys_are_refused_once() {
    let server = Server::new();
    let store = server.store_with(|options| {
        let wrong = server.environment().map(|(name, value)| match name {
            "AWS_SECRET_ACCESS_KEY" => (name, "wrong".to_owned()),
            _ => (name, value),
        });
        options.environment = wrong.into_iter().collect();
    });
    for (len, action) in [(1, Action::Write), (PART + 1, Action::Create)] {
        let before = server.log().len();
        let error = write(&store, &content(len)).unwrap_err();
        assert_final(&error, &[action]);
        assert_eq!(error.source.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(server.log().len(), before + 1);
    }
    assert_eq!(store.list().unwrap_err().source.kind(), io::ErrorKind::PermissionDenied);
    assert_eq!(server.names(), [""; 0]);
}

#[test]
fn a_missing_bucket_is_named_once() {
    let server = Server::new();
    let store = ObjectStore::open("s3://missing/run/", server.options()).unwrap();
    for len in [1, PART + 1] {
        let before = server.log().len();
        let error = write(&store, &content(len)).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
        assert_eq!(error.path, Path::new("s3://missing/run/object"));
        assert_eq!(server.log().len(), before + 1);
    }
}

#[test]
fn a_server_without_space_is_known_as_one() {
    let server = Server::with_plan(first(Operation::Put, usize::MAX, Fate::Answer(507, None)));
    assert!(write(&server.store(), b"bytes").unwrap_err().is_out_of_space());
}

#[test]
fn nobody_at_the_address_is_a_named_failure() {
    let server = Server::new();
    let store = server.store();
    drop(server);
    assert_final(&write(&store, b"bytes").unwrap_err(), &[Action::Write]);
    assert_final(&write(&store, &content(PART + 1)).unwrap_err(), &[Action::Create]);
}

#[test]
fn a_missing_object_is_not_found_by_any_way() {
    let server = Server::new();
    let store = server.store();
    let error = store.get("object").unwrap_err();
    assert_final(&error, &[Action::Read]);
    assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
    assert_eq!(store.reader("object").unwrap_err().source.kind(), io::ErrorKind::NotFound);
    store.delete("object").unwrap();
}

#[test]
fn a_read_that_fails_at_first_is_tried_again() {
    let bytes = content(PART + 1);
    for fate in [Fate::Answer(503, None), Fate::Reset, Fate::CutAnswer(1000)] {
        let server = Server::with_plan(first(Operation::Get, 2, fate));
        let store = server.store();
        write(&store, &bytes).unwrap();
        let mut read = Vec::new();
        store.reader("object").unwrap().read_to_end(&mut read).unwrap();
        assert!(read == bytes);
    }
}

#[test]
fn a_read_that_fails_every_time_is_named_and_never_taken_for_the_end() {
    for fate in [Fate::Answer(503, None), Fate::Reset, Fate::CutAnswer(1000)] {
        let server = Server::with_plan(first(Operation::Get, usize::MAX, fate));
        let store = server.store();
        write(&store, &content(PART + 1)).unwrap();
        assert_final(&store.get("object").unwrap_err(), &[Action::Read]);
        let error = io::copy(&mut store.reader("object").unwrap(), &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("`s3://bucket/run/object`"), "{error}");
    }
}

#[test]
fn a_reader_that_has_failed_does_not_go_on_behind_the_gap() {
    let bytes = content(PART + 1);
    // Of the two requests for the two pieces, the one that comes first fails. Which that is changes
    // from time to time.
    for _ in 0..8 {
        let server = Server::with_plan(first(Operation::Get, 1, Fate::Answer(400, None)));
        let store = server.store();
        write(&store, &bytes).unwrap();
        let mut reader = store.reader("object").unwrap();
        let mut read = Vec::new();
        for _ in 0..3 {
            reader.read_to_end(&mut read).unwrap_err();
        }
        assert!(bytes.starts_with(&read));
    }
}

#[test]
fn an_object_that_is_replaced_while_it_is_read_is_not_mixed() {
    let store = ObjectStore::open("memory:", Server::new().options()).unwrap();
    store.put("object", vec![b'a'; 64 << 20]).unwrap();
    let mut reader = store.reader("object").unwrap();
    reader.read_exact(&mut [0; 1000]).unwrap();
    store.put("object", vec![b'b'; 64 << 20]).unwrap();
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap_err();
    assert!(rest.iter().all(|&byte| byte == b'a'));
}

#[test]
fn an_upload_is_dropped_in_bounded_time_by_a_server_that_is_gone() {
    let server = Server::new();
    let store = server.store_with(|options| options.request_timeout = Duration::from_secs(2));
    let mut sink = store.sink("object").unwrap();
    sink.write(&content(2 * PART + 1)).unwrap();
    drop(server);
    drop(sink);
}
