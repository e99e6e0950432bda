//! How many threads and open files a cell can have.

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

use super::{Check, State};
use crate::grouped;
use crate::machine::{Cgroups, field_of, line_of, sysctl};

/// The threads of the largest cells, and some for the laboratory itself.
const THREADS: u64 = 10_000 + 100;
/// Open files that a cell of many files is content with; with fewer, files are closed and opened
/// again.
const FILES: u64 = 4_096;

pub(super) fn checks() -> [Check; 2] {
    let soft = getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(soft, _)| soft);
    [threads(&bounds()), files(soft)]
}

/// How many more threads there may be, each with what says so.
fn bounds() -> Vec<(&'static str, u64)> {
    let tasks = line_of("/proc/loadavg").and_then(|line| tasks_in(&line)).unwrap_or(0);
    let number = |path: &str| line_of(path)?.parse::<u64>().ok();
    let left = |path: &str| Some(number(path)?.saturating_sub(tasks));
    // The kernel lets the superuser pass this one. It counts the user's other threads as well.
    let is_superuser = field_of("/proc/self/status", "Uid").is_some_and(|ids| is_superuser(&ids));
    let of_user = getrlimit(Resource::RLIMIT_NPROC).ok().map(|(soft, _)| soft);
    let of_user = of_user.filter(|&soft| soft != RLIM_INFINITY && !is_superuser);
    let bounds = [
        ("RLIMIT_NPROC", of_user),
        ("kernel.threads-max", left("/proc/sys/kernel/threads-max")),
        ("kernel.pid_max", left("/proc/sys/kernel/pid_max")),
        // A stack and the guard before it are a map each.
        ("vm.max_map_count", number("/proc/sys/vm/max_map_count").map(|maps| maps / 2)),
        ("pids.max", Cgroups::now().tasks_left()),
        ("kern.num_taskthreads", sysctl("kern.num_taskthreads").and_then(|n| n.parse().ok())),
    ];
    bounds.into_iter().filter_map(|(name, bound)| Some((name, bound?))).collect()
}

fn threads(bounds: &[(&'static str, u64)]) -> Check {
    let name = "threads";
    let Some((by, least)) = bounds.iter().min_by_key(|(_, bound)| *bound) else {
        return Check::unknown(name, "a cell of many threads says why it cannot run");
    };
    let found = format!("about {}, by {by}", grouped(*least));
    let state = State::of_at_least(*least as f64, THREADS as f64, 1_000.0);
    Check::in_state(name, state, found, "larger cells are skipped; raise that limit")
}

fn files(soft: Option<u64>) -> Check {
    let name = "open files";
    let Some(soft) = soft else { return Check::unknown(name, "see `ulimit -n`") };
    let found = if soft == RLIM_INFINITY { "no limit".to_owned() } else { grouped(soft) };
    let state = State::of_at_least(soft as f64, FILES as f64, 256.0);
    Check::in_state(name, state, found, "`ulimit -n 20000`")
}

/// The fourth word of `/proc/loadavg` is tasks that run, of all that there are: `2/345`.
fn tasks_in(loadavg: &str) -> Option<u64> {
    loadavg.split(' ').nth(3)?.split_once('/')?.1.parse().ok()
}

/// The second of four is the effective one.
fn is_superuser(ids: &str) -> bool {
    ids.split_whitespace().nth(1) == Some("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrowest_bound_is_named() {
        let check = threads(&[("kernel.threads-max", 190_000), ("pids.max", 4_000)]);
        assert_eq!((check.state, check.found.as_str()), (State::Warn, "about 4,000, by pids.max"));
        assert_eq!(threads(&[("kernel.pid_max", 32_000)]).state, State::Good);
        assert_eq!(threads(&[("pids.max", 90)]).state, State::Bad);
        assert_eq!(threads(&[]).state, State::Unknown);
    }

    #[test]
    fn files_may_have_no_limit() {
        assert_eq!(files(Some(RLIM_INFINITY)).found, "no limit");
        assert_eq!(files(Some(1_024)).state, State::Warn);
        assert_eq!(files(None).state, State::Unknown);
    }

    #[test]
    fn tasks_and_users_are_read() {
        assert_eq!(tasks_in("3.30 2.38 3.01 2/345 6789"), Some(345));
        assert_eq!(
            (tasks_in(""), tasks_in("1 2 3 4 5"), tasks_in("1 2 3 4/x 5")),
            (None, None, None)
        );
        assert!(is_superuser("0\t0\t0\t0") && is_superuser("1000\t0\t0\t0"));
        assert!(!is_superuser("0\t1000\t1000\t1000") && !is_superuser(""));
    }
}
