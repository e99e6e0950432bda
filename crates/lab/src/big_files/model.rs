//! The model `big-files`: its parameters, its measures, and one sample.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use inrush_dataset::peak_rss_bytes;

use super::ways::{FILL, NO_DIRECT};
use super::{gate, ways};
use crate::process::timed;
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject, Usage};

static ABOUT: About = About {
    name: "big-files",
    summary: "One new file, from its creation to its name, in chunks of 256 KiB; what the system writes back \
         to the disk later is left out. `dd` is a program of its own, whose start counts and whose \
         memory does not.",
    parameters: &[number(
        "size_bytes",
        "bytes in the file, in whole MiB",
        256 << 20,
        1 << 20,
        1 << 40,
    )],
    measures: &[
        more("bytes_per_s", "bytes a second"),
        less("wall_s", "time of the file, s"),
        less("cpu_s", "processor time of the file, s"),
        less("peak_rss_bytes", "peak memory, bytes"),
        neither("bytes", "bytes in the file"),
    ],
};

/// How a subject writes, and what its file must be.
#[derive(Clone, Copy)]
struct Way {
    write: fn(u64, &Path) -> Result<()>,
    check: fn(u64, &Path) -> Result<()>,
    /// Whether another program does it.
    is_foreign: bool,
}

const fn sink(write: fn(u64, &Path) -> Result<()>) -> Way {
    let check = |bytes, folder: &Path| gate::is_full_of(FILL, bytes, folder);
    Way { write, check, is_foreign: false }
}

const fn job(write: fn(u64, &Path) -> Result<()>) -> Way {
    Way { write, check: gate::is_of_job, is_foreign: false }
}

const fn dd(write: fn(u64, &Path) -> Result<()>) -> Way {
    let check = |bytes, folder: &Path| gate::is_full_of(0, bytes, folder);
    Way { write, check, is_foreign: true }
}

static SUBJECTS: Roster<Way> = Roster(&[
    (control("dd"), dd(ways::dd)),
    (control("dd-direct"), dd(ways::dd_direct)),
    (ours("file"), sink(ways::file)),
    (ours("direct"), sink(ways::direct)),
    (ours("inrush-bytes"), job(ways::job)),
    (ours("inrush-bytes-direct"), job(ways::job_direct)),
    (broken("stops-early"), sink(ways::stops_early)),
    (broken("skips-a-chunk"), sink(ways::skips_a_chunk)),
]);

/// One large file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BigFiles;

impl Model for BigFiles {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        let bytes = cell.number("size_bytes");
        (!bytes.is_multiple_of(1 << 20)).then(|| format!("{bytes} bytes are no whole MiB"))
    }

    /// About what the work takes: the file is written once, whatever time it is given.
    fn duration(&self, cell: &Cell) -> Duration {
        Duration::from_nanos(cell.number("size_bytes"))
    }

    fn writes(&self) -> bool {
        true
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, folder, .. } = request;
        let way = SUBJECTS.find(subject)?;
        let folder = folder.as_deref();
        let folder = folder.ok_or_else(|| Fault::Skipped("it needs a folder".to_owned()))?;
        let bytes = cell.number("size_bytes");
        let of_children = || Usage::of_children().context("read the usage").map_err(Fault::skipped);
        let before = of_children()?;
        let done = timed(|| (way.write)(bytes, folder));
        let ((), wall_s, cpu_s) = done.map_err(|error| {
            // `dd` does not say why it failed.
            let is_missing = way.is_foreign || error.to_string() == NO_DIRECT;
            if is_missing { Fault::skipped(error) } else { Fault::wrong(error) }
        })?;
        let cpu_s = cpu_s + of_children()?.since(&before).cpu_s();
        let peak = peak_rss_bytes().filter(|_| !way.is_foreign);
        (way.check)(bytes, folder).map_err(Fault::wrong)?;
        let mut shown = Shown::default();
        shown.set("bytes_per_s", bytes as f64 / wall_s);
        shown.set("wall_s", wall_s);
        shown.set("cpu_s", cpu_s);
        if let Some(peak) = peak {
            shown.count("peak_rss_bytes", peak);
        }
        shown.count("bytes", bytes);
        Ok(shown)
    }
}
