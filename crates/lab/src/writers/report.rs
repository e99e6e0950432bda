//! Summaries as a person reads them.

use super::{Cell, Rate, SUBJECTS};
use crate::survey::{self, Report};
use crate::{Machine, Place, figures, grouped, ratio_with_interval, with_interval};

/// Where documents cite the tables.
pub const PLACE: Place =
    Place { name: "writers", command: "cargo bench -p inrush-lab --bench writers" };

const QUESTION: &str = "What does it cost to write many files, or large ones, beside the bare \
system calls?";

const LEGEND: &str = "Medians with their 95% bootstrap intervals; each sample is a process of its \
own, and every file was read back. All subjects of a table have as many threads. `raw-loop` is \
`openat` relative to the folder, `write` and `close`, and nothing else.";

const OBJECT_LEGEND: &str = "An object to an S3 server in the same process that reads and forgets \
it, in 16 parts of 8 MiB at a time, gigabytes a second, and times `raw-parts`, which sends parts that \
are there already:";

type Summaries<'a> = survey::Summaries<'a, Cell, Rate>;

/// A table, if it has rows, and the line over it.
type Titled = (&'static str, Option<String>);

/// All tables that have rows, each under a line that says what it is.
pub(super) fn tables(summaries: &Summaries<'_>) -> String {
    let new = summaries.cells(|cell| matches!(cell, Cell::Tmpfs(_)));
    let other = summaries.cells(|cell| matches!(cell, Cell::Single(_) | Cell::Old(_)));
    let disk = summaries.cells(|cell| matches!(cell, Cell::Disk(_)));
    let parts: [Titled; 10] = [
        ("New files of 12 bytes in memory, microseconds a file:", times(summaries, &new)),
        ("Times `raw-loop`:", ratios(summaries, &new)),
        ("By one thread, and files that are there already:", times(summaries, &other)),
        ("Times `raw-loop`:", ratios(summaries, &other)),
        ("What retries cost where nothing fails, times `file-set-no-retry`:", retries(summaries)),
        ("New files of 12 bytes on the disk, microseconds a file:", times(summaries, &disk)),
        ("Times `raw-loop`:", ratios(summaries, &disk)),
        ("One write in twenty fails once, milliseconds for all files:", faulty(summaries)),
        ("Large files on the disk, gigabytes a second, and times `dd`:", large(summaries)),
        (OBJECT_LEGEND, objects(summaries)),
    ];
    let parts = parts.into_iter();
    let parts: Vec<String> =
        parts.filter_map(|(title, table)| Some(format!("{title}\n\n{}", table?))).collect();
    parts.join("\n")
}

/// What documents cite.
pub(super) fn block(summaries: &Summaries<'_>, machine: &Machine, record: Option<&str>) -> String {
    let tables = tables(summaries);
    format!("{tables}\n{LEGEND}\n\n{}", machine.provenance(summaries.n_rejected(), record))
}

/// The whole `report.md`.
pub(super) fn report(summaries: &Summaries<'_>, machine: &Machine, n_damaged: usize) -> String {
    let frame = Report { title: "Writers", question: QUESTION, legend: LEGEND, place: PLACE };
    let said = (&*answer(summaries), &*tables(summaries));
    frame.text(said, summaries, machine, n_damaged)
}

/// Ours over the bare calls, at the size of the report that the question goes back to.
fn answer(summaries: &Summaries<'_>) -> String {
    let cell = Cell::Tmpfs(5_000);
    let time = summaries.estimate(cell, "file-set", Rate::us_per_file);
    let ratio = summaries.ratio((cell, "file-set"), (cell, "raw-loop"), Rate::us_per_file);
    match (time, ratio) {
        (Some(time), Some(ratio)) => format!(
            "5,000 new files in memory take {} ms, {} times the bare system calls.",
            figures(time.value * 5.0),
            figures(ratio.value)
        ),
        _ => "There are no samples to tell by.".to_owned(),
    }
}

/// Over the column of a cell.
fn head(cell: &Cell) -> String {
    match *cell {
        Cell::Single(files) => format!("{}, one thread:", grouped(files)),
        Cell::Old(files) => format!("{}, there already:", grouped(files)),
        Cell::Tmpfs(files) | Cell::Disk(files) => format!("{}:", grouped(files)),
        other => format!("{other}:"),
    }
}

fn times(summaries: &Summaries<'_>, cells: &[Cell]) -> Option<String> {
    summaries.table(&SUBJECTS, cells, head, |cell, subject| {
        summaries.estimate(cell, subject, Rate::us_per_file).map(|time| with_interval(&time))
    })
}

fn ratios(summaries: &Summaries<'_>, cells: &[Cell]) -> Option<String> {
    summaries.table(&SUBJECTS[1..], cells, head, |cell, subject| {
        let ratio = summaries.ratio((cell, subject), (cell, "raw-loop"), Rate::us_per_file)?;
        Some(ratio_with_interval(&ratio))
    })
}

fn retries(summaries: &Summaries<'_>) -> Option<String> {
    let cells = summaries.cells(|_| true);
    let cells: Vec<Cell> = (cells.into_iter())
        .filter(|cell| !summaries.subjects(&["file-set-no-retry"], &[*cell]).is_empty())
        .collect();
    summaries.table(&["file-set"], &cells, head, |cell, subject| {
        let without = (cell, "file-set-no-retry");
        let ratio = summaries.ratio((cell, subject), without, Rate::us_per_file)?;
        Some(ratio_with_interval(&ratio))
    })
}

/// What files cost that fail once, beside as many that do not.
fn faulty(summaries: &Summaries<'_>) -> Option<String> {
    let faulty = summaries.cells(|cell| matches!(cell, Cell::Faulty(_)));
    let cells: Vec<Cell> = (faulty.into_iter())
        .flat_map(|cell| match cell {
            Cell::Faulty(files) => [cell, Cell::Tmpfs(files)],
            other => [other, other],
        })
        .collect();
    let head = |cell: &Cell| match *cell {
        Cell::Faulty(files) => format!("{} with failures:", grouped(files)),
        other => format!("{} without:", head(&other).trim_end_matches(':')),
    };
    summaries.table(&["file-set"], &cells, head, |cell, subject| {
        let ms = |rate: &Rate| match cell {
            Cell::Tmpfs(files) => rate.us_per_file() * files as f64 / 1e3,
            _ => rate.wall_s * 1e3,
        };
        summaries.estimate(cell, subject, ms).map(|time| with_interval(&time))
    })
}

fn large(summaries: &Summaries<'_>) -> Option<String> {
    let is_large = |cell: &Cell| matches!(cell, Cell::Direct(_) | Cell::Buffered(_));
    rates(summaries, &summaries.cells(is_large), "dd")
}

fn objects(summaries: &Summaries<'_>) -> Option<String> {
    rates(summaries, &summaries.cells(|cell| matches!(cell, Cell::Object(_))), "raw-parts")
}

/// Gigabytes a second, and what that is of those of `limit`.
fn rates(summaries: &Summaries<'_>, cells: &[Cell], limit: &str) -> Option<String> {
    let head = |cell: &Cell| match *cell {
        Cell::Direct(mib) => format!("{} MiB, past the page cache:", grouped(mib)),
        Cell::Buffered(mib) => format!("{} MiB, through it:", grouped(mib)),
        Cell::Object(mib) => format!("{} MiB:", grouped(mib)),
        other => head(&other),
    };
    summaries.table(&SUBJECTS, cells, head, |cell, subject| {
        let rate = summaries.estimate(cell, subject, Rate::bytes_per_ns)?;
        let ratio = summaries.ratio((cell, subject), (cell, limit), Rate::bytes_per_ns)?;
        Some(match subject == limit {
            true => with_interval(&rate),
            false => format!("{}; {}", with_interval(&rate), ratio_with_interval(&ratio)),
        })
    })
}
