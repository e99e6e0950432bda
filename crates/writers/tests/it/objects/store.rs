//! What a job needs beside sinks, and how a store refuses what it cannot be.

use std::io::{self, Read};

use inrush_writers::{Environment, ObjectStore, ObjectStoreOptions, OpenError, Sink};

use super::content;
use super::server::{PART, Server};

#[test]
fn objects_are_put_listed_read_and_deleted_by_name() {
    let server = Server::new();
    let dir = tempfile::TempDir::new().unwrap();
    let folder = format!("file://{}/a%20folder", dir.path().display());
    let stores = [
        server.store(),
        ObjectStore::open("memory:", server.options()).unwrap(),
        ObjectStore::open("memory:///deep/prefix/", server.options()).unwrap(),
        ObjectStore::open(&folder, server.options()).unwrap(),
    ];
    for store in stores {
        assert_eq!(store.list().unwrap(), []);
        for (name, len) in [("b", 3), ("a", 0), ("_manifest.d/a b=1.json", 5)] {
            store.put(name, content(len)).unwrap();
            assert_eq!(store.get(name).unwrap(), content(len));
        }
        let listed: Vec<_> =
            store.list().unwrap().into_iter().map(|entry| (entry.name, entry.bytes)).collect();
        let expected = [("_manifest.d/a b=1.json", 5), ("a", 0), ("b", 3)];
        assert_eq!(listed, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
        store.put("b", content(4)).unwrap();
        assert_eq!(store.get("b").unwrap(), content(4));
        for (name, _) in expected {
            store.delete(name).unwrap();
            store.delete(name).unwrap();
        }
        assert_eq!(store.list().unwrap(), []);
    }
}

#[test]
fn a_store_sees_nothing_beside_its_prefix() {
    let server = Server::new();
    server.store().put("seen", b"1".to_vec()).unwrap();
    for url in ["s3://bucket/run-2", "s3://bucket/ru"] {
        let other = ObjectStore::open(url, server.options()).unwrap();
        other.put("object", b"2".to_vec()).unwrap();
    }
    let names: Vec<_> =
        server.store().list().unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["seen"]);
}

#[test]
fn a_reader_gives_the_bytes_in_any_pieces() {
    let server = Server::new();
    let store = server.store();
    let bytes = content(PART + 1);
    let mut sink = Box::new(store.sink("object").unwrap());
    sink.write(&bytes).unwrap();
    sink.finish().unwrap();
    for piece in [1 << 20, 999_983] {
        let mut reader = store.reader("object").unwrap();
        let mut read = Vec::new();
        let mut buffer = vec![0; piece];
        loop {
            match reader.read(&mut buffer).unwrap() {
                0 => break,
                n => read.extend_from_slice(&buffer[..n]),
            }
        }
        assert!(read == bytes);
    }
    // One that is not read to its end ends all the same.
    drop(store.reader("object").unwrap());
}

#[test]
fn a_name_that_is_none_is_refused() {
    let store = ObjectStore::open("memory:///run", Server::new().options()).unwrap();
    for name in ["", "/", "/a", "a/", "a//b", "..", "a/../b", ".", "a/./b"] {
        let error = store.sink(name).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::InvalidInput, "{name}");
        assert_eq!(error.path.to_str(), Some(format!("memory:///run/{name}").as_str()));
        store.put(name, Vec::new()).unwrap_err();
        store.get(name).unwrap_err();
        store.delete(name).unwrap_err();
    }
}

#[test]
fn a_url_that_is_no_place_is_refused_with_a_reason() {
    let urls = [
        "",
        "bucket/run",
        "/folder",
        "ftp://host/run",
        "http://host/run",
        "s3:///run",
        "s3://bucket/run?x=1",
        "s3://bucket/run#x",
        "s3://bucket/a//b",
    ];
    for url in urls {
        let error = ObjectStore::open(url, Server::new().options()).unwrap_err();
        assert!(matches!(error, OpenError::Url { .. }), "{url}: {error:?}");
        assert!(error.to_string().contains(&format!("`{url}`")), "{error}");
    }
    for url in ["s3:///run", "gs://", "az:///run", "s3:run"] {
        let error = ObjectStore::open(url, Server::new().options()).unwrap_err();
        assert!(error.to_string().contains("names no bucket"), "{error}");
    }
}

#[test]
fn an_option_that_cannot_be_is_refused_by_name() {
    let open = |change: fn(&mut ObjectStoreOptions)| {
        let mut options = Server::new().options();
        change(&mut options);
        ObjectStore::open("memory:", options).unwrap_err()
    };
    assert!(matches!(
        open(|options| options.part_bytes = PART - 1),
        OpenError::PartTooSmall { part_bytes } if part_bytes == PART - 1
    ));
    assert!(matches!(
        open(|options| options.part_bytes = (5 << 30) + 1),
        OpenError::PartTooLarge { .. }
    ));
    assert!(matches!(
        open(|options| options.max_in_flight = 0),
        OpenError::Zero { option: "max_in_flight" }
    ));
    assert!(matches!(open(|options| options.attempts = 0), OpenError::Zero { option: "attempts" }));
    assert!(matches!(open(|options| options.threads = 0), OpenError::Zero { option: "threads" }));
}

#[test]
fn waits_of_any_length_are_taken() {
    use std::time::Duration;

    let server = Server::new();
    for (base, cap) in [(0, 0), (1000, 0), (0, 1000), (u64::MAX, u64::MAX)] {
        let store = server.store_with(|options| {
            options.backoff_base = Duration::from_secs(base);
            options.backoff_cap = Duration::from_secs(cap);
            options.request_timeout = Duration::from_secs(u64::MAX / 2);
            options.max_in_flight = usize::MAX;
        });
        store.put("object", b"bytes".to_vec()).unwrap();
    }
}

#[test]
fn a_profile_without_keys_is_refused_with_a_way_out() {
    let options = |environment| ObjectStoreOptions { environment, ..Default::default() };
    let error = ObjectStore::open(
        "s3://bucket",
        options(Environment::from([("AWS_PROFILE", "work"), ("AWS_REGION", "eu-west-1")])),
    )
    .unwrap_err();
    assert!(error.to_string().contains("export-credentials --profile work"), "{error}");
    let with_keys = Environment::from([
        ("AWS_PROFILE", "work"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
    ]);
    ObjectStore::open("s3://bucket", options(with_keys)).unwrap();
}

#[test]
fn half_a_key_is_refused() {
    let environment = Environment::from([("AWS_ACCESS_KEY_ID", "a")]);
    let options = ObjectStoreOptions { environment, ..Default::default() };
    let error = ObjectStore::open("s3://bucket", options).unwrap_err();
    assert!(matches!(error, OpenError::Client { .. }), "{error:?}");
}

#[test]
fn google_and_azure_places_open_with_their_variables() {
    let options = ObjectStoreOptions {
        environment: Environment::from([
            ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
            ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5"),
            ("GOOGLE_SKIP_SIGNATURE", "true"),
        ]),
        ..Default::default()
    };
    for url in ["gs://bucket/run", "az://container/run"] {
        ObjectStore::open(url, options.clone()).unwrap();
    }
}
