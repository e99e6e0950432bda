//! The model `catalogue`: its parameters, its measures, and one sample.

use std::hint::black_box;
use std::thread;

use anyhow::{Result, ensure};

use super::book::{Book, Kind, books};
use super::controls::BytesAlone;
use super::gate::{check_read, check_written};
use super::library::Library;
use super::mrrc::{self, Mrrc};
use super::ours::{self, Ours, encoded};
use crate::bursts::Bursts;
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours as our, peer, words};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject};

static ABOUT: About = About {
    name: "catalogue",
    summary: "The same catalogue records are written into a buffer, or read from one, again and again; \
              making the records, growing the buffer for the first time and the gate are left out.",
    parameters: &[
        words(
            "work",
            "records that are built are written; records are built and written; read one by one; read \
             and kept",
            &["write", "build", "read", "keep"],
        ),
        words("kind", "records of 260 bytes, of 1,600, or as the command makes them", &Kind::WORDS),
        number("records", "records of a burst", 10_000, 1, 1_000_000),
    ],
    measures: &[
        more("records_per_s", "records a second"),
        more("bytes_per_s", "bytes a second"),
        less("cpu_ns_per_record", "processor time of a record, ns"),
        less("allocations_per_record", "allocations for a record"),
        less("cycles_per_record", "cycles of a record, in user mode"),
        less("instructions_per_record", "instructions of a record, in user mode"),
        less("cache_misses_per_record", "misses of the last cache for a record"),
        less("branch_misses_per_record", "branches of a record that were foretold wrongly"),
        neither("bytes_per_record", "bytes of a record"),
    ],
};

type Make = fn(&[Book]) -> Result<Box<dyn Library>>;

static SUBJECTS: Roster<Make> = Roster(&[
    (control("bytes-alone"), |books| Ok(Box::new(BytesAlone::new(books)?))),
    (our("inrush-marc"), |books| Ok(Box::new(Ours::new(books)?))),
    (our(PARALLEL), |_| {
        Ok(Box::new(ours::Parallel(thread::available_parallelism().map_or(1, usize::from))))
    }),
    (peer("mrrc"), |books| Ok(Box::new(Mrrc::new(books)?))),
    (peer(MRRC_PARALLEL), |_| Ok(Box::new(mrrc::Parallel))),
    (broken("forgets-a-field"), |books| Ok(Box::new(ours::Short::new(books)?))),
]);

const PARALLEL: &str = "inrush-marc-parallel";
const MRRC_PARALLEL: &str = "mrrc-parallel";

/// Catalogue records, written and read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Catalogue;

impl Model for Catalogue {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let is_parallel = [PARALLEL, MRRC_PARALLEL].contains(&subject);
        (is_parallel && !reads(cell)).then(|| "it writes with one thread".to_owned())
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, .. } = request;
        let make = SUBJECTS.find(subject)?;
        let books = books(Kind::of(cell.word("kind")), cell.number("records"));
        let library = make(&books).map_err(Fault::wrong)?;
        let file = encoded(&books).map_err(Fault::wrong)?;
        let n_fields: u64 = books.iter().map(|book| book.fields.len() as u64).sum();
        let mut out = Vec::new();
        let mut burst = || -> Result<()> {
            out.clear();
            match cell.word("work") {
                "write" => library.write(&mut out)?,
                "build" => library.build(black_box(&books), &mut out)?,
                work => {
                    let read = if work == "read" { Library::read } else { Library::keep };
                    let found = read(&*library, black_box(&file))?;
                    ensure!(found == n_fields, "{found} fields were read, not {n_fields}");
                }
            }
            black_box(&out);
            Ok(())
        };
        burst().map_err(Fault::wrong)?;

        let bursts = Bursts::of(*duration, burst)?;
        let bytes = if reads(cell) { &file } else { &out };
        let checked = match reads(cell) {
            true => check_read(&*library, &books, bytes),
            false => check_written(&books, bytes),
        };
        checked.map_err(Fault::wrong)?;
        Ok(bursts.shown(books.len(), bytes.len()))
    }
}

fn reads(cell: &Cell) -> bool {
    ["read", "keep"].contains(&cell.word("work"))
}
