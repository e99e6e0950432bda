//! How a machine is set up, as far as it changes what is measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Cgroups, field_of, line_of, probe};

/// Clock rates, memory and bounds. What a system does not tell is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Settings {
    /// Whether a core may run above its nominal clock rate while others rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turbo: Option<bool>,
    /// What the kernel reads the time from: `tsc`, `kvm-clock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_source: Option<String>,
    /// Which memory gets huge pages unasked: `always`, `madvise`, `never`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transparent_hugepages: Option<String>,
    /// What the kernel was started with against faults of processors. Nothing else of its command
    /// line is kept, which may name hosts and disks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigations: Option<String>,
    /// Processors' worth of time that the control groups of the process leave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_quota: Option<f64>,
    /// The processors that the process may use: `0-3,8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpuset: Option<String>,
    /// Clock rates, those that are set up alike together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frequencies: Vec<Frequency>,
    /// The faults of processors that concern this one, and what is done about each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vulnerabilities: BTreeMap<String, String>,
}

/// How the clock rate of some processors is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Frequency {
    /// How many processors.
    pub processors: usize,
    /// What chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
    /// What carries the choice out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// The least that may be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_khz: Option<u64>,
    /// The most that may be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_khz: Option<u64>,
}

impl Settings {
    /// Those of this machine.
    pub fn now() -> Self {
        if cfg!(target_vendor = "apple") {
            Self { frequencies: apple_frequency(probe::sysctl), ..Self::default() }
        } else {
            Self::below(Path::new("/"), &Cgroups::now())
        }
    }

    /// What Linux writes below a root.
    fn below(root: &Path, cgroups: &Cgroups) -> Self {
        let system = root.join("sys/devices/system");
        let hugepages = line_of(root.join("sys/kernel/mm/transparent_hugepage/enabled"));
        let clock_source = system.join("clocksource/clocksource0/current_clocksource");
        Self {
            turbo: turbo(&system.join("cpu")),
            clock_source: line_of(clock_source),
            transparent_hugepages: hugepages.and_then(|line| chosen(&line)),
            mitigations: line_of(root.join("proc/cmdline")).and_then(|line| mitigations(&line)),
            cpu_quota: cgroups.cpu_quota(),
            cpuset: field_of(root.join("proc/self/status"), "Cpus_allowed_list"),
            frequencies: frequencies(&system.join("cpu/cpufreq")),
            vulnerabilities: vulnerabilities(&system.join("cpu/vulnerabilities")),
        }
    }
}

/// Intel's driver has a switch of its own.
fn turbo(cpu: &Path) -> Option<bool> {
    let switch = |file: &str, on: &str, off: &str| match line_of(cpu.join(file))? {
        state if state == on => Some(true),
        state if state == off => Some(false),
        _ => None,
    };
    switch("intel_pstate/no_turbo", "0", "1").or_else(|| switch("cpufreq/boost", "1", "0"))
}

/// Of `always [madvise] never`, what stands in brackets.
fn chosen(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('[')?;
    Some(rest.split_once(']')?.0.to_owned())
}

fn mitigations(command_line: &str) -> Option<String> {
    let mut words = command_line.split_whitespace();
    words.find_map(|word| word.strip_prefix("mitigations=")).map(str::to_owned)
}

fn frequencies(cpufreq: &Path) -> Vec<Frequency> {
    let mut frequencies = Vec::<Frequency>::new();
    for (name, policy) in entries(cpufreq) {
        if !name.starts_with("policy") {
            continue;
        }
        let word = |file: &str| line_of(policy.join(file));
        let frequency = Frequency {
            processors: word("affected_cpus").map_or(0, |list| list.split_whitespace().count()),
            governor: word("scaling_governor"),
            driver: word("scaling_driver"),
            min_khz: word("scaling_min_freq").and_then(|khz| khz.parse().ok()),
            max_khz: word("scaling_max_freq").and_then(|khz| khz.parse().ok()),
        };
        let is_alike = |other: &&mut Frequency| {
            Frequency { processors: frequency.processors, ..(**other).clone() } == frequency
        };
        match frequencies.iter_mut().find(is_alike) {
            Some(alike) => alike.processors += frequency.processors,
            None => frequencies.push(frequency),
        }
    }
    frequencies
}

fn vulnerabilities(folder: &Path) -> BTreeMap<String, String> {
    let states =
        entries(folder).into_iter().filter_map(|(name, path)| Some((name, line_of(path)?)));
    states.filter(|(_, state)| state != "Not affected").collect()
}

/// The files and folders in a folder, by name.
fn entries(folder: &Path) -> BTreeMap<String, std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .collect()
}

/// macOS on Intel tells rates in hertz; on arm64 it tells none.
fn apple_frequency(sysctl: impl Fn(&str) -> Option<String>) -> Vec<Frequency> {
    let khz = |name: &str| Some(sysctl(name)?.parse::<u64>().ok()? / 1_000);
    let (min_khz, max_khz) = (khz("hw.cpufrequency_min"), khz("hw.cpufrequency_max"));
    let processors = sysctl("hw.logicalcpu").and_then(|n| n.parse().ok()).unwrap_or(0);
    let frequency = Frequency { processors, governor: None, driver: None, min_khz, max_khz };
    max_khz.map(|_| frequency).into_iter().collect()
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
    fn settings_of_linux_are_read() {
        let root = tempfile::tempdir().expect("a folder");
        let cpu = "sys/devices/system/cpu";
        for (policy, governor) in [("policy0", "performance"), ("policy1", "performance")] {
            let folder = root.path().join(format!("{cpu}/cpufreq/{policy}"));
            write(&folder, &[("affected_cpus", "0 4\n"), ("scaling_governor", governor)]);
            write(&folder, &[("scaling_min_freq", "800000\n"), ("scaling_max_freq", "3000000\n")]);
        }
        write(
            root.path(),
            &[
                ("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n"),
                ("sys/devices/system/cpu/vulnerabilities/mds", "Not affected\n"),
                ("sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n"),
                ("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"),
                ("proc/cmdline", "root=/dev/disk-of-alice mitigations=off quiet\n"),
                ("proc/self/status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n"),
            ],
        );
        let settings = Settings::below(root.path(), &Cgroups::default());
        assert_eq!((settings.turbo, settings.cpu_quota), (Some(false), None));
        assert_eq!(settings.transparent_hugepages.as_deref(), Some("madvise"));
        assert_eq!(settings.mitigations.as_deref(), Some("off"));
        assert_eq!(settings.cpuset.as_deref(), Some("0-7"));
        let [all] = &settings.frequencies[..] else { panic!("{:?}", settings.frequencies) };
        assert_eq!((all.processors, all.max_khz), (4, Some(3_000_000)));
        let faults: Vec<_> = settings.vulnerabilities.into_iter().collect();
        assert_eq!(faults, [("meltdown".to_owned(), "Mitigation: PTI".to_owned())]);
    }

    #[test]
    fn what_is_absent_or_garbled_is_not_made_up() {
        let root = tempfile::tempdir().expect("a folder");
        let settings = Settings::below(root.path(), &Cgroups::default());
        assert_eq!(settings, Settings::default());
        write(
            root.path(),
            &[
                ("sys/devices/system/cpu/cpufreq/boost", "perhaps\n"),
                ("sys/kernel/mm/transparent_hugepage/enabled", "always\n"),
                ("proc/cmdline", "\n"),
                ("proc/self/status", ""),
            ],
        );
        assert_eq!(Settings::below(root.path(), &Cgroups::default()), Settings::default());
        assert_eq!(apple_frequency(|_| None), []);
    }
}
