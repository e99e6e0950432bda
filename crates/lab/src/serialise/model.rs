//! The model `serialise`: its parameters, its measures, and one sample.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::fixed::{Copied, Fixed, Flipped, Short};
use super::form::Form;
use super::record::Record;
use super::text::{Csv, Json, JsonString};
use crate::allocations::allocations;
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours, peer};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject, Usage};

static ABOUT: About = About {
    name: "serialise",
    summary: "One thread puts the same records into a buffer again and again; making the records, growing the \
         buffer for the first time and reading it back are left out.",
    parameters: &[
        number("records", "records of a burst, which go into one buffer", 1_000, 1, 1_000_000),
        number("data_bytes", "bytes of data in a record, beside its two numbers", 16, 1, 65_536),
    ],
    measures: &[
        more("records_per_s", "records a second"),
        more("bytes_per_s", "bytes a second"),
        less("cpu_ns_per_record", "processor time of a record, ns"),
        less("bytes_per_record", "bytes of a record"),
        less("cycles_per_record", "cycles of a record, in user mode"),
        less("instructions_per_record", "instructions of a record, in user mode"),
        less("cache_misses_per_record", "misses of the last cache for a record"),
        less("branch_misses_per_record", "branches of a record that were foretold wrongly"),
        neither("allocations_per_record", "allocations for a record"),
    ],
};

type Make = fn(&[Record], usize) -> Result<Box<dyn Form>>;

static SUBJECTS: Roster<Make> = Roster(&[
    (control("copy"), |records, data_bytes| Ok(Box::new(Copied::new(records, data_bytes)?))),
    (ours("fixed-binary"), |_, _| Ok(Box::new(Fixed))),
    (peer("serde-json"), |_, _| Ok(Box::new(Json))),
    (peer("serde-json-string"), |_, _| Ok(Box::new(JsonString))),
    (peer("csv"), |_, _| Ok(Box::new(Csv))),
    (broken("flips-a-bit"), |_, _| Ok(Box::new(Flipped))),
    (broken("forgets-a-record"), |_, _| Ok(Box::new(Short))),
]);

/// Records as bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Serialise;

impl Model for Serialise {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        let bytes = cell.number("records") * cell.number("data_bytes");
        (bytes > 1 << 30).then(|| format!("a burst of {bytes} bytes of data has no room"))
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let make = SUBJECTS.find(subject)?;
        let data_bytes = cell.number("data_bytes") as usize;
        let records = Record::some(cell.number("records") as usize, data_bytes);
        let form = make(&records, data_bytes).map_err(Fault::wrong)?;
        let mut bytes = Vec::new();
        form.write(&records, &mut bytes).map_err(Fault::wrong)?;

        let usage = || Usage::now().context("read the usage").map_err(Fault::skipped);
        let (before, allocated) = (usage()?, allocations());
        let started = Instant::now();
        let mut bursts = 0;
        let took = loop {
            bytes.clear();
            form.write(black_box(&records), &mut bytes).map_err(Fault::wrong)?;
            black_box(&bytes);
            bursts += 1;
            let took = started.elapsed();
            if took >= *duration {
                break took;
            }
        };
        let allocated = allocations().zip(allocated).map(|(after, before)| after - before);
        let spent = usage()?.since(&before);
        check(&*form, &records, &bytes, data_bytes).map_err(Fault::wrong)?;

        let (n, took_s) = (bursts as f64 * records.len() as f64, took.as_secs_f64());
        let mut shown = Shown::default();
        shown.set("records_per_s", n / took_s);
        shown.set("bytes_per_s", bursts as f64 * bytes.len() as f64 / took_s);
        shown.set("cpu_ns_per_record", spent.cpu_s() * 1e9 / n);
        shown.counted(&spent.counted, n, "record");
        shown.set("bytes_per_record", bytes.len() as f64 / records.len() as f64);
        if let Some(allocated) = allocated {
            shown.set("allocations_per_record", allocated as f64 / n);
        }
        Ok(shown)
    }
}

/// What was written is what it was made of.
fn check(form: &dyn Form, records: &[Record], bytes: &[u8], data_bytes: usize) -> Result<()> {
    let found = form.read(bytes, data_bytes).context("what was written cannot be read")?;
    ensure!(found.len() == records.len(), "{} of {} records", found.len(), records.len());
    for (i, (found, record)) in found.iter().zip(records).enumerate() {
        ensure!(found == record, "record {i} is {found:?}, not {record:?}");
    }
    Ok(())
}
