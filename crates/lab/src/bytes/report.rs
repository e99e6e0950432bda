//! Summaries as a person reads them.

use super::{Cell, Rate, SUBJECTS, Summaries};
use crate::survey::Report;
use crate::{
    Estimate, Machine, Place, Table, figures, grouped, median, ratio_with_interval, with_interval,
};

/// Where documents cite the tables.
pub const PLACE: Place =
    Place { name: "bytes", command: "cargo bench -p inrush-lab --bench bytes" };

const QUESTION: &str = "How fast is a buffer filled with data, beside the physical limits and \
beside others?";

const LEGEND: &str = "Gigabytes (10^9) a second into a buffer that is used again, medians with \
their 95% bootstrap intervals; each sample is a process of its own, and what its last buffer holds \
was checked. `memset` and `copy` make nothing: they are the limits.";

const OBJECT_LEGEND: &str = "Objects of 8 MiB with dedup 4 and compress 2, each made at once in \
new memory or in pieces in one buffer, in gigabytes a second.";

const JOB_LEGEND: &str = "Jobs of the command. The measure of those to nowhere is `bytes` into a \
buffer of 256 KiB, on one processor or on all; that of those to files, which hash what they write, is \
`dd` with one file at a time.";

/// All tables that have rows, each under a line that says what it is.
pub(super) fn tables(summaries: &Summaries<'_>) -> String {
    let chunks = chunks(summaries);
    let [rates, others @ ..] = cited(summaries);
    let ratios = [
        (
            "Over `memset` into the same buffer:",
            ratios(summaries, &chunks, "memset", ratio_with_interval),
        ),
        ("Times `dgen-data`:", ratios(summaries, &chunks, "dgen-data", with_interval)),
    ];
    titled([rates].into_iter().chain(ratios).chain(others))
}

/// What documents cite.
pub(super) fn block(summaries: &Summaries<'_>, machine: &Machine, record: Option<&str>) -> String {
    let tables = titled(cited(summaries));
    format!("{tables}\n{LEGEND}\n\n{}", machine.provenance(summaries.n_rejected(), record))
}

/// A table, if it has rows, and the line over it.
type Titled = (&'static str, Option<String>);

fn titled(tables: impl IntoIterator<Item = Titled>) -> String {
    let parts: Vec<String> = tables
        .into_iter()
        .filter_map(|(title, table)| Some(format!("{title}\n\n{}", table?)))
        .collect();
    parts.join("\n")
}

fn chunks(summaries: &Summaries<'_>) -> Vec<Cell> {
    summaries.cells(|cell| matches!(cell, Cell::Chunk(_)))
}

/// The tables that need no other one to be read, the rates on one processor first.
fn cited(summaries: &Summaries<'_>) -> [Titled; 5] {
    let all = summaries.cells(|cell| matches!(cell, Cell::All(_)));
    let objects = summaries.cells(|cell| matches!(cell, Cell::Object(_)));
    let one = |cell: Cell| match cell {
        Cell::All(bytes) => Cell::Chunk(bytes),
        other => other,
    };
    [
        ("One processor, buffers of:", rates(summaries, &chunks(summaries))),
        ("All processors, a thread and a buffer on each:", rates(summaries, &all)),
        ("Over one of them:", scaling(summaries, &all, one)),
        (OBJECT_LEGEND, rates(summaries, &objects)),
        (JOB_LEGEND, jobs(summaries)),
    ]
}

/// The whole `report.md`.
pub(super) fn report(summaries: &Summaries<'_>, machine: &Machine, n_damaged: usize) -> String {
    let frame = Report { title: "Bytes", question: QUESTION, legend: LEGEND, place: PLACE };
    let said = (&*answer(summaries), &*tables(summaries));
    frame.text(said, summaries, machine, n_damaged)
}

/// Ours beside the limit and the nearest other, at the size that a program would choose.
fn answer(summaries: &Summaries<'_>) -> String {
    let cell = Cell::Chunk(256 << 10);
    let over = |anchor: &str| {
        let ratio = summaries.ratio((cell, "bytes"), (cell, anchor), Rate::bytes_per_ns)?;
        Some(format!("{} times `{anchor}`", figures(ratio.value)))
    };
    let rate = summaries.estimate(cell, "bytes", Rate::bytes_per_ns);
    match (rate, over("memset"), over("dgen-data")) {
        (Some(rate), Some(memset), Some(dgen)) => format!(
            "Into a buffer of 256 KiB, incompressible: {} GB/s, which is {memset} and {dgen}.",
            figures(rate.value)
        ),
        _ => "There are no samples to tell by.".to_owned(),
    }
}

/// Over the column of a cell.
fn head(cell: &Cell) -> String {
    match *cell {
        Cell::Chunk(bytes) | Cell::All(bytes) => format!("{}:", size(bytes)),
        Cell::Object(0) => "at once:".to_owned(),
        Cell::Object(bytes) => format!("pieces of {}:", size(bytes)),
        other => format!("{other}:"),
    }
}

/// `64 KiB`, or `4,093 B`.
fn size(bytes: u64) -> String {
    let units = [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match units.iter().find(|(_, unit)| bytes.is_multiple_of(*unit)) {
        Some((name, unit)) => format!("{} {name}", bytes / unit),
        None => format!("{} B", grouped(bytes)),
    }
}

fn rates(summaries: &Summaries<'_>, cells: &[Cell]) -> Option<String> {
    table(summaries, cells, |cell, subject| {
        summaries.estimate(cell, subject, Rate::bytes_per_ns).map(|rate| with_interval(&rate))
    })
}

fn ratios(
    summaries: &Summaries<'_>,
    cells: &[Cell],
    anchor: &str,
    text: impl Fn(&Estimate) -> String,
) -> Option<String> {
    table(summaries, cells, |cell, subject| {
        let is_ours = subject.starts_with("bytes");
        let ratio = summaries.ratio((cell, subject), (cell, anchor), Rate::bytes_per_ns);
        ratio.filter(|_| is_ours).map(|ratio| text(&ratio))
    })
}

/// What all processors do over what one does.
fn scaling(
    summaries: &Summaries<'_>,
    cells: &[Cell],
    one: impl Fn(Cell) -> Cell,
) -> Option<String> {
    table(summaries, cells, |cell, subject| {
        let ratio = summaries.ratio((cell, subject), (one(cell), subject), Rate::bytes_per_ns);
        ratio.map(|ratio| ratio_with_interval(&ratio))
    })
}

fn table(
    summaries: &Summaries<'_>,
    cells: &[Cell],
    text: impl Fn(Cell, &str) -> Option<String>,
) -> Option<String> {
    summaries.table(&names(), cells, head, text)
}

fn names() -> [&'static str; SUBJECTS.len()] {
    SUBJECTS.map(|subject| subject.name)
}

/// A row for each job: its rate, what that is of the rate it could have, and its memory.
fn jobs(summaries: &Summaries<'_>) -> Option<String> {
    let is_job = |cell: &Cell| matches!(cell, Cell::Null(_) | Cell::Folder(_) | Cell::Flight(_));
    let mut table = Table::new(&["job", "subject", "GB/s:", "of its measure:", "peak RSS MiB:"]);
    let mut n_rows = 0;
    for cell in summaries.cells(is_job) {
        for subject in summaries.subjects(&names(), &[cell]) {
            let limit = match cell {
                Cell::Null(1) => Some((Cell::Chunk(256 << 10), "bytes")),
                Cell::Null(_) => Some((Cell::All(256 << 10), "bytes")),
                Cell::Folder(_) if subject == "inrush-bytes" => Some((Cell::Folder(1), "dd")),
                _ => None,
            };
            let ratio =
                limit.and_then(|limit| summaries.ratio((cell, subject), limit, Rate::bytes_per_ns));
            let Some(rate) = summaries.estimate(cell, subject, Rate::bytes_per_ns) else {
                continue;
            };
            table.row(&[
                what(cell),
                format!("`{subject}`"),
                with_interval(&rate),
                ratio.map(|ratio| ratio_with_interval(&ratio)).unwrap_or_default(),
                peak_rss_mib(summaries, cell, subject).map(figures).unwrap_or_default(),
            ]);
            n_rows += 1;
        }
    }
    (n_rows > 0).then(|| table.markdown())
}

/// The median of the peak memory.
fn peak_rss_mib(summaries: &Summaries<'_>, cell: Cell, subject: &str) -> Option<f64> {
    let peaks = summaries.rates(cell, subject).filter_map(|(_, rate)| rate.peak_rss_bytes);
    median(&peaks.map(|bytes| bytes as f64 / f64::from(1 << 20)).collect::<Vec<_>>())
}

fn what(cell: Cell) -> String {
    match cell {
        Cell::Null(jobs) => format!("to nowhere, {jobs} in flight"),
        Cell::Folder(jobs) => format!("to files, {jobs} in flight"),
        Cell::Flight(objects @ 0..500) => format!("{objects} objects of 100 MB in flight"),
        Cell::Flight(objects) => format!("{objects} objects of 1 GiB in flight"),
        other => other.to_string(),
    }
}
