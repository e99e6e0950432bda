//! Which thread runs on which processor.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::processors;

/// The policies by name; the first is the default.
pub(super) const POLICIES: [&str; 4] = ["scatter", "compact", "one", "none"];

/// The processors that threads are put on, in the order in which threads get them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pin(Option<Vec<usize>>);

impl Pin {
    /// The order of a policy among the processors of the calling thread.
    pub(super) fn new(policy: &str) -> Self {
        Self::among(policy, processors::all())
    }

    /// Where the system puts no thread on a processor, `scatter` leaves it to the system, which spreads
    /// them as well as it can.
    fn among(policy: &str, all: Vec<usize>) -> Self {
        Self(match policy {
            "none" => None,
            _ if all.is_empty() => None,
            "one" => Some(all.into_iter().take(1).collect()),
            "compact" => Some(compact(&all, core_of)),
            _ => Some(scatter(&all, core_of)),
        })
    }

    /// Why the system cannot do what a policy asks for.
    pub(super) fn refusal(policy: &str) -> Option<String> {
        Self::refusal_among(policy, &processors::all())
    }

    fn refusal_among(policy: &str, all: &[usize]) -> Option<String> {
        let is_refused = all.is_empty() && ["compact", "one"].contains(&policy);
        is_refused.then(|| "pinning is unsupported on this system".to_owned())
    }

    /// Puts the calling thread where the one of this number runs. Returns whether it is where the
    /// policy wants it.
    pub(super) fn take(&self, thread: usize) -> bool {
        let Some(order) = &self.0 else { return true };
        let place = thread.checked_rem(order.len()).and_then(|at| order.get(at));
        place.is_some_and(|&processor| processors::pin(processor))
    }

    /// How many processors threads can be on at once.
    pub(super) fn width(&self) -> usize {
        self.0.as_ref().map_or_else(processors::count, Vec::len).max(1)
    }
}

/// Those of one core side by side: threads share as much as they can.
fn compact(all: &[usize], core_of: impl Fn(usize) -> String) -> Vec<usize> {
    by_core(all, core_of).into_values().flatten().collect()
}

/// One of each core first, then the second of each: threads share as little as they can.
fn scatter(all: &[usize], core_of: impl Fn(usize) -> String) -> Vec<usize> {
    let cores = by_core(all, core_of);
    let most = cores.values().map(Vec::len).max().unwrap_or(0);
    let nth = |n: usize| cores.values().filter_map(move |core| core.get(n)).copied();
    (0..most).flat_map(nth).collect()
}

/// The processors of each core; a core comes where its first processor does.
fn by_core(all: &[usize], core_of: impl Fn(usize) -> String) -> BTreeMap<usize, Vec<usize>> {
    let mut first = BTreeMap::new();
    let mut cores: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &processor in all {
        let at = *first.entry(core_of(processor)).or_insert(processor);
        cores.entry(at).or_default().push(processor);
    }
    cores
}

/// The core of a processor, by the processors that it holds; a core of its own where the system
/// does not tell.
fn core_of(processor: usize) -> String {
    let path = format!("/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list");
    let siblings = fs::read_to_string(Path::new(&path));
    siblings.map_or_else(|_| processor.to_string(), |text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_fills_a_core_and_scatter_begins_with_all() {
        // Processors 0 and 4 are a core, and so on, as Linux numbers them on many machines.
        let core = |processor: usize| (processor % 4).to_string();
        let all = [0, 1, 2, 3, 4, 5, 6, 7];
        assert_eq!(compact(&all, core), [0, 4, 1, 5, 2, 6, 3, 7]);
        assert_eq!(scatter(&all, core), [0, 1, 2, 3, 4, 5, 6, 7]);
        // And 0 and 1, as on others.
        let core = |processor: usize| (processor / 2).to_string();
        assert_eq!(compact(&all[..4], core), [0, 1, 2, 3]);
        assert_eq!(scatter(&all[..4], core), [0, 2, 1, 3]);
        assert_eq!(scatter(&[], core), [0; 0]);
    }

    #[test]
    fn where_no_thread_can_be_pinned_they_run_unpinned_or_not_at_all() {
        for policy in ["scatter", "none"] {
            let pin = Pin::among(policy, Vec::new());
            assert!(pin.take(3), "{policy}: it is where the policy wants it");
            assert_eq!(pin.width(), processors::count());
            assert_eq!(Pin::refusal_among(policy, &[]), None);
        }
        for policy in ["compact", "one"] {
            let why = Pin::refusal_among(policy, &[]).expect("it is refused");
            assert_eq!(why, "pinning is unsupported on this system");
            assert_eq!(Pin::refusal_among(policy, &[0]), None);
        }
    }
}
