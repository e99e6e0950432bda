//! The whole `report.md`, around what a question says of itself.

use super::Summaries;
use crate::{Machine, Place};

/// What a report says beside its figures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    /// The heading.
    pub(crate) title: &'a str,
    /// What was asked.
    pub(crate) question: &'a str,
    /// How to read the tables.
    pub(crate) legend: &'a str,
    /// Where documents cite it, and the command that makes it.
    pub(crate) place: Place,
}

impl Report<'_> {
    /// The text, with `answer` before all `tables`.
    pub(crate) fn text<C: Copy + Eq, R>(
        &self,
        (answer, tables): (&str, &str),
        summaries: &Summaries<'_, C, R>,
        machine: &Machine,
        n_damaged: usize,
    ) -> String {
        let Self { title, question, legend, place } = self;
        let provenance = machine.provenance(summaries.n_rejected(), None);
        let mut text =
            format!("# {title}\n\n{question}\n\n{answer}\n\n{tables}\n{legend}\n\n{provenance}\n");
        let (n_rejected, n) = summaries.n_rejected();
        if n_rejected > 0 {
            text += &format!("\nSamples that do not count, and are kept: {n_rejected} of {n}.\n");
        }
        text += &machine.disturbance();
        if n_damaged > 0 {
            text += &format!("\nDamaged lines of `samples.jsonl`, left out: {n_damaged}.\n");
        }
        text + &format!("\n```\n{}\n```\n", place.command)
    }
}
