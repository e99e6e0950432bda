//! Summaries as a person reads them: two tables, a report around them, and the part that the
//! README cites.

use anyhow::{Result, ensure};

use super::{CellSummary, Ratios, SEED_CELLS};
use crate::{Machine, Place, Table, Verdict, grouped, ratio_with_interval, with_interval};

/// Where the README cites the seed's cells.
pub const PLACE: Place =
    Place { name: "coordinators", command: "cargo bench -p inrush-lab --bench coordinators" };

const QUESTION: &str =
    "What does a pipeline per file cost or save against one mutex-guarded queue of whole files?";

const LEGEND: &str = "Medians with their 95% bootstrap intervals; each sample is a process of its \
own, and the subjects take turns. The ratio is the median over pairs of neighbouring samples. \
Rows were counted in the footers of the files, whose bytes are the same from both subjects.";

/// The tables of the seed's cells and of the others, as Markdown, each where it has rows.
pub(super) fn tables(summaries: &[CellSummary]) -> String {
    let (seed, others): (Vec<_>, Vec<_>) =
        summaries.iter().partition(|summary| SEED_CELLS.contains(&summary.cell));
    let parts = [("The seed's cells", seed), ("Many files, and large ones", others)];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, summaries)| !summaries.is_empty())
        .map(|(title, summaries)| format!("{title}:\n\n{}", table(summaries)))
        .collect();
    parts.join("\n")
}

/// What the README cites: the seed's cells, how they were measured, and where.
///
/// `record` is the folder of the samples as the repository names it.
///
/// # Errors
/// Where a cell of the seed has no pair of samples.
pub fn block(summaries: &[CellSummary], machine: &Machine, record: Option<&str>) -> Result<String> {
    let seed: Vec<&CellSummary> =
        summaries.iter().filter(|summary| SEED_CELLS.contains(&summary.cell)).collect();
    for cell in SEED_CELLS {
        let has_pairs = seed.iter().any(|summary| summary.cell == cell && summary.ratios.is_some());
        ensure!(has_pairs, "there is no pair of samples of {}; measure it too", cell.label());
    }
    Ok(format!("{}\n{LEGEND}\n\n{}", table(&seed), provenance(&seed, machine, record)))
}

/// The whole `report.md`.
pub fn report(summaries: &[CellSummary], machine: &Machine, n_damaged: usize) -> String {
    let mut report = format!(
        "# Coordinators\n\n{QUESTION}\n\n{}\n\n{}\n{LEGEND}\n\n{}\n",
        answer(summaries),
        tables(summaries),
        provenance(&summaries.iter().collect::<Vec<_>>(), machine, None)
    );
    report += &machine.disturbance();
    if n_damaged > 0 {
        report += &format!("\nDamaged lines of `samples.jsonl`, left out: {n_damaged}.\n");
    }
    report + &format!("\n```\n{}\n```\n", PLACE.command)
}

fn table(summaries: &[&CellSummary]) -> String {
    let mut table = Table::new(&[
        "files x rows",
        "subject",
        "wall ms:",
        "CPU ms:",
        "peak RSS MiB:",
        "bytes:",
        "verified rows:",
        "wall ratio",
    ]);
    for summary in summaries {
        for subject in &summary.subjects {
            table.row(&[
                summary.cell.label(),
                format!("`{}`", subject.subject.name()),
                with_interval(&subject.wall_ms),
                with_interval(&subject.cpu_ms),
                with_interval(&subject.peak_rss_mib),
                grouped(summary.bytes),
                grouped(summary.rows),
            ]);
        }
        if let Some(Ratios { wall, cpu, peak_rss, .. }) = &summary.ratios {
            table.row(&[
                summary.cell.label(),
                "ratio".to_owned(),
                ratio_with_interval(wall),
                cpu.as_ref().map(ratio_with_interval).unwrap_or_default(),
                ratio_with_interval(peak_rss),
                String::new(),
                String::new(),
                wall.verdict().to_string(),
            ]);
        }
    }
    table.markdown()
}

/// In a sentence, in how many cells which subject takes longer.
fn answer(summaries: &[CellSummary]) -> String {
    let cells = |verdict: Verdict| -> Vec<String> {
        summaries
            .iter()
            .filter(|s| s.ratios.as_ref().is_some_and(|ratios| ratios.wall.verdict() == verdict))
            .map(|summary| summary.cell.label())
            .collect()
    };
    let parts: Vec<String> = [
        (Verdict::Below, "takes less time than `mutex` at"),
        (Verdict::Reaches, "cannot be told from `mutex` at"),
        (Verdict::Above, "takes more time than `mutex` at"),
    ]
    .into_iter()
    .filter(|&(verdict, _)| !cells(verdict).is_empty())
    .map(|(verdict, words)| format!("{words} {}", cells(verdict).join(", ")))
    .collect();
    match parts.is_empty() {
        true => "There is no pair of samples to tell by.".to_owned(),
        false => format!("`per-file` {}.", parts.join("; ")),
    }
}

/// How many samples, of what, where.
fn provenance(summaries: &[&CellSummary], machine: &Machine, record: Option<&str>) -> String {
    let mut counts: Vec<usize> = summaries
        .iter()
        .flat_map(|summary| summary.subjects.iter().map(|subject| subject.n_samples))
        .collect();
    counts.sort_unstable();
    let samples = match (counts.first(), counts.last()) {
        (Some(least), Some(most)) if least != most => format!("{least} to {most} samples"),
        (Some(n), _) => format!("{n} samples"),
        _ => "No samples".to_owned(),
    };
    let where_from = record.map(|record| format!("; all samples: `{record}`")).unwrap_or_default();
    let Machine { date, .. } = machine;
    format!("{samples} of each subject, {date}, on {}{where_from}.", machine.phrase())
}
