//! Past the page cache or through it, the bytes are those of an ordinary file.

use std::fs;
use std::io;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::{os::unix::fs::OpenOptionsExt, process::Command};

use inrush_writers::{Action, Direct, Durability, PART_SUFFIX, Sink};
use nix::errno::Errno;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::faults::{assert_empty, assert_names, open_full};

/// The size of a block in these tests, so that small files have several.
const BLOCK: usize = 8192;

/// What a file system says that has no direct I/O.
fn refuse(_: &Path) -> io::Result<fs::File> {
    Err(Errno::EINVAL.into())
}

#[cfg(target_os = "linux")]
fn open_direct(part: &Path) -> io::Result<fs::File> {
    let flags = rustix::fs::OFlags::DIRECT.bits().cast_signed();
    fs::OpenOptions::new().write(true).create(true).truncate(true).custom_flags(flags).open(part)
}

#[cfg(not(target_os = "linux"))]
use refuse as open_direct;

pub(crate) fn create_small(path: &Path, durability: Durability) -> Box<dyn Sink> {
    Box::new(Direct::create_by(path, durability, BLOCK, open_direct).unwrap())
}

pub(crate) fn create_refused(path: &Path, durability: Durability) -> Box<dyn Sink> {
    Box::new(Direct::create_by(path, durability, BLOCK, refuse).unwrap())
}

type Create = fn(&Path, Durability) -> Box<dyn Sink>;

/// Both ways of writing.
const CREATE: [Create; 2] = [create_small, create_refused];

fn content(n: usize) -> Vec<u8> {
    (0..n as u64).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
}

/// Sizes on both sides of every border.
fn size() -> impl Strategy<Value = usize> {
    let borders = prop::sample::select(vec![512, 4096, BLOCK, 2 * BLOCK, 5 * BLOCK]);
    let near = (borders, 0_usize..3).prop_map(|(border, i)| border + i - 1);
    prop_oneof![Just(0), Just(1), near, 0..3 * BLOCK]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_writes_make_the_file_that_std_makes(sizes in prop::collection::vec(size(), 0..12)) {
        let dir = TempDir::new().unwrap();
        let std_path = dir.path().join("std");
        let bytes = content(sizes.iter().sum());
        fs::write(&std_path, &bytes).unwrap();
        for create in CREATE {
            let path = dir.path().join("direct");
            let mut sink = create(&path, Durability::None);
            let mut rest = &bytes[..];
            for &size in &sizes {
                let (piece, behind) = rest.split_at(size);
                sink.write(piece).unwrap();
                rest = behind;
            }
            prop_assert_eq!(sink.finish().unwrap().bytes, bytes.len() as u64);
            prop_assert!(fs::read(&path).unwrap() == fs::read(&std_path).unwrap());
        }
    }
}

#[test]
fn a_file_of_several_blocks_of_the_usual_size_is_whole() {
    let dir = TempDir::new().unwrap();
    let bytes = content((9 << 20) + 4097);
    for durability in [Durability::None, Durability::File, Durability::Directory] {
        let path = dir.path().join("file");
        let mut sink = Box::new(Direct::create(&path, durability).unwrap());
        bytes.chunks(65_536).for_each(|piece| sink.write(piece).unwrap());
        assert_eq!(sink.finish().unwrap().bytes, bytes.len() as u64);
        assert!(fs::read(&path).unwrap() == bytes);
    }
}

#[test]
fn a_refusal_is_said_and_changes_no_byte() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    let bytes = content(3 * BLOCK + 1);
    for refusal in [Errno::EINVAL, Errno::EOPNOTSUPP] {
        let open = |part: &Path| {
            // As where the flag is looked at after the file was created.
            fs::write(part, b"left by the first try")?;
            Err(refusal.into())
        };
        let mut sink = Box::new(Direct::create_by(&path, Durability::None, BLOCK, open).unwrap());
        sink.write(&bytes).unwrap();
        assert!(!sink.finish().unwrap().direct);
        assert!(fs::read(&path).unwrap() == bytes);
    }
}

#[test]
fn other_errors_of_opening_are_not_taken_for_a_refusal() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    let open = |_: &Path| Err(Errno::EMFILE.into());
    let error = Direct::create_by(&path, Durability::None, BLOCK, open).unwrap_err();
    assert_names(&error, Action::Create, &path);
    assert!(error.is_transient());
    assert_empty(dir.path());
    let missing = dir.path().join("missing/file");
    let error = Direct::create(&missing, Durability::None).unwrap_err();
    assert_names(&error, Action::Create, &missing);
    assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
}

#[cfg(target_os = "linux")]
fn is_ext4(folder: &Path) -> bool {
    rustix::fs::statfs(folder).unwrap().f_type == 0xEF53
}

/// The file appends, to a byte that is there: the first block would go to where no direct write may.
#[cfg(target_os = "linux")]
#[test]
fn a_refusal_of_the_first_write_is_said_and_loses_nothing() {
    let dir = TempDir::new().unwrap();
    if !is_ext4(dir.path()) {
        eprintln!("skipped: only of ext4 is it known that it refuses unaligned writes");
        return;
    }
    let open = |part: &Path| {
        fs::write(part, b"!")?;
        let flags = rustix::fs::OFlags::DIRECT.bits().cast_signed();
        fs::OpenOptions::new().append(true).custom_flags(flags).open(part)
    };
    for n in [BLOCK / 2, BLOCK, 3 * BLOCK, 5 * BLOCK + 1] {
        let path = dir.path().join("file");
        let bytes = content(n);
        let mut sink = Box::new(Direct::create_by(&path, Durability::None, BLOCK, open).unwrap());
        sink.write(&bytes).unwrap();
        let written = sink.finish().unwrap();
        assert_eq!((written.bytes, written.direct), (n as u64, false));
        assert!(fs::read(&path).unwrap() == [b"!", &bytes[..]].concat());
    }
}

/// A read that may not wait finds only what is in the page cache.
#[cfg(target_os = "linux")]
#[test]
fn whole_blocks_leave_nothing_in_the_page_cache() {
    use rustix::io::{ReadWriteFlags, preadv2};

    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    let is_cached = |create: Create| {
        let mut sink = create(&path, Durability::None);
        sink.write(&content(20 * BLOCK + 1)).unwrap();
        let written = sink.finish().unwrap();
        let file = fs::File::open(&path).unwrap();
        let mut byte = [0];
        let read = preadv2(&file, &mut [io::IoSliceMut::new(&mut byte)], 0, ReadWriteFlags::NOWAIT);
        (written.direct, read.is_ok())
    };
    if !is_ext4(dir.path()) {
        eprintln!("skipped: only of ext4 is it known what it caches");
        return;
    }
    assert_eq!(is_cached(create_refused), (false, true));
    assert_eq!(is_cached(create_small), (true, false));
}

#[test]
fn an_unfinished_file_lies_under_the_part_name() {
    for create in CREATE {
        let dir = TempDir::new().unwrap();
        let mut sink = create(&dir.path().join("file.csv"), Durability::None);
        sink.write(&content(5 * BLOCK)).unwrap();
        let entries = fs::read_dir(dir.path()).unwrap();
        let names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names, [format!(".file.csv{PART_SUFFIX}")]);
        drop(sink);
        assert_empty(dir.path());
    }
}

#[test]
fn a_folder_of_that_name_fails_the_rename_and_leaves_no_part() {
    for create in CREATE {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("file.csv");
        let mut sink = create(&path, Durability::File);
        sink.write(&content(3 * BLOCK + 5)).unwrap();
        fs::create_dir(&path).unwrap();
        assert_names(&sink.finish().unwrap_err(), Action::Rename, &path);
        fs::remove_dir(&path).unwrap();
        assert_empty(dir.path());
    }
}

/// The flag is refused, and what was created leads to where no file can be.
#[cfg(unix)]
#[test]
fn a_refusal_that_cannot_be_got_round_leaves_no_part() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    let open = |part: &Path| {
        std::os::unix::fs::symlink(dir.path().join("missing/file"), part)?;
        Err(Errno::EINVAL.into())
    };
    let error = Direct::create_by(&path, Durability::None, BLOCK, open).unwrap_err();
    assert_names(&error, Action::Create, &path);
    assert_eq!(error.source.raw_os_error(), Some(Errno::ELOOP as i32));
    assert_empty(dir.path());
}

/// A thread that still ran would hold the file open.
#[cfg(target_os = "linux")]
#[test]
fn no_thread_holds_the_file_once_the_sink_is_gone() {
    let end: [fn(Box<dyn Sink>); 3] = [
        drop,
        |sink| sink.abort().unwrap(),
        |sink| {
            sink.finish().unwrap();
        },
    ];
    for (create, end) in CREATE.into_iter().flat_map(|create| end.map(|end| (create, end))) {
        let dir = TempDir::new().unwrap();
        let n_open = || {
            let handles = fs::read_dir("/proc/self/fd").unwrap();
            // A handle of another test may be closed between the listing and the look at it.
            let targets = handles.filter_map(|handle| fs::read_link(handle.unwrap().path()).ok());
            targets.filter(|target| target.starts_with(dir.path())).count()
        };
        let mut sink = create(&dir.path().join("file"), Durability::None);
        sink.write(&content(7 * BLOCK + 100)).unwrap();
        assert_eq!(n_open(), 1);
        end(sink);
        assert_eq!(n_open(), 0);
    }
}

#[test]
fn a_sink_that_is_dropped_by_a_panic_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let mut sink = create_small(&dir.path().join("file"), Durability::None);
    let ended = std::thread::spawn(move || {
        sink.write(&content(3 * BLOCK)).unwrap();
        panic!("in the middle of a file");
    });
    assert!(ended.join().is_err());
    assert_empty(dir.path());
}

#[cfg(target_os = "linux")]
#[test]
fn a_lost_block_is_heard_of_by_the_write_that_fills_the_next() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file.csv");
    let full = || -> Box<dyn Sink> {
        Box::new(Direct::create_by(&path, Durability::None, BLOCK, open_full).unwrap())
    };
    let failed = || {
        let mut sink = full();
        sink.write(&content(BLOCK)).unwrap();
        let error = sink.write(&content(10 * BLOCK)).unwrap_err();
        assert_names(&error, Action::Write, &path);
        assert!(error.is_out_of_space());
        assert_eq!(error.accepted, BLOCK);
        sink
    };
    failed().abort().unwrap();
    assert_empty(dir.path());
    drop(failed());
    assert_empty(dir.path());
    let mut sink = failed();
    assert_names(&sink.write(b"").unwrap_err(), Action::Write, &path);
    assert_names(&sink.finish().unwrap_err(), Action::Close, &path);
    assert_empty(dir.path());

    for n in [1, BLOCK - 1, BLOCK, 2 * BLOCK - 1] {
        let mut sink = full();
        sink.write(&content(n)).unwrap();
        let error = sink.finish().unwrap_err();
        assert_names(&error, Action::Write, &path);
        assert!(error.is_out_of_space());
        assert_empty(dir.path());
    }
}

/// Whether this is a process of the test's own: if not, it runs the test `name` of this module again in
/// one, made as `change` says.
#[cfg(target_os = "linux")]
fn in_own_process(name: &str, change: impl FnOnce(&mut Command) -> &mut Command) -> bool {
    const CHILD: &str = "INRUSH_TEST_DIRECT_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&format!("direct::{name}"), "--exact", "--test-threads=1"]).env(CHILD, "");
    let output = change(&mut command).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_file_size_is_out_of_space_but_a_file_up_to_it_is_whole() {
    use nix::sys::resource::{Resource, setrlimit};
    use nix::sys::signal::{SigSet, Signal};

    /// No multiple of anything that a disk writes.
    const LIMIT: usize = 3 * BLOCK + 4096 + 777;
    let name = "a_limit_on_file_size_is_out_of_space_but_a_file_up_to_it_is_whole";
    if !in_own_process(name, |command| command) {
        return;
    }
    // The signal that comes with the error would end the process; each thread inherits this.
    SigSet::from(Signal::SIGXFSZ).thread_block().unwrap();
    setrlimit(Resource::RLIMIT_FSIZE, LIMIT as u64, LIMIT as u64).unwrap();
    for create in CREATE {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("file.csv");
        let write = |n: usize| {
            let mut sink = create(&path, Durability::None);
            content(n).chunks(1000).try_for_each(|piece| sink.write(piece))?;
            Ok::<_, inrush_writers::WriteError>(sink)
        };
        assert_eq!(write(LIMIT).unwrap().finish().unwrap().bytes, LIMIT as u64);
        assert!(fs::read(&path).unwrap() == content(LIMIT));
        fs::remove_file(&path).unwrap();
        for n in [LIMIT + 1, 4 * BLOCK, 5 * BLOCK, 20 * BLOCK] {
            let error = write(n).and_then(Sink::finish).unwrap_err();
            assert_names(&error, Action::Write, &path);
            assert!(error.is_out_of_space(), "{error}");
            assert_empty(dir.path());
        }
    }
}

/// No address space holds a stack of this size, so no thread can be started.
#[cfg(target_os = "linux")]
#[test]
fn without_a_thread_to_be_had_the_file_is_written_all_the_same() {
    let name = "without_a_thread_to_be_had_the_file_is_written_all_the_same";
    if !in_own_process(name, |command| command.env("RUST_MIN_STACK", (1_u64 << 50).to_string())) {
        return;
    }
    assert!(std::thread::Builder::new().spawn(|| ()).is_err());
    let dir = TempDir::new().unwrap();
    for create in CREATE {
        let path = dir.path().join("file");
        let mut sink = create(&path, Durability::None);
        let bytes = content(5 * BLOCK + 77);
        bytes.chunks(3000).for_each(|piece| sink.write(piece).unwrap());
        assert_eq!(sink.finish().unwrap().bytes, bytes.len() as u64);
        assert!(fs::read(&path).unwrap() == bytes);
    }
}

/// A file system of a few MiB, where the right to mount is given.
#[cfg(target_os = "linux")]
struct SmallDisk {
    folder: TempDir,
    // Kept for as long as it is mounted.
    _image: Option<tempfile::NamedTempFile>,
}

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn tmpfs() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(folder.path());
        succeeds(&mut mount).then_some(Self { folder, _image: None })
    }

    fn ext4() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let image = tempfile::NamedTempFile::new().unwrap();
        image.as_file().set_len(4 << 20).unwrap();
        let mut mkfs = Command::new("mkfs.ext4");
        let mut mount = Command::new("mount");
        mount.args(["-o", "loop"]).arg(image.path()).arg(folder.path());
        (succeeds(mkfs.args(["-q", "-F"]).arg(image.path())) && succeeds(&mut mount))
            .then_some(Self { folder, _image: Some(image) })
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

#[cfg(target_os = "linux")]
fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_file_system_is_out_of_space_and_is_as_free_afterwards() {
    for mount in [SmallDisk::tmpfs, SmallDisk::ext4] {
        let Some(disk) = mount() else {
            eprintln!("skipped: no right to mount a file system here");
            continue;
        };
        for create in CREATE {
            // Twice: what the first leaves would make the second fail earlier, or pass.
            for _ in 0..2 {
                let path = disk.folder.path().join("file.csv");
                let mut sink = create(&path, Durability::None);
                sink.write(&content(1 << 20)).unwrap();
                let error = sink.write(&content(8 << 20)).unwrap_err();
                assert_names(&error, Action::Write, &path);
                assert!(error.is_out_of_space(), "{error}");
                assert!(error.accepted < 8 << 20);
                drop(sink);
                assert!(!path.exists());
            }
            let path = disk.folder.path().join("small.csv");
            let mut sink = create(&path, Durability::File);
            sink.write(&content(1 << 20)).unwrap();
            sink.finish().unwrap();
            assert!(fs::read(&path).unwrap() == content(1 << 20));
            fs::remove_file(&path).unwrap();
        }
    }
}
