//! The means of measuring: the build, threads that stay in place, and counters of the processor.

use std::fs;
use std::path::Path;
use std::thread;

use super::{Check, State};
use crate::machine::line_of;
use crate::processors;

pub(super) fn build() -> Check {
    let (profile, level) = (env!("INRUSH_LAB_PROFILE"), env!("INRUSH_LAB_OPT_LEVEL"));
    built(profile, level, cfg!(debug_assertions))
}

fn built(profile: &str, level: &str, is_debug: bool) -> Check {
    let state = if level == "3" && !is_debug { State::Good } else { State::Bad };
    let assertions = if is_debug { ", with debug assertions" } else { "" };
    let found = format!("{profile}, optimisation level {level}{assertions}");
    Check::in_state("build", state, found, "samples of it mean nothing; build with `--release`")
}

/// Threads are pinned in one that ends with this, so that the caller stays where it was.
pub(super) fn pinning() -> Check {
    let all = processors::all();
    let n_pinned = thread::scope(|scope| {
        let pin_all = || all.iter().filter(|&&processor| processors::pin(processor)).count();
        thread::Builder::new().spawn_scoped(scope, pin_all).ok()?.join().ok()
    });
    pinned(n_pinned.unwrap_or(0), all.len())
}

fn pinned(n_pinned: usize, n_processors: usize) -> Check {
    let state = if n_pinned > 0 && n_pinned == n_processors { State::Good } else { State::Warn };
    let found = format!("{n_pinned} of {n_processors} processors take a thread that is put there");
    Check::in_state("pinning", state, found, "threads wander, so placements cannot be compared")
}

pub(super) fn counters() -> Check {
    let paranoid = line_of("/proc/sys/kernel/perf_event_paranoid");
    counted(has_counters(Path::new("/sys/bus/event_source/devices")), paranoid.as_deref())
}

/// `cpu`, or one for each kind of core: `cpu_core`, `cpu_atom`, `armv8_cortex_a72`.
fn has_counters(devices: &Path) -> Option<bool> {
    let mut names =
        fs::read_dir(devices).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Some(names.any(|name| name == "cpu" || name.starts_with("cpu_") || name.starts_with("armv")))
}

/// By Documentation/admin-guide/sysctl/kernel: up to 2, a process may count its own user mode.
fn counted(has_counters: Option<bool>, paranoid: Option<&str>) -> Check {
    let name = "counters";
    let paranoid = paranoid.and_then(|level| level.parse::<i32>().ok());
    match (has_counters, paranoid) {
        (Some(true), Some(level)) if level <= 2 => {
            Check::good(name, format!("usable, perf_event_paranoid is {level}"))
        }
        (Some(true), Some(level)) => Check::in_state(
            name,
            State::Warn,
            format!("forbidden, perf_event_paranoid is {level}"),
            "`sysctl kernel.perf_event_paranoid=2`, or measure without cycles and misses",
        ),
        (Some(false), _) => Check::in_state(
            name,
            State::Warn,
            "the processor shows none",
            "a guest often has none; measure without cycles and misses",
        ),
        _ => Check::unknown(name, "measure without cycles and misses"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_optimised_build_is_good() {
        assert_eq!(built("release", "3", false).state, State::Good);
        assert_eq!(built("release", "2", false).state, State::Bad);
        assert_eq!(built("debug", "3", true).state, State::Bad);
    }

    #[test]
    fn every_processor_must_take_a_thread() {
        assert_eq!(pinned(4, 4).state, State::Good);
        assert_eq!([pinned(3, 4).state, pinned(0, 0).state], [State::Warn; 2]);
    }

    #[test]
    fn counters_must_be_there_and_be_allowed() {
        let state = |has, paranoid| counted(has, paranoid).state;
        assert_eq!(state(Some(true), Some("2")), State::Good);
        assert_eq!(state(Some(true), Some("-1")), State::Good);
        assert_eq!(state(Some(true), Some("4")), State::Warn);
        assert_eq!(state(Some(false), Some("2")), State::Warn);
        for paranoid in [None, Some(""), Some("x")] {
            assert_eq!(state(Some(true), paranoid), State::Unknown);
        }
        assert_eq!(state(None, None), State::Unknown);
    }

    #[test]
    fn counters_are_devices_of_the_processor() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(has_counters(folder.path()), Some(false));
        fs::create_dir(folder.path().join("software")).expect("it is made");
        assert_eq!(has_counters(folder.path()), Some(false));
        fs::create_dir(folder.path().join("cpu_core")).expect("it is made");
        assert_eq!(has_counters(folder.path()), Some(true));
        assert_eq!(has_counters(&folder.path().join("none")), None);
    }
}
