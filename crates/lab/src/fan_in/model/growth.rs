//! The model `growth`: its parameters, its measures, and one sample.

use std::time::Duration;

use super::{BATCH_ITEMS, PRODUCERS, ROOM, asked, listed, room_refusal, setting};
use crate::curves::MEMORY;
use crate::fan_in::named::{self, PADDING_BYTES};
use crate::fan_in::{GrowthPlan, Kind};
use crate::model::{About, Model, Request, Shown};
use crate::terms::{less, neither, number};
use crate::{Cell, Fault, Subject};

/// What a batch waits for at most.
const LINGER_US: u64 = 1000;

static ABOUT: About = About {
    name: "growth",
    summary: "Producers push as fast as they can and the consumer rests for a millisecond after each 1,024 \
         items; what counts is by how much the peak memory of the process grew from a quarter to three \
         quarters of the time. Every item is checked, also those that had piled up.",
    parameters: &[number("producers", PRODUCERS, 4, 1, 1_000), ROOM],
    measures: &[
        less("growth_bytes", "what peak memory grew by, bytes"),
        less("early_peak_bytes", "peak memory after a quarter of the time, bytes"),
        less("late_peak_bytes", "peak memory after three quarters, bytes"),
        neither("items", "items delivered in the end"),
        neither("rss_at_05_bytes", "memory after 5% of the time, bytes"),
        neither("rss_at_15_bytes", "memory after 15% of the time, bytes"),
        neither("rss_at_25_bytes", "memory after 25% of the time, bytes"),
        neither("rss_at_35_bytes", "memory after 35% of the time, bytes"),
        neither("rss_at_45_bytes", "memory after 45% of the time, bytes"),
        neither("rss_at_55_bytes", "memory after 55% of the time, bytes"),
        neither("rss_at_65_bytes", "memory after 65% of the time, bytes"),
        neither("rss_at_75_bytes", "memory after 75% of the time, bytes"),
        neither("rss_at_85_bytes", "memory after 85% of the time, bytes"),
        neither("rss_at_95_bytes", "memory after 95% of the time, bytes"),
    ],
};

/// A consumer that is slower than its producers.
#[derive(Clone, Copy, Debug)]
pub struct SlowConsumer;

impl Model for SlowConsumer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        listed(|subject, _| !matches!(subject.kind, Kind::Control | Kind::Task))
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let known = named::find(subject, PADDING_BYTES)?;
        match known.kind {
            Kind::Control => Some("it holds nothing".to_owned()),
            Kind::Task => Some("its producers are tasks".to_owned()),
            _ => room_refusal(cell.number("room"), BATCH_ITEMS),
        }
    }

    fn duration(&self, _: &Cell) -> Duration {
        Duration::from_millis(600)
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let found = named::find(subject, PADDING_BYTES);
        let subject = asked(found, subject)?;
        let gathering = (BATCH_ITEMS, LINGER_US);
        let setting = setting(cell, subject, cell.number("producers"), gathering);
        let growth = (subject.growth)(&GrowthPlan::new(setting, *duration))?;
        let mut shown = Shown::default();
        shown.set("growth_bytes", growth.bytes() as f64);
        shown.set("early_peak_bytes", growth.early_peak_bytes as f64);
        shown.set("late_peak_bytes", growth.late_peak_bytes as f64);
        shown.set("items", growth.items as f64);
        for ((_, measure), bytes) in MEMORY.iter().zip(growth.course_bytes) {
            shown.set(measure, bytes as f64);
        }
        Ok(shown)
    }
}
