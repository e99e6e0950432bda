//! `cargo lab diff`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use super::{Desk, record};
use crate::scale::Scale;
use crate::{
    Better, Cell, Estimate, Findings, Recorded, Sweep, Table, Verdict, ratio_with_interval,
};

/// Options of `diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The folder of a machine's record.
    a: PathBuf,
    /// Another.
    b: PathBuf,
    /// Exit with 1 where a subject of B is worse than that of A by more than so much.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_if_worse: Option<f64>,
}

/// A measure that differs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// The row of the table.
    row: Vec<String>,
    /// What B has for each one of A, turned so that more is better.
    goodness: f64,
}

fn percent(text: &str) -> Result<f64> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if (0.0..100.0).contains(&percent) => Ok(percent / 100.0),
        _ => bail!("`{text}` is no percentage from 0 to 100, such as 5%"),
    }
}

impl Diff {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let (a, b) = (record(Some(&self.a))?, record(Some(&self.b))?);
        let mut differences = Vec::new();
        let (mut n_cells, mut n_questions) = (0, 0);
        for question in desk.questions()? {
            let found = (Recorded::read(&a, &question)?, Recorded::read(&b, &question)?);
            let (Some(a), Some(b)) = found else { continue };
            n_questions += 1;
            let (a, b) = (a.findings(), b.findings());
            for sweep in &question.sweeps {
                let (compared, found) = differences_of(&question.name, sweep, &a, &b);
                n_cells += compared;
                differences.extend(found);
            }
        }
        let mut table =
            Table::new(&["question", "cell", "subject", "measure", "A:", "B:", "B / A:"]);
        for difference in &differences {
            table.row(&difference.row);
        }
        if !differences.is_empty() {
            desk.say(&table.markdown())?;
        }
        let worse = self.fail_if_worse.map_or(0, |limit| {
            differences.iter().filter(|found| found.goodness < 1.0 - limit).count()
        });
        desk.note(&format!(
            "{} of {n_cells} measures of {n_questions} questions differ{}",
            differences.len(),
            if worse > 0 { format!(", {worse} are worse than allowed") } else { String::new() }
        ))?;
        Ok(u8::from(worse > 0))
    }
}

/// How many measures two records have in common, and those that differ.
pub(super) fn differences_of(
    question: &str,
    sweep: &Sweep,
    a: &Findings<'_>,
    b: &Findings<'_>,
) -> (usize, Vec<Difference>) {
    let mut n_compared = 0;
    let mut differences = Vec::new();
    for cell in sweep.cells(false) {
        for subject in &sweep.subjects {
            for measure in &sweep.figures {
                let known = sweep.model.about().measures.iter().find(|known| known.name == measure);
                let better = known.map_or(Better::Neither, |known| known.better);
                let of = (sweep.model.about().name, &cell, subject.name);
                let found = (a.estimate(of, measure), b.estimate(of, measure));
                let (Some(a), Some(b)) = found else { continue };
                n_compared += 1;
                let ratio = over(&b, &a);
                if better == Better::Neither || ratio.verdict() == Verdict::Reaches {
                    continue;
                }
                let goodness = if better == Better::More { ratio.value } else { 1.0 / ratio.value };
                let row = vec![
                    question.to_owned(),
                    place(sweep, &cell),
                    format!("`{}`", subject.name),
                    measure.clone(),
                    Scale::alone(measure, a.value),
                    Scale::alone(measure, b.value),
                    ratio_with_interval(&ratio),
                ];
                differences.push(Difference { row, goodness });
            }
        }
    }
    (n_compared, differences)
}

/// A quotient of two that were not measured side by side. Its interval reaches from the least to the
/// most that both intervals allow, so it is wider than one of 95%.
fn over(b: &Estimate, a: &Estimate) -> Estimate {
    Estimate { value: b.value / a.value, low: b.low / a.high, high: b.high / a.low }
}

fn place(sweep: &Sweep, cell: &Cell) -> String {
    let swept = sweep.swept.as_ref();
    let value = swept.and_then(|(name, _)| Some(format!("{name} = {}", cell.get(name)?)));
    value.unwrap_or_default()
}
