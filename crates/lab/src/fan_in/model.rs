//! The models of this question: items a second, delays, and what memory grows by.

mod delays;
mod flow;
mod growth;
mod paced;

use std::time::Duration;

pub use delays::Delays;
pub use flow::ManyToOne;
pub use growth::SlowConsumer;
pub use paced::PacedItems;

use super::{Setting, Subject, named};
use crate::terms::number;
use crate::{Cell, Fault, Parameter};

const PRODUCERS: &str = "how many producers";
const ROOM: Parameter = number(
    "room",
    "the items for which there is room in all, a power of two; 0: what the subject is faster with",
    0,
    0,
    1 << 24,
);

/// The items of a batch, where a cell does not say.
const BATCH_ITEMS: u64 = 1024;

/// How a cell starts a subject, with batches of so many items that wait so long.
fn setting(
    cell: &Cell,
    subject: &Subject,
    producers: u64,
    (batch_items, linger_us): (u64, u64),
) -> Setting {
    let room = match cell.number("room") {
        0 => subject.room,
        room => room as usize,
    };
    let setting = Setting::new(producers.max(1) as usize, room).with_batch(batch_items as usize);
    Setting { linger: Duration::from_micros(linger_us), ..setting }
}

/// Why there cannot be this room.
fn room_refusal(room: u64, batch_items: u64) -> Option<String> {
    let least = batch_items.max(BATCH_ITEMS);
    match room {
        0 => None,
        _ if !room.is_power_of_two() => Some(format!("room is a power of two, not {room}")),
        _ if room < least => Some(format!("there is room for {least} items at least")),
        _ => None,
    }
}

/// The subject that a request names.
fn asked(subject: Option<&'static Subject>, name: &str) -> Result<&'static Subject, Fault> {
    subject.ok_or_else(|| Fault::Skipped(format!("no subject `{name}`")))
}

/// All subjects that may be asked, as a model names them.
fn listed(asks: impl Fn(&Subject, crate::Role) -> bool) -> Vec<crate::Subject> {
    named::all()
        .filter(|&(subject, role)| asks(subject, role))
        .map(|(subject, role)| crate::Subject { name: subject.name, role })
        .collect()
}
