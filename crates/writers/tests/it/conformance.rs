//! One suite for every back end: whole or not at all, byte for byte.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use inrush_writers::{
    Checksum, Direct, Durability, File, MemoryStore, Null, ObjectStore, ObjectStoreOptions,
    PART_SUFFIX, Sink, Stream, Written,
};
use tempfile::TempDir;
use twox_hash::XxHash3_64;

use crate::objects::Server;

/// When the bytes of a sink can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Appears {
    AtEnd,
    AtOnce,
    Never,
}

/// Where a back end puts its files, seen from outside.
trait Place {
    const APPEARS: Appears;
    const HASHES: bool = false;

    fn sink(&self, name: &str) -> Box<dyn Sink>;

    /// The bytes under a file's own name.
    fn bytes(&self, name: &str) -> Option<Vec<u8>>;

    /// Everything that lies there, under whatever name.
    fn names(&self) -> Vec<String>;
}

struct Folder {
    dir: TempDir,
    durability: Durability,
    create: Create,
}

type Create = fn(&Path, Durability) -> Box<dyn Sink>;

impl Folder {
    fn new(durability: Durability) -> Self {
        let create: Create = |path, durability| Box::new(File::create(path, durability).unwrap());
        Self { dir: TempDir::new().unwrap(), durability, create }
    }

    fn direct(durability: Durability) -> Self {
        let create: Create = |path, durability| Box::new(Direct::create(path, durability).unwrap());
        Self { create, ..Self::new(durability) }
    }

    /// Direct I/O in blocks of which these files have several.
    fn direct_in_small_blocks(durability: Durability) -> Self {
        Self { create: crate::direct::create_small, ..Self::new(durability) }
    }

    /// As if on a file system that has no direct I/O.
    fn direct_refused(durability: Durability) -> Self {
        Self { create: crate::direct::create_refused, ..Self::new(durability) }
    }
}

impl Place for Folder {
    const APPEARS: Appears = Appears::AtEnd;

    fn sink(&self, name: &str) -> Box<dyn Sink> {
        (self.create)(&self.dir.path().join(name), self.durability)
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.dir.path().join(name)).ok()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Place for MemoryStore {
    const APPEARS: Appears = Appears::AtEnd;

    fn sink(&self, name: &str) -> Box<dyn Sink> {
        Box::new(MemoryStore::sink(self, name))
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.get(name)
    }

    fn names(&self) -> Vec<String> {
        MemoryStore::names(self)
    }
}

struct Nowhere;

impl Place for Nowhere {
    const APPEARS: Appears = Appears::Never;

    fn sink(&self, _: &str) -> Box<dyn Sink> {
        Box::new(Null::default())
    }

    fn bytes(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The far end of a stream.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Default)]
struct Streams(RefCell<BTreeMap<String, Shared>>);

impl Place for Streams {
    const APPEARS: Appears = Appears::AtOnce;

    fn sink(&self, name: &str) -> Box<dyn Sink> {
        let far_end = Shared::default();
        self.0.borrow_mut().insert(name.to_owned(), far_end.clone());
        Box::new(Stream::new(name, far_end))
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.0.borrow().get(name).map(|far_end| far_end.0.lock().unwrap().clone())
    }

    fn names(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }
}

/// A bucket of a server, and a client of it.
struct Bucket {
    store: ObjectStore,
    server: Server,
}

impl Bucket {
    fn new() -> Self {
        let server = Server::new();
        Self { store: server.store(), server }
    }
}

impl Place for Bucket {
    const APPEARS: Appears = Appears::AtEnd;

    fn sink(&self, name: &str) -> Box<dyn Sink> {
        Box::new(self.store.sink(name).unwrap())
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.server.bytes(name)
    }

    fn names(&self) -> Vec<String> {
        self.server.names()
    }
}

/// The stores that need no server, seen through themselves.
struct ByUrl {
    store: ObjectStore,
    _dir: TempDir,
}

impl ByUrl {
    fn memory() -> Self {
        Self::new(|_| "memory:///run".to_owned())
    }

    fn folder() -> Self {
        Self::new(|dir| format!("file://{}", dir.path().display()))
    }

    fn new(url: impl Fn(&TempDir) -> String) -> Self {
        let dir = TempDir::new().unwrap();
        let options = ObjectStoreOptions::default();
        Self { store: ObjectStore::open(&url(&dir), options).unwrap(), _dir: dir }
    }
}

impl Place for ByUrl {
    const APPEARS: Appears = Appears::AtEnd;

    fn sink(&self, name: &str) -> Box<dyn Sink> {
        Box::new(self.store.sink(name).unwrap())
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.store.get(name).ok()
    }

    fn names(&self) -> Vec<String> {
        self.store.list().unwrap().into_iter().map(|entry| entry.name).collect()
    }
}

/// The same place behind a [`Checksum`].
struct Hashed<P>(P);

impl<P: Place> Place for Hashed<P> {
    const APPEARS: Appears = P::APPEARS;
    const HASHES: bool = true;

    fn sink(&self, name: &str) -> Box<dyn Sink> {
        Box::new(Checksum::new(self.0.sink(name)))
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.0.bytes(name)
    }

    fn names(&self) -> Vec<String> {
        self.0.names()
    }
}

/// Bytes that differ from their neighbours and from those a block away.
fn content(n: usize) -> Vec<u8> {
    (0..n as u64).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
}

/// Writes `bytes` in pieces of the sizes given, over and over.
fn write_in(sink: &mut dyn Sink, mut bytes: &[u8], sizes: &[usize]) {
    for &size in sizes.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at(size.min(bytes.len()));
        sink.write(piece).unwrap();
        bytes = rest;
    }
}

#[track_caller]
fn assert_whole<P: Place>(place: &P, name: &str, written: Written, bytes: &[u8]) {
    assert_eq!(written.bytes, bytes.len() as u64);
    assert_eq!(written.xxh3, P::HASHES.then(|| XxHash3_64::oneshot(bytes)));
    if P::APPEARS != Appears::Never {
        assert!(place.bytes(name).as_deref() == Some(bytes), "{name}: other bytes came out");
    }
}

fn bytes_come_out_in_order_however_they_are_cut<P: Place>(place: &P) {
    let bytes = content(70_000);
    let cuts: [&[usize]; 5] =
        [&[70_000], &[1, 0, 2, 0, 0, 3], &[4096], &[0, 65_536, 1], &[13, 8191, 0]];
    for (i, cut) in cuts.into_iter().enumerate() {
        let name = format!("file-{i}");
        let mut sink = place.sink(&name);
        write_in(&mut *sink, &bytes, cut);
        assert_whole(place, &name, sink.finish().unwrap(), &bytes);
    }
}

fn every_size_is_kept<P: Place>(place: &P) {
    let edges = [512, 4096, 8192, 65_536, 131_072, 200 * 1024];
    let sizes = (0..20).chain(edges.into_iter().flat_map(|edge| [edge - 1, edge, edge + 1]));
    for size in sizes {
        let bytes = content(size);
        let mut sink = place.sink("file");
        write_in(&mut *sink, &bytes, &[0, 10_007]);
        assert_whole(place, "file", sink.finish().unwrap(), &bytes);
    }
}

fn a_file_without_bytes_is_a_file<P: Place>(place: &P) {
    assert_whole(place, "untouched", place.sink("untouched").finish().unwrap(), b"");
    let mut sink = place.sink("touched");
    sink.write(b"").unwrap();
    sink.write(b"").unwrap();
    assert_whole(place, "touched", sink.finish().unwrap(), b"");
    if P::APPEARS != Appears::Never {
        assert_eq!(place.names(), ["touched", "untouched"]);
    }
}

fn a_file_is_seen_only_when_it_promises_to_be<P: Place>(place: &P) {
    let mut sink = place.sink("file");
    sink.write(b"half").unwrap();
    let seen = place.bytes("file");
    match P::APPEARS {
        Appears::AtEnd | Appears::Never => assert_eq!(seen, None),
        Appears::AtOnce => assert_eq!(seen.as_deref(), Some(&b"half"[..])),
    }
    sink.finish().unwrap();
    if P::APPEARS != Appears::Never {
        assert_eq!(place.names(), ["file"], "a finished file leaves nothing beside it");
    }
}

fn abort_and_drop_leave_nothing<P: Place>(place: &P) {
    for size in [0, 1, 100_000] {
        let bytes = content(size);
        let mut dropped = place.sink("dropped");
        write_in(&mut *dropped, &bytes, &[4096]);
        drop(dropped);
        let mut aborted = place.sink("aborted");
        write_in(&mut *aborted, &bytes, &[4096]);
        aborted.abort().unwrap();
        // What a stream has sent cannot be taken back.
        if P::APPEARS != Appears::AtOnce {
            assert_eq!(place.names(), [""; 0]);
        }
    }
}

fn the_file_of_that_name_stays_until_the_new_one_is_finished<P: Place>(place: &P) {
    if P::APPEARS != Appears::AtEnd {
        return;
    }
    let write = |bytes: &[u8]| {
        let mut sink = place.sink("file");
        sink.write(bytes).unwrap();
        sink
    };
    write(b"old and longer").finish().unwrap();
    let is_old = || place.bytes("file").as_deref() == Some(b"old and longer");
    write(b"aborted").abort().unwrap();
    assert!(is_old());
    drop(write(b"dropped"));
    assert!(is_old());
    let sink = write(b"new");
    assert!(is_old());
    sink.finish().unwrap();
    assert_eq!(place.bytes("file").as_deref(), Some(&b"new"[..]));
    assert_eq!(place.names(), ["file"]);
}

fn files_written_at_once_do_not_mix<P: Place>(place: &P) {
    let mut sinks: Vec<_> = (0..5).map(|i| place.sink(&format!("file-{i}"))).collect();
    for round in 0..100_u8 {
        for (i, sink) in sinks.iter_mut().enumerate() {
            sink.write(&[i as u8, round]).unwrap();
        }
    }
    for (i, sink) in sinks.into_iter().enumerate() {
        let bytes: Vec<u8> = (0..100).flat_map(|round| [i as u8, round]).collect();
        assert_whole(place, &format!("file-{i}"), sink.finish().unwrap(), &bytes);
    }
}

macro_rules! conformance {
    (@tests $place:expr; $($test:ident)*) => {
        $(
            #[test]
            fn $test() {
                super::$test(&$place);
            }
        )*
    };
    ($($name:ident: $place:expr;)*) => {
        $(
            mod $name {
                use super::*;

                conformance! { @tests $place;
                    bytes_come_out_in_order_however_they_are_cut
                    every_size_is_kept
                    a_file_without_bytes_is_a_file
                    a_file_is_seen_only_when_it_promises_to_be
                    abort_and_drop_leave_nothing
                    the_file_of_that_name_stays_until_the_new_one_is_finished
                    files_written_at_once_do_not_mix
                }
            }
        )*
    };
}

conformance! {
    file: Folder::new(Durability::None);
    file_synced: Folder::new(Durability::File);
    file_and_folder_synced: Folder::new(Durability::Directory);
    direct: Folder::direct(Durability::None);
    direct_synced: Folder::direct(Durability::File);
    direct_and_folder_synced: Folder::direct(Durability::Directory);
    direct_in_small_blocks: Folder::direct_in_small_blocks(Durability::None);
    direct_in_small_blocks_synced: Folder::direct_in_small_blocks(Durability::File);
    direct_refused: Folder::direct_refused(Durability::None);
    direct_refused_and_synced: Folder::direct_refused(Durability::File);
    memory: MemoryStore::default();
    null: Nowhere;
    stream: Streams::default();
    object: Bucket::new();
    object_in_memory: ByUrl::memory();
    object_in_folder: ByUrl::folder();
    hashed_file: Hashed(Folder::new(Durability::None));
    hashed_file_synced: Hashed(Folder::new(Durability::File));
    hashed_file_and_folder_synced: Hashed(Folder::new(Durability::Directory));
    hashed_direct: Hashed(Folder::direct_in_small_blocks(Durability::None));
    hashed_memory: Hashed(MemoryStore::default());
    hashed_null: Hashed(Nowhere);
    hashed_stream: Hashed(Streams::default());
    hashed_object: Hashed(Bucket::new());
    hashed_twice: Hashed(Hashed(MemoryStore::default()));
}

#[test]
fn an_unfinished_file_lies_under_its_documented_part_name() {
    let folder = Folder::new(Durability::None);
    let sink = folder.sink("file.csv");
    assert_eq!(folder.names(), [format!(".file.csv{PART_SUFFIX}")]);
    drop(sink);
}

#[test]
fn a_part_that_a_crash_left_is_written_over() {
    let folder = Folder::new(Durability::None);
    let part = folder.dir.path().join(format!(".file{PART_SUFFIX}"));
    std::fs::write(part, b"longer than what comes after it").unwrap();
    let mut sink = folder.sink("file");
    sink.write(b"short").unwrap();
    sink.finish().unwrap();
    assert_eq!(folder.bytes("file").as_deref(), Some(&b"short"[..]));
    assert_eq!(folder.names(), ["file"]);
}

#[test]
fn a_sink_that_is_dropped_on_its_thread_by_a_panic_leaves_nothing() {
    let folder = Folder::new(Durability::None);
    let mut sink = folder.sink("file");
    let ended = std::thread::spawn(move || {
        sink.write(b"half").unwrap();
        panic!("in the middle of a file");
    });
    assert!(ended.join().is_err());
    assert_eq!(folder.names(), [""; 0]);
}
