//! The model `python`: its parameters, its measures, and one sample.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::gate::{self, Leaves};
use super::interpreter::Interpreter;
use super::laps::Laps;
use crate::catalogue::{Book, Kind, books, encoded};
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours, peer, words};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject, tmpfs};

/// The script of a sample, and what it imports from beside it.
const SCRIPTS: [(&str, &str); 2] =
    [(SCRIPT, include_str!("sample.py")), ("libraries.py", include_str!("libraries.py"))];
const SCRIPT: &str = "sample.py";

static ABOUT: About = About {
    name: "python",
    summary: "An interpreter writes the same catalogue records again and again, by a writer that is made, \
              handed all of them, and closed; its start, reading the records, removing files and the \
              gate are left out, and so is starting threads, unless they are fresh.",
    parameters: &[
        words(
            "target",
            "memory of Python's, an object that keeps nothing, a file in memory, a file in the folder of \
             the run",
            &["memory", "nowhere", "tmpfs", "disk"],
        ),
        words("kind", "records of 260 bytes, of 1,600, or as the command makes them", &Kind::WORDS),
        number(
            "records",
            "records that each thread writes to a target of its own",
            10_000,
            1,
            1_000_000,
        ),
        number("threads", "how many threads write", 1, 1, 64),
        words(
            "crew",
            "threads that are there before the clock starts, or started by it for each job",
            &["kept", "fresh"],
        ),
    ],
    measures: &[
        more("records_per_s", "records a second"),
        less("us_per_record", "time for a record, us"),
        less("wall_ms", "time of a job of every thread, ms"),
        more("speedup", "the same work in turn, over all threads at once"),
        more("one_over_all", "one file alone, over those of all threads at once"),
        less("cpu_us_per_record", "processor time of a record, us"),
        less("spread_percent", "the most less the least of ten jobs, % of their mean"),
        neither("overlap", "share of the time in which all threads were at work"),
        neither("bytes_per_record", "bytes of a record"),
    ],
};

static SUBJECTS: Roster<Leaves> = Roster(&[
    (control("loop-alone"), Leaves::Nothing),
    (control("bytes-alone"), Leaves::Records),
    (ours("inrush-one"), Leaves::Records),
    (ours("inrush-many"), Leaves::Records),
    (ours("inrush-encode"), Leaves::Records),
    (peer("three-phase"), Leaves::Records),
    (peer("mrrc"), Leaves::Records),
    (peer("pymarc"), Leaves::Records),
    (broken("inrush-drops-one"), Leaves::Records),
]);

/// Catalogue records, written by Python.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Python;

/// What the script is asked.
#[derive(Debug, Serialize)]
struct Asked<'a> {
    subject: &'a str,
    records: &'a Path,
    n_records: u64,
    target: &'a str,
    folder: &'a Path,
    threads: u64,
    crew: &'a str,
    duration_ns: u64,
}

/// What it answers.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Said {
    Missing { missing: String, why: String },
    Took(Laps),
}

impl Model for Python {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        if cell.number("threads") == 1 && cell.word("crew") == "fresh" {
            return Some(
                "one thread is the interpreter's own, and there from the beginning".to_owned(),
            );
        }
        (cell.word("target") == "tmpfs").then(tmpfs::absence).flatten()
    }

    fn lacks(&self) -> Option<String> {
        let interpreter = Interpreter::here();
        if interpreter.says("").is_none() {
            return Some(interpreter.absence());
        }
        let has = interpreter.says("import inrush").is_some();
        (!has).then(|| interpreter.lack("inrush", "is not there"))
    }

    fn duration(&self, _: &Cell) -> Duration {
        Duration::from_millis(400)
    }

    fn writes(&self) -> bool {
        true
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, folder, .. } = request;
        let leaves = SUBJECTS.find(subject)?;
        let folder = folder.as_deref();
        let folder = folder.ok_or_else(|| Fault::Skipped("it needs a folder".to_owned()))?;
        let books = books(Kind::of(cell.word("kind")), cell.number("records"));
        let records = folder.join("records.mrc");
        lay_out(folder, &records, &books).map_err(Fault::skipped)?;
        let in_memory;
        let place = if cell.word("target") == "tmpfs" {
            in_memory = tmpfs::folder().map_err(Fault::skipped)?;
            in_memory.path().to_owned()
        } else {
            let place = folder.join("written");
            fs::create_dir(&place).context("make a folder").map_err(Fault::skipped)?;
            place
        };
        let asked = Asked {
            subject,
            records: &records,
            n_records: cell.number("records"),
            target: cell.word("target"),
            folder: &place,
            threads: cell.number("threads"),
            crew: cell.word("crew"),
            duration_ns: duration.as_nanos() as u64,
        };
        let interpreter = Interpreter::here();
        let laps = match interpreter.ask(&folder.join(SCRIPT), &asked)? {
            Said::Took(laps) => laps,
            Said::Missing { missing, why } => {
                return Err(Fault::Skipped(interpreter.lack(&missing, &why)));
            }
        };
        let read = |path| fs::read(path).context("read what was written");
        let proofs = laps.written.iter().map(read).collect::<Result<Vec<_>>>();
        let proofs = proofs.map_err(Fault::skipped)?;
        gate::check(leaves, &books, &proofs, asked.threads, &laps.lengths).map_err(Fault::wrong)?;
        let bytes = proofs.first().map_or(0, Vec::len) as u64;
        Ok(laps.shown(asked.n_records, asked.threads, bytes))
    }
}

/// Puts the records and the scripts where the interpreter finds them.
fn lay_out(folder: &Path, records: &Path, books: &[Book]) -> Result<()> {
    fs::write(records, encoded(books)?).context("write the records")?;
    for (name, text) in SCRIPTS {
        fs::write(folder.join(name), text).with_context(|| format!("write `{name}`"))?;
    }
    Ok(())
}
