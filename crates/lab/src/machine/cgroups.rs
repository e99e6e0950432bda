//! What the control groups of this process leave it, by Linux's Documentation/admin-guide/cgroup-v2
//! and cgroup-v1.
//!
//! A group's limit binds all groups in it, so a process has the least of its own group and of all
//! around that. Where a container shows only a part of the hierarchy, the rest is not seen.

use std::fs;
use std::path::{Path, PathBuf};

use super::line_of;

/// The groups that this process is in. There are none where the system has no such thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cgroups {
    /// Their folders, each with the controllers of its hierarchy; no controllers are all of them.
    folders: Vec<(PathBuf, Vec<String>)>,
}

impl Cgroups {
    /// Those of this process.
    pub(crate) fn now() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Self::parse(&read("/proc/self/cgroup"), &read("/proc/self/mountinfo"))
    }

    /// Processors' worth of time.
    pub(crate) fn cpu_quota(&self) -> Option<f64> {
        let quotas = self.folders_of("cpu").filter_map(|folder| {
            line_of(folder.join("cpu.max")).and_then(|line| quota(&line)).or_else(|| {
                let quota_us = line_of(folder.join("cpu.cfs_quota_us"))?;
                quota(&format!("{quota_us} {}", line_of(folder.join("cpu.cfs_period_us"))?))
            })
        });
        quotas.min_by(f64::total_cmp)
    }

    /// How many more threads and processes may start.
    pub(crate) fn tasks_left(&self) -> Option<u64> {
        let left = self.folders_of("pids").filter_map(|folder| {
            let number = |file: &str| line_of(folder.join(file))?.parse::<u64>().ok();
            Some(number("pids.max")?.saturating_sub(number("pids.current").unwrap_or(0)))
        });
        left.min()
    }

    /// The memory that all processes of a group may use together, of which they may use some
    /// already.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        let limits = self.folders_of("memory").filter_map(|folder| {
            let files = ["memory.max", "memory.limit_in_bytes"];
            files.iter().find_map(|file| line_of(folder.join(file))?.parse::<u64>().ok())
        });
        // The first version writes the largest number of pages where there is no limit.
        limits.min().filter(|&bytes| bytes < 1 << 60)
    }

    /// The folders of a controller, the innermost first.
    fn folders_of(&self, controller: &str) -> impl Iterator<Item = &Path> {
        let has = move |all: &[String]| all.is_empty() || all.iter().any(|one| one == controller);
        let innermost = self.folders.iter().filter(move |(_, controllers)| has(controllers));
        innermost.map(|(folder, _)| folder.as_path())
    }

    /// A line of `cgroup` is `id:controllers:path`, and one of `mountinfo` says which part of the
    /// hierarchy is mounted where: `id parent device root point options - type source options`.
    fn parse(cgroup: &str, mountinfo: &str) -> Self {
        let mut folders = Vec::new();
        for line in cgroup.lines() {
            let mut parts = line.splitn(3, ':').skip(1);
            let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
            let controllers: Vec<String> =
                controllers.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect();
            let Some((root, point)) =
                mountinfo.lines().find_map(|line| mounted(line, &controllers))
            else {
                continue;
            };
            let inner = Path::new(path).strip_prefix(&root).unwrap_or(Path::new(""));
            let group = point.join(inner);
            let around = group.ancestors().take_while(|folder| folder.starts_with(&point));
            folders.extend(around.map(|folder| (folder.to_owned(), controllers.clone())));
        }
        Self { folders }
    }
}

/// Root and point of a mount, where it is that of the hierarchy with these controllers.
fn mounted(line: &str, controllers: &[String]) -> Option<(PathBuf, PathBuf)> {
    let (place, kind) = line.split_once(" - ")?;
    let kind: Vec<&str> = kind.split(' ').collect();
    let is_it = match controllers.first() {
        None => kind.first() == Some(&"cgroup2"),
        Some(first) => {
            kind.first() == Some(&"cgroup") && kind.last()?.split(',').any(|one| one == first)
        }
    };
    let mut words = place.split(' ').skip(3);
    // A space in a path is written in octal.
    let mut path = || Some(PathBuf::from(words.next()?.replace("\\040", " ")));
    is_it.then_some(())?;
    Some((path()?, path()?))
}

/// `quota period`, both in microseconds; a quota that is no positive number is none.
fn quota(line: &str) -> Option<f64> {
    let (quota, period) = line.split_once(' ')?;
    let (quota, period): (f64, f64) = (quota.parse().ok()?, period.trim().parse().ok()?);
    (quota > 0.0 && period > 0.0).then_some(quota / period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn innermost_group_and_those_around_it_bind() {
        let root = tempfile::tempdir().expect("a folder");
        let inner = root.path().join("a/b");
        fs::create_dir_all(&inner).expect("it is made");
        let write = |folder: &Path, file: &str, text: &str| {
            fs::write(folder.join(file), text).expect("it is written");
        };
        write(&inner, "cpu.max", "max 100000\n");
        write(root.path().join("a").as_path(), "cpu.max", "150000 100000\n");
        write(&inner, "pids.max", "100\n");
        write(&inner, "pids.current", "40\n");
        write(&inner, "memory.max", "max\n");
        let mount = format!("9 1 0:2 / {} rw - cgroup2 cgroup2 rw\n", root.path().display());
        let groups = Cgroups::parse("0::/a/b\n", &mount);
        assert_eq!(groups.folders.len(), 3);
        assert_eq!(groups.cpu_quota(), Some(1.5));
        assert_eq!((groups.tasks_left(), groups.memory_limit()), (Some(60), None));
    }

    #[test]
    fn first_version_has_a_hierarchy_for_each_controller() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |file: &str, text: &str| {
            fs::write(root.path().join(file), text).expect("it is written");
        };
        write("cpu.cfs_quota_us", "50000\n");
        write("cpu.cfs_period_us", "100000\n");
        write("memory.limit_in_bytes", "9223372036854771712\n");
        let mount =
            format!("9 1 0:2 /box {} rw - cgroup cgroup rw,cpuacct,cpu\n", root.path().display());
        let groups = Cgroups::parse("4:cpu,cpuacct:/box\n3:memory:/box\n", &mount);
        assert_eq!(groups.cpu_quota(), Some(0.5));
        assert_eq!(groups.memory_limit(), None);
        write("cpu.cfs_quota_us", "-1\n");
        assert_eq!(groups.cpu_quota(), None);
    }

    #[test]
    fn without_groups_nothing_binds() {
        for (cgroup, mountinfo) in [("", ""), ("garbled\n::\n", "- - -\n"), ("0::/x\n", "")] {
            let groups = Cgroups::parse(cgroup, mountinfo);
            assert_eq!((groups.cpu_quota(), groups.tasks_left()), (None, None), "{cgroup}");
        }
        assert_eq!((quota("max 100000"), quota(""), quota("1 0")), (None, None, None));
    }
}
