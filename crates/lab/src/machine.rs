//! Where samples were taken, as it is kept beside them in `machine.toml`.

mod cgroups;
mod date;
mod dependencies;
mod hardware;
mod linux;
mod others;
mod probe;
mod settings;
mod watch;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::grouped;
pub(crate) use cgroups::Cgroups;
pub use date::utc_date;
pub use hardware::{Cache, Hardware};
pub(crate) use linux::{field_of, hypervisor, kib, line_of};
pub(crate) use others::{Others, Taken};
pub(crate) use probe::{file_system, load, sysctl};
pub use settings::{Frequency, Settings};
pub use watch::Watch;

/// The layout of `machine.toml`.
const SCHEMA: u32 = 1;

/// A machine, the build that ran on it, and how busy it was otherwise.
///
/// It has neither the host's name nor a path of it. What a system does not tell is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Machine {
    /// The layout of this record.
    pub schema: u32,
    /// The day in UTC, `2026-01-31`.
    pub date: String,
    /// The processor's name of itself.
    pub cpu_model: String,
    /// Processors that this process may use.
    pub cores: usize,
    /// All memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// `linux`, `macos`.
    pub os: String,
    /// `x86_64`, `aarch64`.
    pub arch: String,
    /// The kernel's release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// What chooses the clock rate of the first processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
    /// What the machine is simulated by, or `unknown` where it says only that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypervisor: Option<String>,
    /// The type of the file system that was written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_system: Option<String>,
    /// The load average over a minute before the first sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_before: Option<f64>,
    /// The same after the last sample, with what the samples added to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_after: Option<f64>,
    /// The share of processor time, between the first sample and the last, that the hypervisor
    /// gave to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steal_fraction: Option<f64>,
    /// The share of processor time, in the same span, that went to anything but this program and
    /// the processes it started: other programs, and the kernel's own threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_fraction: Option<f64>,
    /// The compiler.
    pub rustc: String,
    /// What it compiled for.
    pub target: String,
    /// Cargo's profile; that of benches inherits `release`.
    pub profile: String,
    /// The optimisation level.
    pub opt_level: String,
    /// Flags for the compiler from outside of the repository.
    pub rustflags: String,
    /// The commit that was checked out, where git says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether files differed from it, or were not in it, records and prose aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dirty: Option<bool>,
    /// The run that took the samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
    /// What the machine is made of.
    #[serde(default)]
    pub hardware: Hardware,
    /// How it is set up.
    #[serde(default)]
    pub settings: Settings,
    /// The crates that the laboratory is built with, peers among them, and their versions.
    #[serde(default)]
    pub dependencies: BTreeMap<String, String>,
    /// The interpreter of Python and the packages that its questions are about, and their versions; empty
    /// where they are not there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub python: BTreeMap<String, String>,
}

/// How long the samples of a question have taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Run {
    /// Rounds.
    pub rounds: u32,
    /// From the first sample to the last, with what each costs beside its measured part, and with those that
    /// were taken again.
    pub took_s: f64,
    /// What was planned for it.
    pub planned_s: f64,
}

impl Machine {
    /// Reads a `machine.toml`.
    ///
    /// # Errors
    /// Where it is no such text.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The text of a `machine.toml`.
    ///
    /// # Errors
    /// Where a number does not fit TOML.
    pub fn text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// The name of the folder of its records: the date, the processor and how many of them, such
    /// as `2026-01-31-amd-epyc-9b14-2-cores`.
    pub fn folder_name(&self) -> String {
        format!("{}-{}", self.date, self.name())
    }

    /// The same without the date.
    pub(crate) fn name(&self) -> String {
        let model = self.cpu_model.replace("(R)", "").replace("(TM)", "").to_lowercase();
        let words: Vec<&str> =
            model.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        format!("{}-{}-cores", words.join("-"), self.cores)
    }

    /// How many samples, of which some were rejected, were taken where; `record` is the folder that
    /// has them.
    pub(crate) fn provenance(
        &self,
        (n_rejected, n): (usize, usize),
        record: Option<&str>,
    ) -> String {
        let where_from = record.map(|record| format!("; all samples: `{record}`"));
        format!(
            "{} samples, of which {} count, {}, on {}{}.",
            grouped(n as u64),
            grouped((n - n_rejected) as u64),
            self.date,
            self.phrase(),
            where_from.unwrap_or_default()
        )
    }

    /// The machine and the build in a phrase: processor, kernel, compiler, commit.
    pub fn phrase(&self) -> String {
        match self.commit_text() {
            Some(commit) => format!("{}, {commit}", self.place()),
            None => self.place(),
        }
    }

    /// The commit that was measured, where git said so.
    pub(crate) fn commit_text(&self) -> Option<String> {
        let commit = self.commit.as_ref()?;
        let short = commit.get(..10).unwrap_or(commit);
        let mark = if self.dirty == Some(true) { " with changes" } else { "" };
        Some(format!("commit {short}{mark}"))
    }

    /// The phrase without the commit.
    pub(crate) fn place(&self) -> String {
        let kind = if self.hypervisor.is_some() { "virtual cores" } else { "cores" };
        let mut parts = vec![self.cpu_model.clone(), format!("{} {kind}", self.cores)];
        parts.push(format!("{} {}", self.os, self.kernel.as_deref().unwrap_or_default()));
        parts.extend(self.file_system.clone());
        parts.push(self.rustc.split(" (").next().unwrap_or_default().to_owned());
        parts.retain(|part| !part.trim().is_empty());
        parts.iter().map(|part| part.trim()).collect::<Vec<_>>().join(", ")
    }

    /// What others took of the machine while samples were taken, as a paragraph of a report; empty
    /// where the system does not tell.
    pub fn disturbance(&self) -> String {
        let (Some(other), Some(steal)) = (self.other_fraction, self.steal_fraction) else {
            return String::new();
        };
        format!(
            "\nMeanwhile other programs and the kernel's own threads took {:.1}% of the processor \
             time, and the hypervisor gave {:.1}% to other machines.\n",
            other * 100.0,
            steal * 100.0
        )
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn machine() -> Machine {
        Watch::begin(&std::env::temp_dir(), Path::new(env!("CARGO_MANIFEST_DIR"))).end()
    }

    #[test]
    fn machine_comes_back_as_it_was_written() {
        let machine = machine();
        let text = machine.text().expect("it fits TOML");
        assert_eq!(Machine::parse(&text).expect("it is TOML"), machine);
    }

    #[test]
    fn folder_is_named_for_the_processor() {
        let machine = Machine {
            date: "2026-01-31".to_owned(),
            cpu_model: "Intel(R) Xeon(R) CPU @ 2.20GHz".to_owned(),
            cores: 2,
            ..machine()
        };
        assert_eq!(machine.folder_name(), "2026-01-31-intel-xeon-cpu-2-20ghz-2-cores");
    }

    #[test]
    fn phrase_says_whether_the_commit_was_all_of_it() {
        let machine = Machine {
            cpu_model: "M4".to_owned(),
            cores: 4,
            hypervisor: None,
            os: "linux".to_owned(),
            kernel: Some("6.1".to_owned()),
            file_system: Some("ext4".to_owned()),
            rustc: "rustc 1.95.0 (abc 2026-04-14)".to_owned(),
            commit: Some("0123456789abcdef".to_owned()),
            dirty: Some(true),
            ..machine()
        };
        let phrase = "M4, 4 cores, linux 6.1, ext4, rustc 1.95.0, commit 0123456789 with changes";
        assert_eq!(machine.phrase(), phrase);
        let guest = Machine { hypervisor: Some("unknown".to_owned()), ..machine };
        let unknown = Machine { kernel: None, file_system: None, commit: None, ..guest };
        assert_eq!(unknown.phrase(), "M4, 4 virtual cores, linux, rustc 1.95.0");
    }
}
