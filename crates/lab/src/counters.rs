//! What the processor counts of this process, where the system lets a process ask.

use std::fmt;
use std::sync::{Mutex, OnceLock};

/// How many things are counted.
const N: usize = 4;
/// Their names, in the order in which measures show them.
const NAMES: [&str; N] = ["cycles", "instructions", "cache_misses", "branch_misses"];

/// What has been counted in user mode, of all threads of this process that began after counting did;
/// nothing where the machine has no counters, as most virtual ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counted([Option<f64>; N]);

impl Counted {
    /// Those that were counted, by name.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, f64)> {
        NAMES.into_iter().zip(self.0).filter_map(|(name, count)| Some((name, count?)))
    }

    /// What was counted between `earlier` and this.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut between = *self;
        for (count, earlier) in between.0.iter_mut().zip(earlier.0) {
            *count = count.zip(earlier).map(|(count, earlier)| count - earlier);
        }
        between
    }

    /// What has been counted so far.
    pub(crate) fn now() -> Self {
        STARTED
            .get()
            .map(|counters| counters.lock().expect("reading does not panic").read())
            .unwrap_or_default()
    }
}

static STARTED: OnceLock<Mutex<Counters>> = OnceLock::new();

/// Counts from here on, in this thread and in those that it starts.
pub(crate) fn start() {
    STARTED.get_or_init(|| Mutex::new(Counters::open()));
}

#[cfg(target_os = "linux")]
use linux::Counters;

#[cfg(target_os = "linux")]
mod linux {
    use perf_event::events::{Event, Hardware};
    use perf_event::{Builder, Counter};

    use super::{Counted, N};

    pub(super) struct Counters([Option<Counter>; N]);

    impl Counters {
        pub(super) fn open() -> Self {
            use Hardware as H;
            let events = [H::CPU_CYCLES, H::INSTRUCTIONS, H::CACHE_MISSES, H::BRANCH_MISSES];
            Self(events.map(counter))
        }

        pub(super) fn read(&mut self) -> Counted {
            Counted(self.0.each_mut().map(|counter| scaled(counter.as_mut()?)))
        }
    }

    /// A counter of this thread and those that it starts.
    pub(super) fn counter(event: impl Event) -> Option<Counter> {
        let mut counter = Builder::new(event).inherit(true).build().ok()?;
        counter.enable().ok()?;
        Some(counter)
    }

    /// What was counted; where counters take turns on the processor, what it would have been with one of
    /// its own all the time (perf_event_open(2), "time_enabled and time_running").
    pub(super) fn scaled(counter: &mut Counter) -> Option<f64> {
        let read = counter.read_full().ok()?;
        let enabled = read.time_enabled()?.as_secs_f64();
        let running = read.time_running()?.as_secs_f64();
        (running > 0.0).then(|| read.count() as f64 * (enabled / running))
    }
}

/// Where no system call counts, nothing is counted.
#[cfg(not(target_os = "linux"))]
struct Counters;

#[cfg(not(target_os = "linux"))]
impl Counters {
    fn open() -> Self {
        Self
    }

    fn read(&mut self) -> Counted {
        Counted::default()
    }
}

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_is_not_shown() {
        let earlier = Counted([Some(10.0), None, Some(1.0), None]);
        let later = Counted([Some(25.0), Some(7.0), Some(1.0), None]);
        let each: Vec<_> = later.since(&earlier).each().collect();
        assert_eq!(each, [("cycles", 15.0), ("cache_misses", 0.0)]);
    }

    /// The kernel counts page faults as it does cycles, on machines without counters as well.
    #[cfg(target_os = "linux")]
    #[test]
    fn threads_started_later_are_counted_and_still_once_they_have_ended() {
        use perf_event::events::Software;
        const PAGES: usize = 1000;

        let Some(mut faults) = linux::counter(Software::PAGE_FAULTS) else {
            // A container that forbids the call; `doctor` says so.
            return;
        };
        let before = linux::scaled(&mut faults).expect("it counts");
        let touch = || std::hint::black_box(vec![1_u8; PAGES << 12]).len();
        std::thread::spawn(touch).join().expect("it ends well");
        let after = linux::scaled(&mut faults).expect("it counts");
        assert!(after - before >= PAGES as f64 / 2.0, "{before}, then {after}");
    }
}
