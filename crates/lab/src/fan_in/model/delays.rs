//! The model `delays`: its parameters, its measures, and one sample.

use std::time::Duration;

use super::{BATCH_ITEMS, asked, listed, setting};
use crate::curves::delays_in_ns;
use crate::fan_in::named::{self, PADDING_BYTES, UNBOUNDED};
use crate::fan_in::{DelayPlan, Subject as Measured};
use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, neither, number};
use crate::{Cell, Fault, Role, Subject};

/// The one broken subject that an item alone can show.
const REPEATING: &str = "repeating";

static ABOUT: About = About {
    name: "delays",
    summary: "One producer sleeps, pushes an item and waits until it is delivered; its delay is the time from \
         before the push to the delivery. Nothing else runs, so no item waits behind another one.",
    parameters: &[
        number("distance_us", "from one item to the next", 10_000, 100, 1_000_000),
        number(
            "linger_us",
            "how long an item waits for others; 0: what is left is the way to a consumer that sleeps",
            0,
            0,
            1_000_000,
        ),
    ],
    measures: &[
        less("p50_ns", "median delay, ns"),
        less("p90_ns", "delay that 90% stay below, ns"),
        less("p99_ns", "delay that 99% stay below, ns"),
        less("p999_ns", "delay that 99.9% stay below, ns"),
        less("max_ns", "longest delay, ns"),
        less("busy_fraction", "processor time, as a share of one processor"),
        neither("pinned", "whether threads were where the cell wants them"),
    ],
};

/// Items that come alone.
#[derive(Clone, Copy, Debug)]
pub struct Delays;

impl Model for Delays {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        listed(is_asked)
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let known = named::find(subject, PADDING_BYTES)?;
        if !known.delivers_alone() {
            return Some("an item of it waits for others, or its producers are tasks".to_owned());
        }
        (cell.number("linger_us") > 0 && !known.gathers).then(|| "it has no linger".to_owned())
    }

    fn duration(&self, _: &Cell) -> Duration {
        Duration::from_secs(1)
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let found = named::find(subject, PADDING_BYTES);
        let subject = asked(found, subject)?;
        let linger_us = cell.number("linger_us");
        let setting = setting(cell, subject, 1, (BATCH_ITEMS, linger_us));
        let distance = Duration::from_micros(cell.number("distance_us").max(1));
        let each = distance + setting.linger;
        let items = (duration.as_secs_f64() / each.as_secs_f64()).max(2.0) as u64;
        let delay = (subject.delay)(&DelayPlan { setting, distance, items })?;
        let mut delays = delays_in_ns();
        delay.delays_ns.iter().for_each(|&ns| delays.saturating_record(ns));
        let mut shown = Shown::default();
        shown.delays(&delays);
        shown.set("busy_fraction", delay.busy_fraction);
        shown.set("pinned", f64::from(delay.is_pinned));
        Ok(shown)
    }
}

fn is_asked(subject: &Measured, role: Role) -> bool {
    match role {
        Role::Broken => subject.name == REPEATING,
        _ => subject.delivers_alone() && subject.name != UNBOUNDED,
    }
}
