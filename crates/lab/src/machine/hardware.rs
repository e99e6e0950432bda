//! What a machine is made of, as its system tells it. To a guest that is what its hypervisor makes
//! up: two threads of one core may look like two cores.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{line_of, probe};

/// Processors and caches. What a system does not tell is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Hardware {
    /// Processor packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sockets: Option<usize>,
    /// Cores of all packages that are switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_cores: Option<usize>,
    /// The most threads that a core runs at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads_per_core: Option<usize>,
    /// Whether cores run several threads at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smt: Option<bool>,
    /// Memories that are near to some processors and far from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numa_nodes: Option<usize>,
    /// What caches move at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_line_bytes: Option<u64>,
    /// The kinds of caches, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caches: Vec<Cache>,
}

/// A kind of cache.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cache {
    /// 1 is the nearest to a core.
    pub level: u32,
    /// `data`, `instruction`, `unified`.
    pub kind: String,
    /// The size of one.
    pub bytes: u64,
    /// How many processors share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_by: Option<usize>,
}

impl Hardware {
    /// This machine.
    pub fn now() -> Self {
        if cfg!(target_vendor = "apple") {
            Self::told_by(probe::sysctl)
        } else {
            Self::below(Path::new("/sys/devices/system"))
        }
    }

    /// What Linux writes, by Documentation/ABI/testing/sysfs-devices-system-cpu.
    fn below(system: &Path) -> Self {
        let processors = numbered(&system.join("cpu"), "cpu");
        let of_each = |file: &str| -> Vec<String> {
            processors.iter().filter_map(|folder| line_of(folder.join(file))).collect()
        };
        let distinct = |values: Vec<String>| {
            let values: BTreeSet<String> = values.into_iter().collect();
            (!values.is_empty()).then_some(values)
        };
        let siblings = distinct(of_each("topology/thread_siblings_list"));
        let threads_per_core = siblings.iter().flatten().filter_map(|list| n_listed(list)).max();
        let caches: Vec<PathBuf> = processors
            .iter()
            .flat_map(|processor| numbered(&processor.join("cache"), "index"))
            .collect();
        let line_bytes = caches
            .iter()
            .find_map(|cache| line_of(cache.join("coherency_line_size"))?.parse().ok());
        let kinds: BTreeSet<Cache> = caches.iter().filter_map(|cache| Cache::at(cache)).collect();
        let nodes = numbered(&system.join("node"), "node").len();
        Self {
            sockets: distinct(of_each("topology/physical_package_id")).map(|ids| ids.len()),
            physical_cores: siblings.map(|lists| lists.len()),
            threads_per_core,
            smt: line_of(system.join("cpu/smt/active"))
                .map(|active| active == "1")
                .or(threads_per_core.map(|threads| threads > 1)),
            numa_nodes: (nodes > 0).then_some(nodes),
            cache_line_bytes: line_bytes,
            caches: kinds.into_iter().collect(),
        }
    }

    /// What macOS tells, by name.
    fn told_by(sysctl: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| sysctl(name)?.parse::<u64>().ok().filter(|&value| value > 0);
        let count = |name: &str| usize::try_from(number(name)?).ok();
        let caches = [
            (1, "data", "hw.l1dcachesize"),
            (1, "instruction", "hw.l1icachesize"),
            (2, "unified", "hw.l2cachesize"),
            (3, "unified", "hw.l3cachesize"),
        ];
        let cache = |(level, kind, name): (u32, &str, &str)| {
            Some(Cache { level, kind: kind.to_owned(), bytes: number(name)?, shared_by: None })
        };
        let (cores, processors) = (count("hw.physicalcpu"), count("hw.logicalcpu"));
        let threads_per_core =
            cores.zip(processors).map(|(cores, processors)| processors.div_ceil(cores));
        Self {
            sockets: count("hw.packages"),
            physical_cores: cores,
            threads_per_core,
            smt: threads_per_core.map(|threads| threads > 1),
            numa_nodes: None,
            cache_line_bytes: number("hw.cachelinesize"),
            caches: caches.into_iter().filter_map(cache).collect(),
        }
    }
}

impl Cache {
    fn at(folder: &Path) -> Option<Self> {
        let size = line_of(folder.join("size"))?;
        Some(Self {
            level: line_of(folder.join("level"))?.parse().ok()?,
            kind: line_of(folder.join("type"))?.to_lowercase(),
            bytes: size.strip_suffix('K')?.parse::<u64>().ok()?.checked_mul(1024)?,
            shared_by: line_of(folder.join("shared_cpu_list")).and_then(|list| n_listed(&list)),
        })
    }
}

/// The entries `<prefix><number>` of a folder.
fn numbered(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries
        .filter(|entry| {
            entry
                .file_name()
                .to_str()
                .and_then(|name| name.strip_prefix(prefix))
                .is_some_and(is_number)
        })
        .map(|entry| entry.path())
        .collect();
    paths.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    paths
}

/// How many processors a list such as `0-3,8` names.
fn n_listed(list: &str) -> Option<usize> {
    let ranges = list.split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        Some(last.checked_sub(first)? + 1)
    });
    ranges.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            fs::write(path, text).expect("it is written");
        }
    }

    #[test]
    fn cores_and_caches_of_linux_are_counted() {
        let root = tempfile::tempdir().expect("a folder");
        for (processor, siblings) in [(0, "0,2"), (1, "1,3"), (2, "0,2"), (10, "1,3")] {
            let folder = root.path().join(format!("cpu/cpu{processor}"));
            write(
                &folder,
                &[
                    ("topology/thread_siblings_list", siblings),
                    ("topology/physical_package_id", "0\n"),
                    ("cache/index0/level", "1\n"),
                    ("cache/index0/type", "Data\n"),
                    ("cache/index0/size", "48K\n"),
                    ("cache/index0/coherency_line_size", "64\n"),
                    ("cache/index0/shared_cpu_list", siblings),
                    ("cache/index3/level", "3\n"),
                    ("cache/index3/type", "Unified\n"),
                    ("cache/index3/size", "32768K\n"),
                    ("cache/index3/shared_cpu_list", "0-3\n"),
                ],
            );
        }
        write(root.path(), &[("node/node0/cpulist", "0-3"), ("node/online", "0")]);
        let cache = |level, kind: &str, kib: u64, shared_by| Cache {
            level,
            kind: kind.to_owned(),
            bytes: kib * 1024,
            shared_by: Some(shared_by),
        };
        let expected = Hardware {
            sockets: Some(1),
            physical_cores: Some(2),
            threads_per_core: Some(2),
            smt: Some(true),
            numa_nodes: Some(1),
            cache_line_bytes: Some(64),
            caches: vec![cache(1, "data", 48, 2), cache(3, "unified", 32_768, 4)],
        };
        assert_eq!(Hardware::below(root.path()), expected);
    }

    #[test]
    fn what_is_absent_or_garbled_is_not_made_up() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(Hardware::below(&root.path().join("none")), Hardware::default());
        let garbled = [
            ("cpu/cpu0/topology/thread_siblings_list", ""),
            ("cpu/cpu0/cache/index0/size", "big"),
            ("cpu/cpufreq/x", "1"),
        ];
        write(root.path(), &garbled);
        assert_eq!(Hardware::below(root.path()), Hardware::default());
        assert_eq!(Hardware::told_by(|_| None), Hardware::default());
        assert_eq!(Hardware::told_by(|_| Some("0".to_owned())), Hardware::default());
    }

    #[test]
    fn macos_tells_by_name() {
        let hardware = Hardware::told_by(|name| {
            let value = match name {
                "hw.physicalcpu" | "hw.logicalcpu" => "10",
                "hw.cachelinesize" => "128",
                "hw.l2cachesize" => "4194304",
                _ => return None,
            };
            Some(value.to_owned())
        });
        assert_eq!((hardware.physical_cores, hardware.smt), (Some(10), Some(false)));
        assert_eq!((hardware.cache_line_bytes, hardware.sockets), (Some(128), None));
        assert_eq!((hardware.caches.len(), hardware.caches[0].bytes), (1, 4 << 20));
    }

    #[test]
    fn lists_are_counted() {
        assert_eq!(n_listed("0"), Some(1));
        assert_eq!(n_listed("0-3,8,10-11"), Some(7));
        assert_eq!((n_listed(""), n_listed("3-0"), n_listed("a-b")), (None, None, None));
    }
}
