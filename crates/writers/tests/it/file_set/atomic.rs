//! An atomic file has its old bytes until it has its new ones, and keeps what else it has.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};

use inrush_writers::{Action, Durability, FileSet, Mode, PART_SUFFIX};
use nix::errno::Errno;

use super::child::Child;
use super::given::{
    Folder, always, assert_all, assert_failed, at_once, fault, incomplete, only_failure, script,
};

fn part_of(name: &str) -> String {
    format!(".{name}{PART_SUFFIX}")
}

fn permissions(folder: &Folder, name: &str) -> u32 {
    fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o7777
}

fn permit(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_old_bytes_stay_until_the_new_ones_are_whole() {
    let folder = Folder::new();
    let paths = folder.put_all(3, b"old");
    let set = FileSet::new(&paths).mode(Mode::Atomic).workers(1);
    set.write_each(|i, file| {
        file.write_all(&[b'n'; 200_000])?;
        file.flush()?;
        assert_eq!(file.bytes_written(), 200_000);
        // Those before are whole by now, this one and those behind are as they were.
        assert_eq!(fs::read(&paths[i])?, b"old");
        assert!(folder.names().contains(&part_of(&format!("file-{i}"))));
        Ok(())
    })
    .unwrap();
    assert_all(&paths, [b'n'; 200_000]);
    assert_eq!(folder.names(), ["file-0", "file-1", "file-2"]);
}

#[test]
fn batches_appear_together_at_the_end() {
    let folder = Folder::new();
    let paths = folder.put_all(3, b"old");
    for (workers, max_open) in [(1, 1), (1, 3), (2, 2), (3, 3)] {
        let set = FileSet::new(&paths).mode(Mode::Atomic).workers(workers).max_open(max_open);
        let batches = (0..5).map(|i| {
            // While there are batches to come no file is whole.
            if i > 0 {
                assert!(paths.iter().all(|path| fs::read(path).unwrap() != b"0123"));
            }
            [i.to_string()]
        });
        set.write_batches(batches).unwrap();
        assert_all(&paths, "01234");
        assert_eq!(folder.names(), ["file-0", "file-1", "file-2"]);
        folder.put_all(3, b"old");
    }
}

#[test]
fn permissions_stay() {
    let folder = Folder::new();
    for mode in [0o600, 0o640, 0o755, 0o666, 0o444, 0o400, 0o4755, 0o000] {
        folder.put("file", "old");
        permit(&folder, "file", mode);
        let set = FileSet::new([folder.path("file")]).mode(Mode::Atomic);
        set.write_each(|_, file| {
            // Whoever may not read the file may not read it unfinished either.
            let part = permissions(&folder, &part_of("file"));
            assert_eq!(part & 0o077 & !mode, 0, "{part:o} for {mode:o}");
            file.write_all(b"new")
        })
        .unwrap();
        assert_eq!(permissions(&folder, "file"), mode);
        fs::remove_file(folder.path("file")).unwrap();
    }
}

#[test]
fn a_link_stays_and_its_target_changes_with_its_permissions_kept() {
    let folder = Folder::new();
    fs::create_dir(folder.path("elsewhere")).unwrap();
    folder.put("elsewhere/target", "old");
    permit(&folder, "elsewhere/target", 0o640);
    symlink("elsewhere/target", folder.path("middle")).unwrap();
    symlink("middle", folder.path("link")).unwrap();
    let set = FileSet::new([folder.path("link")]).mode(Mode::Atomic);
    set.write_all(b"new").unwrap();
    assert_eq!(fs::read_link(folder.path("link")).unwrap().to_str(), Some("middle"));
    assert!(folder.path("middle").is_symlink() && !folder.path("elsewhere/target").is_symlink());
    assert_eq!(folder.read("elsewhere/target"), "new");
    assert_eq!(permissions(&folder, "elsewhere/target"), 0o640);
    assert_eq!(super::given::names(&folder.path("elsewhere")), ["target"]);
}

#[test]
fn what_a_crash_left_is_written_over() {
    let folder = Folder::new();
    folder.put("file", "old");
    folder.put(&part_of("file"), "a longer rest of an earlier run");
    folder.put(&part_of("new"), "a longer rest of an earlier run");
    let set = FileSet::new([folder.path("file"), folder.path("new")]).mode(Mode::Atomic);
    set.write_all(b"whole").unwrap();
    assert_eq!((folder.read("file"), folder.read("new")), ("whole".into(), "whole".into()));
    assert_eq!(folder.names(), ["file", "new"]);
}

#[test]
fn any_failed_step_leaves_the_old_file_and_nothing_beside_it() {
    let steps = [Action::Create, Action::Write, Action::Sync, Action::Close, Action::Rename];
    for action in steps {
        let folder = Folder::new();
        let paths = folder.put_all(3, b"old");
        let set = FileSet::new(&paths).mode(Mode::Atomic).fsync(Durability::File);
        let set = set.faults(always(1, action, Errno::EIO));
        for report in [
            incomplete(set.write_all(b"new")),
            incomplete(set.write_each(|_, file| file.write_all(b"new"))),
            incomplete(set.clone().max_open(1).write_batches([["n"], ["e"], ["w"]])),
        ] {
            let failed = only_failure(&report);
            assert_failed(&failed, action, Errno::EIO);
            assert_eq!((failed.path, failed.bytes), (&*paths[1], 0));
            assert_eq!(fs::read(&paths[1]).unwrap(), b"old");
            assert_all(&[paths[0].clone(), paths[2].clone()], "new");
            assert_eq!(folder.names(), ["file-0", "file-1", "file-2"]);
        }
    }
}

#[test]
fn a_name_too_long_for_a_temporary_one_beside_it_is_named() {
    let folder = Folder::new();
    let long = folder.put(&"n".repeat(250), "old ");
    FileSet::append([&long]).write_all(b"more").unwrap();
    let report = incomplete(FileSet::new([&long]).mode(Mode::Atomic).write_all(b"new"));
    assert_failed(&only_failure(&report), Action::Create, Errno::ENAMETOOLONG);
    assert_all(&[long], "old more");
}

/// A set must be able to open again what it gave the permissions of a file that may not be written.
#[test]
fn a_read_only_file_is_replaced_even_where_it_has_to_be_opened_again() {
    let name = "a_read_only_file_is_replaced_even_where_it_has_to_be_opened_again";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes_without_rights();
    }
    let folder = Folder::new();
    let paths = folder.put_all(3, b"old");
    (0..3).for_each(|i| permit(&folder, &format!("file-{i}"), 0o444));
    let set = FileSet::new(&paths).mode(Mode::Atomic).workers(1).max_open(1);
    set.write_batches([["in "], ["turns"]]).unwrap();
    assert_all(&paths, "in turns");
    let again = script([(1, Action::Write, 0, fault(Errno::EAGAIN))]);
    set.clone().retry(at_once(2)).faults(again).write_all(b"again").unwrap();
    assert_all(&paths, "again");
    // What a crash may have left of it.
    folder.put(&part_of("file-0"), "a longer rest of an earlier run");
    permit(&folder, &part_of("file-0"), 0o444);
    set.write_all(b"whole").unwrap();
    assert_all(&paths, "whole");
    assert_eq!(permissions(&folder, "file-0"), 0o444);
    assert_eq!(folder.names(), ["file-0", "file-1", "file-2"]);
}

/// Its name can be foreseen: who else may write to the folder must not be able to choose the file.
#[test]
fn a_link_in_place_of_the_temporary_file_is_not_followed() {
    let folder = Folder::new();
    let paths = folder.put_all(2, b"old");
    folder.put("victim", "precious");
    symlink("victim", folder.path(&part_of("file-0"))).unwrap();
    let report = incomplete(FileSet::new(&paths).mode(Mode::Atomic).write_all(b"new"));
    assert_failed(&only_failure(&report), Action::Create, Errno::ELOOP);
    assert_eq!(folder.read("victim"), "precious");
    assert_eq!((folder.read("file-0"), folder.read("file-1")), ("old".into(), "new".into()));
}

#[test]
fn a_file_that_is_listed_by_a_link_too_is_whole_from_the_one_or_the_other() {
    for _ in 0..50 {
        let folder = Folder::new();
        let file = folder.put("file", "old");
        let links = ["link", "other"].map(|name| folder.path(name));
        links.iter().for_each(|link| symlink("file", link).unwrap());
        let set = FileSet::new([&file, &links[0], &links[1]]).mode(Mode::Atomic).workers(3);
        // Of different lengths, and in several writes.
        let set = set.write_each(|i, sink| {
            (0..5).try_for_each(|_| sink.write_all(&vec![b'0' + i as u8; 70_000 + i]))
        });
        set.unwrap();
        let there = fs::read(&file).unwrap();
        let i = usize::from(there[0] - b'0');
        assert!(there == vec![b'0' + i as u8; 5 * (70_000 + i)], "torn");
        assert_eq!(folder.names(), ["file", "link", "other"]);
    }
}
