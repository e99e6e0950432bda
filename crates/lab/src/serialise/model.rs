//! The model `serialise`: its parameters, its measures, and one sample.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};

use super::fixed::{Copied, Fixed, Flipped, Short};
use super::form::Form;
use super::record::Record;
use super::text::{Csv, Json, JsonString};
use crate::bursts::Bursts;
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours, peer};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject};

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

        let bursts = Bursts::of(*duration, || {
            bytes.clear();
            form.write(black_box(&records), &mut bytes)?;
            black_box(&bytes);
            Ok(())
        })?;
        check(&*form, &records, &bytes, data_bytes).map_err(Fault::wrong)?;
        Ok(bursts.shown(records.len(), bytes.len()))
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
