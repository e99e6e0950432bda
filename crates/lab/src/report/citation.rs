//! What documents cite of a record.
//!
//! ```text
//! <!-- BEGIN lab: producers 1 items_per_s -->
//! the figure, the table and where it was measured
//! <!-- END lab -->
//! ```
//!
//! The marker names a question, one of its sweeps from 1, and a measure.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};

use super::Report;

const BEGIN: &str = "<!-- BEGIN lab: ";
const END: &str = "<!-- END lab -->";

impl Report<'_> {
    /// What a document cites of a sweep: the figure, the table and where it was measured. `folder` is
    /// the folder of the question's record as the document names it.
    ///
    /// # Errors
    /// Where the question has no such sweep, or the record nothing of that measure.
    pub fn citation(&self, sweep: usize, measure: &str, folder: &str) -> Result<String> {
        let name = &self.question().name;
        let found = sweep.checked_sub(1).and_then(|place| self.question().sweeps.get(place));
        let found = found.with_context(|| format!("`{name}` has no sweep {sweep}"))?;
        let table = self.table(found, &self.cells(found), measure);
        ensure!(
            !table.is_empty(),
            "the record has nothing of {measure} in sweep {sweep} of `{name}`"
        );
        let ratios = self.ratios(found, &self.cells(found), measure);
        let figure = format!("{sweep}-{measure}");
        let is_drawn = self.drawings(sweep, found).iter().any(|(drawn, _)| *drawn == figure);
        let image = match is_drawn {
            true => format!("![{}]({folder}/{figure}.svg)\n", self.label(found, measure)),
            false => String::new(),
        };
        let counts = self.findings.counts();
        let provenance = self.machine().provenance((counts.rejected, counts.taken), Some(folder));
        let command = format!("By `cargo lab run {name}`.");
        Ok(format!("{image}{table}{ratios}\n{provenance}\n{command}"))
    }
}

/// A document with all its citations as the reports have them. `folder_of` is the folder of a report's
/// record as the document names it.
///
/// # Errors
/// Where a marker has no end, or names what no report has.
pub fn with_citations(
    document: &str,
    reports: &HashMap<&str, &Report<'_>>,
    folder_of: impl Fn(&Report<'_>) -> String,
) -> Result<String> {
    let mut text = String::new();
    let mut lines = document.split_inclusive('\n');
    while let Some(line) = lines.next() {
        text += line;
        let Some(marker) = line.trim_end().strip_prefix(BEGIN) else { continue };
        let words: Vec<&str> = marker.trim_end_matches(" -->").split(' ').collect();
        let [question, sweep, measure] = words.as_slice() else {
            bail!("`{}` names no question, sweep and measure", line.trim_end());
        };
        let report = reports
            .get(question)
            .with_context(|| format!("no record of a question `{question}`"))?;
        let sweep = sweep.parse().with_context(|| format!("`{sweep}` is no number of a sweep"))?;
        let citation = report.citation(sweep, measure, &folder_of(report))?;
        text += &format!("\n{}\n\n{END}\n", citation.trim());
        let has_end = lines.by_ref().any(|line| line.trim_end() == END);
        ensure!(has_end, "`{}` has no `{END}`", line.trim_end());
    }
    Ok(text)
}
