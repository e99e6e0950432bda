//! Summaries as a person reads them.

use anyhow::{Result, ensure};

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

/// What documents cite: both tables of flows and the ratios.
///
/// # Errors
/// Where there is no flow.
pub(super) fn block(
    summaries: &Summaries<'_>,
    machine: &Machine,
    record: Option<&str>,
) -> Result<String> {
    let parts: Vec<String> = [
        flows(summaries, Placement::Apart),
        flows(summaries, Placement::Spread),
        flows(summaries, Placement::Tasks),
        ratios(summaries),
    ]
    .into_iter()
    .flatten()
    .collect();
    ensure!(!parts.is_empty(), "there is no flow to cite; measure one");
    Ok(format!("{}\n{LEGEND}\n\n{}", parts.join("\n"), provenance(summaries, machine, record)))
}

/// The whole `report.md`.
pub(super) fn report(summaries: &Summaries<'_>, machine: &Machine, n_damaged: usize) -> String {
    let mut report = format!(
        "# Fan-in\n\n{QUESTION}\n\n{}\n\n{}\n{LEGEND}\n\n{}\n",
        answer(summaries),
        tables(summaries),
        provenance(summaries, machine, None)
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
fn flow_cells(summaries: &Summaries<'_>, at: Placement) -> Vec<(Cell, u32)> {
    let mut cells: Vec<(Cell, u32)> = (summaries.cells().into_iter())
        .filter_map(|cell| match cell {
            Cell::Flow { placement, producers } if placement == at => Some((cell, producers)),
            _ => None,
        })
        .collect();
    cells.sort_unstable_by_key(|(_, producers)| *producers);
    cells
}

/// A row for each subject, a column for each number of producers.
fn flows(summaries: &Summaries<'_>, placement: Placement) -> Option<String> {
    let cells = flow_cells(summaries, placement);
    let what = match placement {
        Placement::Apart => "producers",
        Placement::Spread => "threads",
        Placement::Tasks => "tasks",
    };
    let heads = cells.iter().map(|(_, n)| format!("{} {what}:", short(u64::from(*n))));
    let mut table = table(&["subject"], heads);
    let mut n_rows = 0;
    for subject in summaries.subjects() {
        let numbers: Vec<_> =
            cells.iter().map(|(cell, _)| summaries.flow(*cell, subject.name)).collect();
        if numbers.iter().all(|number| *number == Err(Absent::NotAsked)) {
            continue;
        }
        let numbers = numbers.iter().map(|number| shown(number, flow_text));
        table.row(&[format!("`{}`", subject.name)].into_iter().chain(numbers).collect::<Vec<_>>());
        n_rows += 1;
    }
    (n_rows > 0).then(|| table.markdown())
}

fn flow_text(flow: &FlowSummary) -> String {
    format!("{}, {} ns", with_interval(&flow.items_per_us), figures(flow.cpu_ns_per_item))
}

/// A row for each of ours and each anchor.
fn ratios(summaries: &Summaries<'_>) -> Option<String> {
    let mut cells = flow_cells(summaries, Placement::Apart);
    let n_apart = cells.len();
    cells.extend(flow_cells(summaries, Placement::Spread));
    let heads = cells.iter().enumerate().map(|(i, (_, n))| {
        let what = if i < n_apart { "producers" } else { "threads" };
        format!("{} {what}:", short(u64::from(*n)))
    });
    let mut table = table(&["subject", "over"], heads);
    let mut n_rows = 0;
    for subject in summaries.subjects().into_iter().filter(|subject| subject.is_ours) {
        for anchor in ANCHORS {
            let ratios: Vec<_> = cells
                .iter()
                .map(|(cell, _)| summaries.ratio(*cell, subject.name, anchor))
                .collect();
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
    let cell = cells.iter().find(|(_, n)| *n == 4).or(cells.first());
    let Some((cell, n)) = cell else { return "There is no flow to tell by.".to_owned() };
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
    let plural = if *n == 1 { "" } else { "s" };
    match sentences.is_empty() {
        true => "There is no pair of samples to tell by.".to_owned(),
        false => format!("At {n} producer{plural}: {}", sentences.join(" ")),
    }
}

/// How many samples, of what, where.
fn provenance(summaries: &Summaries<'_>, machine: &Machine, record: Option<&str>) -> String {
    let (n_rejected, n) = summaries.n_rejected();
    let where_from = record.map(|record| format!("; all samples: `{record}`")).unwrap_or_default();
    format!(
        "{} samples, of which {} count, {}, on {}{where_from}.",
        grouped(n as u64),
        grouped((n - n_rejected) as u64),
        machine.date,
        machine.phrase()
    )
}
