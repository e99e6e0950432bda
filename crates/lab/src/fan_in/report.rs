//! Summaries as a person reads them.

use anyhow::{Context, Result};

use super::registry::ANCHORS;
use super::{Absent, Cell, DelaySummary, FlowSummary, Placement, Subject, Summaries};
use crate::{Machine, Place, Table, figures, grouped, ratio_with_interval, short, with_interval};

/// Where documents cite the first tables.
pub const PLACE: Place =
    Place { name: "fan_in", command: "cargo bench -p inrush-lab --bench fan_in" };

const QUESTION: &str = "How many items a second go from many producers to one consumer, and what \
does one cost?";

const LEGEND: &str = "Millions of items a second with the 95% bootstrap interval of the median, and \
nanoseconds of processor time for an item over all threads. Every item is a `u64`; each sample is a \
process of its own, in which every item was checked: once, and in its producer's order. A number \
behind a name is how many items a producer gives away at once. The first three hand nothing over.";

const PLACEMENTS: [Placement; 3] = [Placement::Apart, Placement::Spread, Placement::Tasks];

/// What documents cite.
const CITED: [&str; 11] = [
    "crossbeam",
    "crossfire",
    "locked-vec",
    "staged-vec-64",
    "rtrb-lanes",
    "rtrb-lanes-64",
    "shared-door",
    "producer-park",
    "producer-park-64",
    "producer-many-64",
    "producer-async",
];
const CITED_CELLS: [Cell; 6] = [
    Cell::Flow { placement: Placement::Apart, producers: 1 },
    Cell::Flow { placement: Placement::Apart, producers: 4 },
    Cell::Flow { placement: Placement::Spread, producers: 100 },
    Cell::Flow { placement: Placement::Spread, producers: 1_000 },
    Cell::Flow { placement: Placement::Spread, producers: 10_000 },
    Cell::Flow { placement: Placement::Tasks, producers: 10_000 },
];
const CITED_LEGEND: &str = "Millions of `u64` a second, medians with their 95% bootstrap intervals; \
each sample is a process of its own, in which every item was checked. A number behind a name is how \
many items a producer gives away at once. Rejected is what left some producers behind: they were not \
all at work for 90% of the time.";

/// All tables that have rows, each under a line that says what it is.
pub(super) fn tables(summaries: &Summaries<'_>) -> String {
    let parts = [
        ("Producers beside the consumer's processor:", flows(summaries, Placement::Apart)),
        ("Threads over all processors:", flows(summaries, Placement::Spread)),
        ("Tasks of a runtime, and a consumer thread:", flows(summaries, Placement::Tasks)),
        ("Items a second over those of the anchors:", ratios(summaries)),
        ("One item every 10 ms:", delays(summaries)),
        ("At four producers:", costs(summaries)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter_map(|(title, table)| Some(format!("{title}\n\n{}", table?)))
        .collect();
    parts.join("\n")
}

/// What documents cite: the subjects by which one chooses, in a few cells.
///
/// # Errors
/// Where there is no such flow.
pub(super) fn block(
    summaries: &Summaries<'_>,
    machine: &Machine,
    record: Option<&str>,
) -> Result<String> {
    let cells: Vec<Cell> = PLACEMENTS
        .into_iter()
        .flat_map(|placement| flow_cells(summaries, placement))
        .filter(|cell| CITED_CELLS.contains(cell))
        .collect();
    let rates = |flow: &FlowSummary| with_interval(&flow.items_per_us);
    let cited = flow_table(summaries, &cells, rates, |subject| CITED.contains(&subject.name));
    let cited = cited.context("there is no flow to cite; measure one")?;
    Ok(format!("{cited}\n{CITED_LEGEND}\n\n{}", machine.provenance(summaries.n_rejected(), record)))
}

/// The whole `report.md`.
pub(super) fn report(summaries: &Summaries<'_>, machine: &Machine, n_damaged: usize) -> String {
    let mut report = format!(
        "# Fan-in\n\n{QUESTION}\n\n{}\n\n{}\n{LEGEND}\n\n{}\n",
        answer(summaries),
        tables(summaries),
        machine.provenance(summaries.n_rejected(), None)
    );
    for (cell, subject, why) in summaries.skipped() {
        report += &format!("\nskipped: `{subject}` at {cell}: {why}\n");
    }
    for (cell, subject, why) in summaries.rejected() {
        report += &format!("\nrejected: `{subject}` at {cell}: {why}\n");
    }
    let (n_rejected, n) = summaries.n_rejected();
    if n_rejected > 0 {
        report += &format!("\nSamples that do not count, and are kept: {n_rejected} of {n}.\n");
    }
    let (n_unpinned, n) = summaries.n_unpinned();
    if n_unpinned > 0 {
        report += &format!(
            "\nPinning is unsupported: {n_unpinned} of {n} flows ran where the scheduler put them.\n"
        );
    }
    report += &machine.disturbance();
    if n_damaged > 0 {
        report += &format!("\nDamaged lines of `samples.jsonl`, left out: {n_damaged}.\n");
    }
    report + &format!("\n```\n{}\n```\n", PLACE.command)
}

/// The cells of flow at a placement, by their producers.
fn flow_cells(summaries: &Summaries<'_>, at: Placement) -> Vec<Cell> {
    let mut cells: Vec<(u32, Cell)> = (summaries.cells().into_iter())
        .filter_map(|cell| match cell {
            Cell::Flow { placement, producers } if placement == at => Some((producers, cell)),
            _ => None,
        })
        .collect();
    cells.sort_unstable_by_key(|(producers, _)| *producers);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

/// Over the column of a flow.
fn head(cell: &Cell) -> String {
    let Cell::Flow { placement, producers } = cell else { return cell.to_string() };
    let what = match placement {
        Placement::Apart => "producer",
        Placement::Spread => "thread",
        Placement::Tasks => "task",
    };
    let plural = if *producers == 1 { "" } else { "s" };
    format!("{} {what}{plural}:", short(u64::from(*producers)))
}

/// A row for each subject, a column for each number of producers.
fn flows(summaries: &Summaries<'_>, placement: Placement) -> Option<String> {
    flow_table(summaries, &flow_cells(summaries, placement), flow_text, |_| true)
}

fn flow_table(
    summaries: &Summaries<'_>,
    cells: &[Cell],
    text: impl Fn(&FlowSummary) -> String,
    is_shown: impl Fn(&Subject) -> bool,
) -> Option<String> {
    let mut table = table(&["subject"], cells.iter().map(head));
    let mut n_rows = 0;
    for subject in summaries.subjects().into_iter().filter(|subject| is_shown(subject)) {
        let flows: Vec<_> = cells.iter().map(|cell| summaries.flow(*cell, subject.name)).collect();
        if flows.iter().all(|flow| *flow == Err(Absent::NotAsked)) {
            continue;
        }
        let flows = flows.iter().map(|flow| shown(flow, &text));
        table.row(&[format!("`{}`", subject.name)].into_iter().chain(flows).collect::<Vec<_>>());
        n_rows += 1;
    }
    (n_rows > 0).then(|| table.markdown())
}

fn flow_text(flow: &FlowSummary) -> String {
    format!("{}, {} ns", with_interval(&flow.items_per_us), figures(flow.cpu_ns_per_item))
}

/// A row for each of ours and each anchor.
fn ratios(summaries: &Summaries<'_>) -> Option<String> {
    let cells: Vec<Cell> =
        PLACEMENTS.into_iter().flat_map(|placement| flow_cells(summaries, placement)).collect();
    let mut table = table(&["subject", "over"], cells.iter().map(head));
    let mut n_rows = 0;
    for subject in summaries.subjects().into_iter().filter(|subject| subject.is_ours) {
        for anchor in ANCHORS {
            let ratios: Vec<_> =
                cells.iter().map(|cell| summaries.ratio(*cell, subject.name, anchor)).collect();
            if ratios.iter().all(Option::is_none) {
                continue;
            }
            let names = [format!("`{}`", subject.name), format!("`{anchor}`")];
            let ratios =
                ratios.iter().map(|r| r.as_ref().map(ratio_with_interval).unwrap_or_default());
            table.row(&names.into_iter().chain(ratios).collect::<Vec<_>>());
            n_rows += 1;
        }
    }
    (n_rows > 0).then(|| table.markdown())
}

/// A row for each subject of which an item arrives alone.
fn delays(summaries: &Summaries<'_>) -> Option<String> {
    let mut table = Table::new(&[
        "subject",
        "linger of 1 ms: p50 \u{b5}s:",
        "p99 \u{b5}s:",
        "processors:",
        "no linger: p50 \u{b5}s:",
        "p99 \u{b5}s:",
        "processors:",
    ]);
    let rows: Vec<(&Subject, _)> = (summaries.subjects().into_iter())
        .map(|subject| {
            (subject, [Cell::Latency, Cell::Wake].map(|cell| summaries.delay(cell, subject.name)))
        })
        .filter(|(_, said)| said.iter().any(|said| *said != Err(Absent::NotAsked)))
        .collect();
    for (subject, said) in &rows {
        let mut row = vec![format!("`{}`", subject.name)];
        for said in said {
            row.push(shown(said, |delay: &DelaySummary| with_interval(&delay.p50_us)));
            row.push(shown(said, |delay| figures(delay.p99_us)));
            row.push(shown(said, |delay| format!("{:.3}", delay.busy_fraction)));
        }
        table.row(&row);
    }
    (!rows.is_empty()).then(|| table.markdown())
}

/// What else a subject costs at four producers.
fn costs(summaries: &Summaries<'_>) -> Option<String> {
    let cell = Cell::Flow { placement: Placement::Apart, producers: 4 };
    let mut table = Table::new(&[
        "subject",
        "allocations per million items:",
        "context switches per million items:",
        "Jain's index:",
        "KiB grown under a slow consumer:",
    ]);
    let mut n_rows = 0;
    for subject in summaries.subjects() {
        let (flow, growth) =
            (summaries.flow(cell, subject.name), summaries.growth_kib(subject.name));
        if flow == Err(Absent::NotAsked) && growth == Err(Absent::NotAsked) {
            continue;
        }
        let allocations = |flow: &FlowSummary| match flow.allocations_per_million {
            Some(allocations) => figures(allocations),
            None => "not counted".to_owned(),
        };
        table.row(&[
            format!("`{}`", subject.name),
            shown(&flow, allocations),
            shown(&flow, |flow| figures(flow.switches_per_million)),
            shown(&flow, |flow| format!("{:.3}", flow.jain)),
            shown(&growth, |kib| grouped(kib.round() as u64)),
        ]);
        n_rows += 1;
    }
    (n_rows > 0).then(|| table.markdown())
}

/// A table whose last columns hold numbers.
fn table(names: &[&str], numbers: impl Iterator<Item = String>) -> Table {
    let heads: Vec<String> = names.iter().map(|name| (*name).to_owned()).chain(numbers).collect();
    Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>())
}

fn shown<T>(said: &Result<T, Absent>, text: impl Fn(&T) -> String) -> String {
    match said {
        Ok(value) => text(value),
        Err(Absent::NotAsked) => String::new(),
        Err(Absent::Skipped(_)) => "skipped".to_owned(),
        Err(Absent::Rejected) => "rejected".to_owned(),
    }
}

/// What ours are to the anchors, at the most producers that have a processor of their own.
fn answer(summaries: &Summaries<'_>) -> String {
    let cells = flow_cells(summaries, Placement::Apart);
    let four = Cell::Flow { placement: Placement::Apart, producers: 4 };
    let cell = cells.iter().find(|cell| **cell == four).or(cells.first());
    let Some(cell) = cell else { return "There is no flow to tell by.".to_owned() };
    let ours = summaries.subjects().into_iter().filter(|subject| subject.is_ours);
    let sentences: Vec<String> = ours
        .filter_map(|subject| {
            let ratio = |anchor: &&str| {
                let ratio = summaries.ratio(*cell, subject.name, anchor)?;
                Some(format!("{} times `{anchor}`", figures(ratio.value)))
            };
            let ratios: Vec<String> = ANCHORS.iter().filter_map(ratio).collect();
            (!ratios.is_empty()).then(|| format!("`{}` moves {}.", subject.name, ratios.join(", ")))
        })
        .collect();
    match sentences.is_empty() {
        true => "There is no pair of samples to tell by.".to_owned(),
        false => format!("At {} {}", head(cell), sentences.join(" ")),
    }
}
