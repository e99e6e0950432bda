//! The model `fill`: its parameters, its measures, and one sample.

use std::thread;
use std::time::Duration;

use super::{BYTES_PER_S, CPU_S_PER_GB, OVERLAP, listed, overlapped, shown};
use crate::bytes::broken::Forgetful;
use crate::bytes::subject::{Generate, Setting, rate_and_overlap};
use crate::bytes::{Kind, Subject as Measured};
use crate::model::{About, Model, Request, Shown};
use crate::terms::{number, words};
use crate::{Cell, Fault, Role, Subject};

/// A buffer of this size takes long to fill.
const LONG: u64 = 1 << 30;
/// A larger buffer on each processor would be much memory.
const LARGEST_OF_ALL: u64 = 64 << 20;
/// The subject that leaves a byte out.
const FORGETFUL: &str = "forgetful";

static ABOUT: About = About {
    name: "fill",
    summary: "A thread fills one buffer again and again with what comes next, or a thread on each processor its \
         own; the buffer was filled once before, so its pages are there. What the last one holds is \
         checked.",
    parameters: &[
        number("chunk_bytes", "the size of a buffer", 256 << 10, 1, 4 << 30),
        words("processors", "one thread, or one on each processor", &["one", "all"]),
    ],
    measures: &[BYTES_PER_S, CPU_S_PER_GB, OVERLAP],
};

/// A buffer that is filled again and again.
#[derive(Clone, Copy, Debug)]
pub struct Fill;

impl Model for Fill {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        let broken = Subject { name: FORGETFUL, role: Role::Broken };
        listed(|subject| subject.kind != Kind::Job).chain([broken]).collect()
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let kind = Measured::find(subject).map(|subject| subject.kind);
        let is_all = cell.word("processors") == "all";
        match kind {
            Some(Kind::Job) => Some("it writes files".to_owned()),
            Some(Kind::Variant) if is_all => {
                Some("what it differs in does not depend on the number of threads".to_owned())
            }
            _ if is_all && cell.number("chunk_bytes") > LARGEST_OF_ALL => {
                Some(format!("a buffer on each processor has {} MiB at most", LARGEST_OF_ALL >> 20))
            }
            _ => None,
        }
    }

    fn duration(&self, cell: &Cell) -> Duration {
        let is_long = cell.number("chunk_bytes") >= LONG;
        Duration::from_millis(if is_long { 1_000 } else { 200 })
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let chunk_bytes = cell.number("chunk_bytes").max(1);
        let threads = match cell.word("processors") {
            "all" => thread::available_parallelism().map_or(1, usize::from),
            _ => 1,
        };
        let settings = (0..threads as u64).map(|thread| Setting::new(chunk_bytes as usize, thread));
        let made: Option<Vec<_>> = settings.map(|setting| make(subject, &setting)).collect();
        let made = made.ok_or_else(|| {
            Fault::Skipped(format!("no subject `{subject}`, or not on this processor"))
        })?;
        let (rate, overlap) =
            rate_and_overlap(made, chunk_bytes as usize, *duration).map_err(Fault::wrong)?;
        // With the one that each thread filled beforehand.
        let mut shown = shown(&rate, rate.bytes + threads as u64 * chunk_bytes);
        overlapped(&mut shown, overlap.all_at_work, "the threads");
        Ok(shown)
    }
}

fn make(subject: &str, setting: &Setting) -> Option<Box<dyn Generate>> {
    match subject {
        FORGETFUL => Some(Forgetful::new()),
        _ => Measured::find(subject).and_then(|subject| (subject.make)(setting)),
    }
}
