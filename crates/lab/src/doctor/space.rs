//! Room for samples: memory, and the folder that they write to.

use std::path::Path;

use super::{Check, State};
use crate::figures;
use crate::machine::{self, Cgroups, field_of, kib};

const GIB: f64 = (1_u64 << 30) as f64;

/// File systems that keep files in memory.
const IN_MEMORY: [&str; 2] = ["tmpfs", "ramfs"];
/// File systems that hand files on to another machine or another file system.
const HANDED_ON: [&str; 9] =
    ["nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "overlay", "ceph", "lustre"];

pub(super) fn checks(folder: &Path) -> [Check; 3] {
    let free = field_of("/proc/meminfo", "MemAvailable").and_then(|text| kib(&text));
    [
        memory(free, Cgroups::now().memory_limit()),
        free_space(free_bytes(folder)),
        file_system(machine::file_system(folder).as_deref()),
    ]
}

/// `limit` is of the control group, which may use some of it already.
fn memory(free: Option<u64>, limit: Option<u64>) -> Check {
    let name = "memory";
    let Some(bytes) = free.into_iter().chain(limit).min() else {
        return Check::unknown(name, "see that nothing is swapped out");
    };
    let whose = if free == Some(bytes) { "free" } else { "allowed to the control group" };
    let advice = "large buffers are swapped out, or end the process; end what uses memory";
    Check::in_state(name, state(bytes), format!("{} {whose}", gib(bytes)), advice)
}

fn free_space(bytes: Option<u64>) -> Check {
    let name = "free space";
    let Some(bytes) = bytes else {
        return Check::unknown(name, "see that the folder for samples is there");
    };
    let advice = "samples that write fail when it is full; choose another folder";
    Check::in_state(name, state(bytes), format!("{} where samples write", gib(bytes)), advice)
}

fn file_system(kind: Option<&str>) -> Check {
    let name = "file system";
    let Some(kind) = kind else {
        return Check::unknown(name, "say in a report where samples were written");
    };
    let warn = |advice| Check::in_state(name, State::Warn, kind, advice);
    if IN_MEMORY.contains(&kind) {
        warn("files stay in memory, so no disk is measured; say so, or choose another folder")
    } else if HANDED_ON.contains(&kind) || kind.starts_with("fuse") {
        warn("files are handed on, so something else is measured too; choose a local folder")
    } else {
        Check::good(name, kind)
    }
}

/// What a user without privileges may still write.
fn free_bytes(folder: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}

fn state(bytes: u64) -> State {
    State::of_at_least(bytes as f64, 4.0 * GIB, GIB)
}

fn gib(bytes: u64) -> String {
    format!("{} GiB", figures(bytes as f64 / GIB))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_of_memory_and_limit_counts() {
        let check = memory(Some(8 << 30), Some(2 << 30));
        assert_eq!(check.state, State::Warn);
        assert_eq!(check.found, "2.00 GiB allowed to the control group");
        assert_eq!(memory(Some(8 << 30), None).found, "8.00 GiB free");
        assert_eq!(memory(None, None).state, State::Unknown);
    }

    #[test]
    fn folder_that_is_not_there_has_unknown_space() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(free_bytes(folder.path()).is_some());
        let absent = free_space(free_bytes(&folder.path().join("none")));
        assert_eq!(absent.state, State::Unknown);
        assert_eq!(free_space(Some(100)).state, State::Bad);
    }

    #[test]
    fn only_local_disks_are_good() {
        let state = |kind| file_system(kind).state;
        assert_eq!([state(Some("ext4")), state(Some("apfs"))], [State::Good; 2]);
        assert_eq!([state(Some("tmpfs")), state(Some("fuse.sshfs"))], [State::Warn; 2]);
        assert_eq!(state(None), State::Unknown);
    }
}
