//! The model `objects-store`: its parameters, its measures, and one sample.

use std::time::Duration;

use anyhow::Result;
use inrush_dataset::peak_rss_bytes;

use super::senders::{Object, Took};
use super::server::Server;
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject};

static ABOUT: About = About {
    name: "objects-store",
    summary: "One object in parts to an S3 server in the same process, which has a thread and shares the \
         processors; from the first byte to the last answer. No network is in it.",
    parameters: &[
        number("size_bytes", "bytes in the object", 256 << 20, 1, 1 << 40),
        number("part_bytes", "bytes in a part", 8 << 20, 5 << 20, 1 << 30),
        number("in_flight", "parts on their way at once", 16, 1, 1_024),
    ],
    measures: &[
        more("bytes_per_s", "bytes a second"),
        less("peak_rss_bytes", "peak memory, the server's included, bytes"),
        less("wall_s", "time of the object, s"),
        less("cpu_s", "processor time, the server's included, s"),
        neither("parts", "parts that came in"),
        neither("bytes", "bytes that came in"),
    ],
};

type Send = fn(Object, &Server) -> Result<Took>;

static SUBJECTS: Roster<Send> = Roster(&[
    (control("raw-parts"), Object::by_client),
    (ours("object-store"), Object::by_sink),
    (broken("forgets-a-chunk"), Object::forgetfully),
]);

/// An object to a store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObjectsStore;

impl Model for ObjectsStore {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        let parts = cell.number("size_bytes").div_ceil(cell.number("part_bytes").max(1));
        (parts > 10_000).then(|| format!("an object has 10,000 parts at most, not {parts}"))
    }

    /// About what the work takes: the object is sent once, whatever time it is given.
    fn duration(&self, cell: &Cell) -> Duration {
        Duration::from_nanos(cell.number("size_bytes"))
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, .. } = request;
        let send = SUBJECTS.find(subject)?;
        let object = Object::new(cell);
        let server = Server::start().map_err(Fault::skipped)?;
        let (wall_s, cpu_s) = send(object, &server).map_err(Fault::wrong)?;
        let mut shown = Shown::default();
        if let Some(peak) = peak_rss_bytes() {
            shown.count("peak_rss_bytes", peak);
        }
        let parts = server.check(object.bytes).map_err(Fault::wrong)?;
        shown.set("bytes_per_s", object.bytes as f64 / wall_s);
        shown.set("wall_s", wall_s);
        shown.set("cpu_s", cpu_s);
        shown.count("parts", parts);
        shown.count("bytes", object.bytes);
        Ok(shown)
    }
}
