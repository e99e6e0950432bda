//! The model `fan-in`: its parameters, its measures, and one sample.

use std::time::Duration;

use super::{BATCH_ITEMS, PRODUCERS, ROOM, asked, listed, room_refusal, setting};
use crate::fan_in::named::{self, PADDED, PADDING_BYTES, UNBOUNDED};
use crate::fan_in::{FlowPlan, Kind, Placement};
use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, more, neither, number, words};
use crate::{Cell, Fault, Subject};

/// What a batch waits for at most, where a cell does not say.
const LINGER_US: u64 = 1000;
/// Producers from which on each gets its turn now and then only.
const MANY: u64 = 64;

static ABOUT: About = About {
    name: "fan-in",
    summary: "Producers push items of 8 bytes as fast as they can, until a time is over; the clock runs from \
         when all have pushed one and are let go to the delivery of the last, and not while threads \
         start. Every item is checked.",
    parameters: &[
        number("producers", PRODUCERS, 1, 1, 60_000),
        words(
            "placement",
            "threads beside the consumer's processor, threads on all, or tasks on as many threads as \
         there are processors",
            &["apart", "spread", "tasks"],
        ),
        number("batch_items", "items of a batch at most", BATCH_ITEMS, 1, 1 << 20),
        ROOM,
        number("linger_us", "how long an item waits for others", LINGER_US, 0, 10_000_000),
        number("padding_bytes", "padding of a slot batcher's counters", PADDING_BYTES, 0, 256),
    ],
    measures: &[
        more("items_per_s", "items a second"),
        less("cpu_ns_per_item", "processor time of an item, ns"),
        neither("user_ns_per_item", "of which in user mode, ns"),
        neither("system_ns_per_item", "of which in the kernel, ns"),
        neither("voluntary_switches_per_s", "switches because a thread waits, 1/s"),
        neither("involuntary_switches_per_s", "switches because a turn is over, 1/s"),
        more("jain", "fairness (Jain's index)"),
        more("min_over_max", "least over most items of a producer"),
        neither("overlap", "share of the time in which all were at work"),
        less("allocations_per_s", "allocations a second, once all run"),
        less("cycles_per_item", "cycles of an item, in user mode"),
        less("instructions_per_item", "instructions of an item, in user mode"),
        less("cache_misses_per_item", "misses of the last cache for an item"),
        less("branch_misses_per_item", "branches of an item that were foretold wrongly"),
        neither("pinned", "whether threads were where the cell wants them"),
    ],
};

/// Many producers and one consumer, all as fast as they can.
#[derive(Clone, Copy, Debug)]
pub struct ManyToOne;

impl Model for ManyToOne {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        listed(|subject, _| subject.name != UNBOUNDED)
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let padding = cell.number("padding_bytes");
        let Some(known) = named::find(subject, padding) else {
            return (subject == PADDED)
                .then(|| format!("padding is 0, 64, 128 or 256 bytes, not {padding}"));
        };
        let has_no = |what: &str| Some(format!("it has no {what}"));
        match (placement(cell), known.kind) {
            _ if subject == UNBOUNDED => return has_no("bound, and would end with the memory"),
            (Placement::Tasks, Kind::Task) => {}
            (Placement::Tasks, _) => return Some("its producers are threads".to_owned()),
            (_, Kind::Task) => return Some("its producers are tasks".to_owned()),
            (Placement::Spread, Kind::Handle) => {
                return Some("it has a place for each producer, of which there are few".to_owned());
            }
            _ => {}
        }
        if padding != PADDING_BYTES && subject != PADDED {
            return has_no("padding");
        }
        let (batch_items, linger_us) = gathering(cell);
        if !known.gathers && batch_items != BATCH_ITEMS {
            return has_no("batches");
        }
        if !known.gathers && linger_us != LINGER_US {
            return has_no("linger");
        }
        if known.kind == Kind::Control && cell.number("room") != 0 {
            return has_no("room");
        }
        room_refusal(cell.number("room"), batch_items)
    }

    /// Where threads take turns, each must have had many.
    fn duration(&self, cell: &Cell) -> Duration {
        Duration::from_millis(match (cell.number("producers"), placement(cell)) {
            (0..MANY, _) => 200,
            (MANY..1_000, _) => 300,
            (_, Placement::Tasks) | (1_000..5_000, _) => 1_000,
            _ => 6_000,
        })
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let found = named::find(subject, cell.number("padding_bytes"));
        let subject = asked(found, subject)?;
        let setting = setting(cell, subject, cell.number("producers"), gathering(cell));
        let flow = (subject.flow)(&FlowPlan::new(setting, placement(cell), *duration))?;
        let (items, usage) = (flow.items.max(1) as f64, &flow.usage);
        let per_item = |seconds: f64| seconds * 1e9 / items;
        let mut shown = Shown::default();
        shown.set("items_per_s", flow.items as f64 / flow.wall_s);
        shown.set("cpu_ns_per_item", per_item(usage.cpu_s()));
        shown.set("user_ns_per_item", per_item(usage.user_s));
        shown.set("system_ns_per_item", per_item(usage.system_s));
        shown.set("voluntary_switches_per_s", usage.voluntary_switches as f64 / flow.wall_s);
        shown.set("involuntary_switches_per_s", usage.involuntary_switches as f64 / flow.wall_s);
        shown.counted(&usage.counted, items, "item");
        shown.set("jain", flow.jain);
        shown.set("min_over_max", flow.min_over_max);
        shown.set("overlap", flow.overlap);
        if let Some(allocations) = flow.allocations {
            // They are counted in the middle half.
            shown.set("allocations_per_s", allocations as f64 / (duration.as_secs_f64() / 2.0));
        }
        shown.set("pinned", f64::from(flow.is_pinned));
        shown.complaint = flow.rejection();
        Ok(shown)
    }
}

/// The items of a batch, and what it waits for at most.
fn gathering(cell: &Cell) -> (u64, u64) {
    (cell.number("batch_items"), cell.number("linger_us"))
}

fn placement(cell: &Cell) -> Placement {
    cell.word("placement").parse().unwrap_or(Placement::Apart)
}
