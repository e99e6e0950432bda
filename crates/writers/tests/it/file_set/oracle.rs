//! Any call, with anything that may go wrong, against the same by the standard library's means.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use inrush_writers::{
    Action, Durability, Fault, Faults, FileReport, FileSet, Mode, Report, SetError, Status,
};
use nix::errno::Errno;
use proptest::prelude::*;

use super::given::{Folder, at_once, fault};

/// A call.
#[derive(Clone, Debug)]
enum Work {
    All(Vec<u8>),
    /// The pieces of every file, which differ from file to file.
    Each(Vec<Vec<u8>>),
    Batches(Vec<Vec<To>>),
}

/// A message to all files, or to the one of a number that is taken modulo theirs.
type To = (Option<usize>, Vec<u8>);

/// A set, what its files had before, and what is done to them.
#[derive(Clone, Debug)]
struct Case {
    old: Vec<Option<Vec<u8>>>,
    mode: Mode,
    workers: usize,
    max_open: usize,
    durability: Durability,
    work: Work,
}

/// What goes wrong: at which try of which step of which file.
type Script = Vec<((usize, Action, u64), Fault)>;

struct Message<'m>(Option<usize>, &'m [u8]);

impl inrush_writers::Message for Message<'_> {
    fn bytes(&self) -> &[u8] {
        self.1
    }

    fn file(&self) -> Option<usize> {
        self.0
    }
}

fn own(piece: &[u8], i: usize) -> Vec<u8> {
    piece.iter().map(|byte| byte ^ i as u8).collect()
}

impl Case {
    fn names(&self) -> Vec<String> {
        (0..self.old.len()).map(|i| format!("file-{i}")).collect()
    }

    fn prepare(&self) -> Folder {
        let folder = Folder::new();
        for (name, old) in self.names().iter().zip(&self.old) {
            if let Some(old) = old {
                folder.put(name, old);
            }
        }
        folder
    }

    /// What the call writes to file `i`, piece by piece.
    fn pieces(&self, i: usize) -> Vec<Vec<u8>> {
        match &self.work {
            Work::All(message) => vec![message.clone()],
            Work::Each(pieces) => pieces.iter().map(|piece| own(piece, i)).collect(),
            Work::Batches(batches) => {
                let is_for = |to: &&To| to.0.is_none_or(|file| file % self.old.len() == i);
                batches.iter().flatten().filter(is_for).map(|(_, bytes)| bytes.clone()).collect()
            }
        }
    }

    /// The obvious way.
    fn write_plainly(&self, folder: &Folder) {
        for (i, name) in self.names().iter().enumerate() {
            let mut options = OpenOptions::new();
            match self.mode {
                Mode::Append => options.append(true),
                _ => options.write(true).truncate(true),
            };
            let mut file = options.create(true).open(folder.path(name)).unwrap();
            self.pieces(i).iter().for_each(|piece| file.write_all(piece).unwrap());
        }
    }

    fn write(&self, folder: &Folder, attempts: u32, script: &Script) -> Result<Report, SetError> {
        let script: BTreeMap<_, _> = script
            .iter()
            .map(|((file, action, nth), fault)| (key(*file, *action, *nth), *fault))
            .collect();
        let faults =
            Faults::new(move |step| script.get(&key(step.file, step.action, step.nth)).copied());
        let set = FileSet::new(self.names().iter().map(|name| folder.path(name)))
            .mode(self.mode)
            .workers(self.workers)
            .max_open(self.max_open)
            .fsync(self.durability)
            .retry(at_once(attempts))
            .faults(faults);
        match &self.work {
            Work::All(message) => set.write_all(message),
            Work::Each(pieces) => set.write_each(|i, file| {
                pieces.iter().try_for_each(|piece| file.write_all(&own(piece, i)))
            }),
            Work::Batches(batches) => set.write_batches(batches.iter().map(|batch| {
                let file = |to: Option<usize>| to.map(|file| file % self.old.len());
                batch.iter().map(move |(to, bytes)| Message(file(*to), bytes))
            })),
        }
    }
}

fn key(file: usize, action: Action, nth: u64) -> (usize, String, u64) {
    (file, action.to_string(), nth)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => prop::collection::vec(any::<u8>(), 0..100),
        // Beyond what a stream collects.
        1 => (60_000_usize..140_000).prop_map(|n| (0..n).map(|i| (i % 253) as u8).collect()),
    ]
}

fn work() -> impl Strategy<Value = Work> {
    let to = (prop::option::of(0_usize..100), bytes());
    let batch = prop::collection::vec(to, 0..5);
    prop_oneof![
        bytes().prop_map(Work::All),
        prop::collection::vec(bytes(), 0..5).prop_map(Work::Each),
        prop::collection::vec(batch, 0..5).prop_map(Work::Batches),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    (
        prop::collection::vec(prop::option::of(bytes()), 1..7),
        prop_oneof![Just(Mode::Append), Just(Mode::Truncate), Just(Mode::Atomic)],
        1_usize..5,
        1_usize..5,
        // Forcing bytes to a disk takes its time: few cases do.
        prop_oneof![20 => Just(Durability::None), 1 => Just(Durability::File)],
        work(),
    )
        .prop_map(|(old, mode, workers, max_open, durability, work)| Case {
            old,
            mode,
            workers,
            max_open,
            durability,
            work,
        })
}

fn places(
    actions: &'static [Action],
    faults: impl Strategy<Value = Fault>,
    most: usize,
) -> impl Strategy<Value = Script> {
    let place = (0_usize..7, prop::sample::select(actions), 0_u64..8);
    prop::collection::vec((place, faults), 0..=most)
}

/// What a call goes on after at once, however often it happens.
fn hindrances() -> impl Strategy<Value = Fault> {
    prop_oneof![Just(fault(Errno::EINTR)), (1_usize..200).prop_map(Fault::Short)]
}

fn transient() -> impl Strategy<Value = Fault> {
    prop::sample::select(&[Errno::EAGAIN, Errno::ETIMEDOUT, Errno::EMFILE][..]).prop_map(fault)
}

fn last() -> impl Strategy<Value = Fault> {
    let errnos = &[Errno::ENOSPC, Errno::EIO, Errno::EACCES, Errno::EDQUOT, Errno::EROFS][..];
    prop_oneof![9 => prop::sample::select(errnos).prop_map(fault), 1 => Just(Fault::Short(0))]
}

const BEGUN: &[Action] = &[Action::Create, Action::Write];
const ALL: &[Action] =
    &[Action::Create, Action::Write, Action::Sync, Action::Close, Action::Rename];

fn read(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

/// Whether what is there is what the report says of a file that is not written.
fn is_as_reported(case: &Case, i: usize, file: &FileReport<'_>) -> bool {
    let (there, old) = (read(file.path), &case.old[i]);
    let error = file.error.expect("what failed says why");
    let n = file.bytes as usize;
    let new = case.pieces(i).concat();
    let never_opened = error.action == Action::Create && n == 0 && there == *old;
    never_opened
        || match case.mode {
            Mode::Append => {
                there == Some([old.clone().unwrap_or_default(), new[..n].to_vec()].concat())
            }
            Mode::Truncate => there.as_deref() == Some(&new[..n]),
            _ => n == 0 && there == *old,
        }
}

proptest! {
    /// Nothing is lost and nothing written twice, as long as there are fewer failures than attempts.
    #[test]
    fn what_passes_leaves_the_files_that_plain_writing_leaves(
        case in cases(),
        hindrances in places(BEGUN, hindrances(), 12),
        failures in places(BEGUN, transient(), 3),
    ) {
        let (ours, plain) = (case.prepare(), case.prepare());
        let report = case.write(&ours, 4, &[hindrances, failures].concat()).unwrap();
        case.write_plainly(&plain);
        for (i, (file, name)) in report.files().zip(case.names()).enumerate() {
            prop_assert!(read(file.path) == read(&plain.path(&name)), "{name} differs");
            let n_bytes = case.pieces(i).concat().len();
            prop_assert_eq!((file.status, file.bytes), (Status::Written, n_bytes as u64));
        }
        prop_assert_eq!(ours.names(), plain.names());
    }

    /// A report may be believed, whatever goes wrong; and what goes wrong with a file is no matter of
    /// the others.
    #[test]
    fn whatever_fails_the_files_are_as_reported(
        case in cases(),
        hindrances in places(BEGUN, hindrances(), 6),
        failures in places(ALL, transient(), 6),
        last in places(ALL, last(), 4),
        attempts in 1_u32..4,
    ) {
        let (ours, plain) = (case.prepare(), case.prepare());
        let failures = [failures, last].concat();
        let result = case.write(&ours, attempts, &[hindrances, failures.clone()].concat());
        case.write_plainly(&plain);
        let report = match &result {
            Ok(report) => report,
            Err(SetError::Incomplete(report)) => report,
            Err(error) => panic!("{error}"),
        };
        prop_assert_eq!(result.is_ok(), report.failures().next().is_none());
        for (i, (file, name)) in report.files().zip(case.names()).enumerate() {
            if file.status == Status::Written {
                prop_assert!(read(file.path) == read(&plain.path(&name)), "{name} differs");
                let n_bytes = case.pieces(i).concat().len() as u64;
                prop_assert!(file.bytes == n_bytes && file.error.is_none());
            } else {
                prop_assert_eq!(file.status, Status::Failed);
                prop_assert!(failures.iter().any(|((of, ..), _)| *of == i), "{file}");
                prop_assert!(is_as_reported(&case, i, &file), "{file}: {} bytes", file.bytes);
            }
        }
        prop_assert!(ours.names().iter().all(|name| case.names().contains(name)));
    }
}
