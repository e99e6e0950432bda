//! The model `paced`: its parameters, its measures, and one sample.

use std::time::Duration;

use super::{BATCH_ITEMS, asked, listed, setting};
use crate::fan_in::PacedPlan;
use crate::fan_in::named::{self, PADDING_BYTES, UNBOUNDED};
use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, neither, number};
use crate::{Cell, Fault, Role, Subject};

static ABOUT: About = About {
    name: "paced",
    summary: "Producers push items at set times, as from a source that waits for nobody; an item's delay is from \
         when it was to be pushed to its delivery, so what a stall holds up is late as well. Every item is \
         checked. Producers do not sleep between two items, and have a processor each, as the consumer has.",
    parameters: &[
        number("paced_per_s", "items a second, of all producers together", 100_000, 1, 100_000_000),
        number("producers", "how many threads push", 1, 1, 1_024),
        number("linger_us", "how long an item waits for others", 0, 0, 1_000_000),
    ],
    measures: &[
        less("p50_ns", "median delay, ns"),
        less("p90_ns", "delay that 90% stay below, ns"),
        less("p99_ns", "delay that 99% stay below, ns"),
        less("p999_ns", "delay that 99.9% stay below, ns"),
        less("max_ns", "longest delay, ns"),
        neither("delivered_per_s", "items a second that were delivered"),
        less("cpu_ns_per_item", "processor time of an item, waiting for its time included, ns"),
        neither("pinned", "whether threads were where the cell wants them"),
    ],
};

/// Items that come at a steady pace.
#[derive(Clone, Copy, Debug)]
pub struct PacedItems;

impl Model for PacedItems {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        listed(|subject, role| {
            role == Role::Broken || subject.delivers_alone() && subject.name != UNBOUNDED
        })
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let known = named::find(subject, PADDING_BYTES)?;
        if !known.delivers_alone() {
            return Some("an item of it waits for others, or its producers are tasks".to_owned());
        }
        (cell.number("linger_us") > 0 && !known.gathers).then(|| "it has no linger".to_owned())
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let subject = asked(named::find(subject, PADDING_BYTES), subject)?;
        let gathering = (BATCH_ITEMS, cell.number("linger_us"));
        let setting = setting(cell, subject, cell.number("producers"), gathering);
        let items_per_s = cell.number("paced_per_s").max(1) as f64;
        // A hundred items at the least, or percentiles mean nothing.
        let duration = (*duration).max(Duration::from_secs_f64(100.0 / items_per_s));
        let paced = (subject.paced)(&PacedPlan::new(setting, items_per_s, duration))?;
        let mut shown = Shown::default();
        shown.delays(&paced.delays_ns);
        shown.set("delivered_per_s", paced.items as f64 / paced.wall_s);
        shown.set("cpu_ns_per_item", paced.usage.cpu_s() * 1e9 / paced.items.max(1) as f64);
        shown.set("pinned", f64::from(paced.is_pinned));
        Ok(shown)
    }
}
