//! What Linux writes under `/proc` and `/sys`. Elsewhere the files are not there and nothing is
//! known.

use std::fs;
use std::path::Path;

/// Processor time since the machine started, in clock ticks over all processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticks {
    all: u64,
    idle: u64,
    steal: u64,
    n_processors: usize,
}

/// Where the processor time of a span went, as shares of all there was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    /// Used by this machine.
    pub(super) busy: f64,
    /// Given to other machines by the hypervisor.
    pub(super) steal: f64,
    /// The processors that these are shares of.
    pub(super) n_processors: usize,
}

impl Ticks {
    /// Where the time since `earlier` went.
    pub(super) fn shares_since(&self, earlier: &Self) -> Option<Shares> {
        let all = self.all.checked_sub(earlier.all).filter(|&all| all > 0)? as f64;
        // The idle time of a processor may be counted down by a tick or two.
        let idle = self.idle.saturating_sub(earlier.idle) as f64 / all;
        let steal = self.steal.saturating_sub(earlier.steal) as f64 / all;
        let busy = (1.0 - idle - steal).max(0.0);
        Some(Shares { busy, steal, n_processors: self.n_processors })
    }
}

pub(super) fn ticks() -> Option<Ticks> {
    ticks_in(&fs::read_to_string("/proc/stat").ok()?)
}

/// The first line's columns are user, nice, system, idle, iowait, irq, softirq, steal, guest and
/// guest_nice; the last two are part of the first two. A line for each processor follows.
fn ticks_in(stat: &str) -> Option<Ticks> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let columns: Vec<u64> = line.split_whitespace().map_while(|word| word.parse().ok()).collect();
    let is_processor = |line: &&str| line.starts_with("cpu") && !line.starts_with("cpu ");
    Some(Ticks {
        all: columns.iter().take(8).sum(),
        idle: columns.get(3)? + columns.get(4)?,
        steal: *columns.get(7)?,
        n_processors: stat.lines().filter(is_processor).count().max(1),
    })
}

pub(super) fn governor() -> Option<String> {
    line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
}

/// What simulates the machine, if anything does; `unknown` where it says only that it is simulated.
pub(crate) fn hypervisor() -> Option<String> {
    line_of("/sys/hypervisor/type").or_else(|| {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").ok()?;
        let flags = cpuinfo.lines().find(|line| line.starts_with("flags"))?;
        let is_guest = flags.split_whitespace().any(|flag| flag == "hypervisor");
        let vendor = || line_of("/sys/class/dmi/id/sys_vendor");
        is_guest.then(|| vendor().unwrap_or_else(|| "unknown".to_owned()))
    })
}

/// `model name` on x86; other processors have numbers there.
pub(super) fn cpu_model() -> Option<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

pub(super) fn memory_bytes() -> Option<u64> {
    kib(&field_of("/proc/meminfo", "MemTotal")?)
}

pub(super) fn kernel() -> Option<String> {
    line_of("/proc/sys/kernel/osrelease")
}

pub(super) fn load() -> Option<f64> {
    line_of("/proc/loadavg")?.split(' ').next()?.parse().ok()
}

pub(super) fn file_system(folder: &Path) -> Option<String> {
    type_at(&fs::read_to_string("/proc/mounts").ok()?, folder)
}

/// The type of the mount that holds `folder`: the deepest, and of these the last, which hides the
/// others.
fn type_at(mounts: &str, folder: &Path) -> Option<String> {
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        // A space in a path is written in octal.
        let path = words.next()?.replace("\\040", " ");
        Some((path, words.next()?))
    });
    mounts
        .filter(|(path, _)| folder.starts_with(path))
        .max_by_key(|(path, _)| Path::new(path).components().count())
        .map(|(_, kind)| kind.to_owned())
}

/// The value of the line `name: value` of a file.
pub(crate) fn field_of(path: impl AsRef<Path>, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Some(values.next()?.trim().to_owned())
}

/// `12 kB` in bytes: the kernel means 1,024 by it.
pub(crate) fn kib(text: &str) -> Option<u64> {
    text.strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The first line of a file, where it says anything.
pub(crate) fn line_of(path: impl AsRef<Path>) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_passed() {
        let lines = "cpu0 1 1\ncpu1 1 1\nintr 5\n";
        let ticks = |columns: &str| ticks_in(&format!("cpu  {columns}\n{lines}"));
        let before = ticks("100 0 100 800 0 0 0 10 50 0").expect("ticks");
        let after = ticks("150 0 125 810 5 0 0 20 90 0").expect("ticks");
        let shares = after.shares_since(&before).expect("time has passed");
        assert_eq!(shares, Shares { busy: 0.75, steal: 0.1, n_processors: 2 });
        assert_eq!(before.shares_since(&after), None);
        assert_eq!(ticks("1 2 3"), None);
    }

    #[test]
    fn sizes_are_in_units_of_1024() {
        assert_eq!(kib("12 kB"), Some(12_288));
        assert_eq!((kib("12"), kib(""), kib("x kB")), (None, None, None));
        assert_eq!(kib("18446744073709551615 kB"), None);
    }

    #[test]
    fn deepest_mount_holds_the_folder() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /tm tmpfs rw 0 0\n\
                      /dev/b /data xfs rw 0 0\n/dev/c /data btrfs rw 0 0\n\
                      /dev/d /with\\040space vfat rw 0 0\n";
        let at = |path: &str| type_at(mounts, Path::new(path));
        assert_eq!(at("/tmp/x").as_deref(), Some("ext4"));
        assert_eq!(at("/data/deep/x").as_deref(), Some("btrfs"));
        assert_eq!(at("/with space").as_deref(), Some("vfat"));
        assert_eq!(type_at("", Path::new("/x")), None);
    }
}
