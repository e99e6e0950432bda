//! The model `threads`: its parameters, its measures, and one sample.

use std::time::Duration;

use super::crew::Crew;
use super::pace::Pace;
use super::pin::{POLICIES, Pin};
use super::registry::SUBJECTS;
use super::worked::Together;
use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, more, neither, number, words};
use crate::{Cell, Fault, Subject, Usage};

/// How much of the time threads must have been at work together.
const OVERLAP: f64 = 0.9;
/// What does not depend on it is measured with this padding alone.
const PADDING_BYTES: u64 = 128;

static ABOUT: About = About {
    name: "threads",
    summary: "Threads that are started once and pinned do one operation again and again; what they do in a \
         window of time counts, and neither their start nor their end.",
    parameters: &[
        number("threads", "how many threads", 1, 1, 60_000),
        number("inside_ns", "work inside a lock, in nanoseconds of this machine", 0, 0, 1_000_000),
        number("outside_ns", "work after each operation", 0, 0, 1_000_000_000),
        number(
            "padding_bytes",
            "the distance of words of a sharded counter",
            PADDING_BYTES,
            0,
            256,
        ),
        words(
            "pin",
            "threads on processors in turn, least or most of a core shared; on one; nowhere",
            &POLICIES,
        ),
        number(
            "paced_per_s",
            "operations that are to begin in a second in each thread; 0: as many as can",
            0,
            0,
            10_000_000,
        ),
    ],
    measures: &[
        more("ops_per_s", "operations a second"),
        less("cpu_ns_per_op", "processor time of an operation, ns"),
        neither("user_ns_per_op", "of which in user mode, ns"),
        neither("system_ns_per_op", "of which in the kernel, ns"),
        neither("voluntary_switches_per_s", "switches because a thread waits, 1/s"),
        neither("involuntary_switches_per_s", "switches because a turn is over, 1/s"),
        more("jain", "fairness (Jain's index)"),
        more("min_over_max", "least over most operations of a thread"),
        less("longest_gap_ns", "longest time of a thread for 20 us of operations, ns"),
        less("cycles_per_op", "cycles of an operation, in user mode"),
        less("instructions_per_op", "instructions of an operation, in user mode"),
        less("cache_misses_per_op", "misses of the last cache for an operation"),
        less("branch_misses_per_op", "branches of an operation that were foretold wrongly"),
        neither("overlap", "share of the time in which all processors were at work"),
        neither("at_work", "share of threads that came to their turn"),
        less("p50_ns", "median delay, ns"),
        less("p90_ns", "delay that 90% stay below, ns"),
        less("p99_ns", "delay that 99% stay below, ns"),
        less("p999_ns", "delay that 99.9% stay below, ns"),
        less("max_ns", "longest delay, ns"),
    ],
};

/// Threads on a lock or a counter.
#[derive(Clone, Copy, Debug)]
pub struct Threads;

impl Model for Threads {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    /// Where threads take turns, each must have had some.
    fn duration(&self, cell: &Cell) -> Duration {
        Duration::from_millis(match cell.number("threads") {
            0..64 => 200,
            64..1_000 => 300,
            _ => 1_000,
        })
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let padding = cell.number("padding_bytes");
        if padding != PADDING_BYTES && subject != "sharded" {
            return Some("it has no padding".to_owned());
        }
        if ![0, 64, 128, 256].contains(&padding) {
            return Some(format!("padding is 0, 64, 128 or 256 bytes, not {padding}"));
        }
        Pin::refusal(cell.word("pin"))
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        self.run(request, false)
    }
}

impl Threads {
    /// One sample; with `is_serial` of threads that come one after the other, which is no measurement.
    pub(crate) fn run(&self, request: &Request, is_serial: bool) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let make = SUBJECTS.find(subject)?;
        let threads = cell.number("threads").max(1) as usize;
        let pace = Some(cell.number("paced_per_s")).filter(|&n| n > 0).map(Pace::new);
        let pin = Pin::new(cell.word("pin"));
        let width = pin.width();
        if pace.is_some() && threads > width {
            let why = format!("{threads} threads cannot keep a pace on {width} processors");
            return Err(Fault::Skipped(why));
        }
        let crew = Crew { threads, pin, duration: *duration, pace, is_serial };
        let contended = make(cell);
        let usage = || Usage::now().map_err(|error| Fault::Skipped(error.to_string()));
        let before = usage()?;
        let (window, worked) = crew.work(&*contended)?;
        let spent = usage()?.since(&before);
        let operations: u64 = worked.iter().map(|worked| worked.operations).sum();
        if let Some(fault) = contended.fault(operations) {
            return Err(Fault::Wrong(fault));
        }
        let all = Together::of(&worked, window, width);
        // The usage is that of the threads' whole lives, so it is divided by all that they did.
        let per_op = |seconds: f64| seconds * 1e9 / operations.max(1) as f64;
        let window_s = window.duration().as_secs_f64();
        let mut shown = Shown::default();
        shown.set("ops_per_s", all.operations / window_s);
        shown.set("cpu_ns_per_op", per_op(spent.cpu_s()));
        shown.set("user_ns_per_op", per_op(spent.user_s));
        shown.set("system_ns_per_op", per_op(spent.system_s));
        shown.set("voluntary_switches_per_s", spent.voluntary_switches as f64 / window_s);
        shown.set("involuntary_switches_per_s", spent.involuntary_switches as f64 / window_s);
        shown.counted(&spent.counted, operations.max(1) as f64, "op");
        shown.set("jain", all.jain);
        shown.set("min_over_max", all.min_over_max);
        shown.set("longest_gap_ns", all.longest_gap.as_nanos() as f64);
        shown.set("overlap", all.overlap);
        shown.set("at_work", all.at_work);
        if let Some(pace) = &crew.pace {
            shown.delays(&pace.delays());
        }
        if all.overlap < OVERLAP {
            let percent = all.overlap * 100.0;
            shown.complaint =
                Some(format!("the threads were at work together for {percent:.0}% of the time"));
        } else if !all.is_pinned {
            shown.complaint = Some("a thread was not on its processor".to_owned());
        }
        Ok(shown)
    }
}
