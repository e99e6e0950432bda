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
struct Difference {
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
        let questions = desk.questions()?;
        let a = desk.warned(Recorded::all(&a, &questions)?)?;
        let b = desk.warned(Recorded::all(&b, &questions)?)?;
        let mut all = Compared::default();
        let mut n_questions = 0;
        for a in &a {
            let Some(b) = b.iter().find(|b| b.question.name == a.question.name) else { continue };
            n_questions += 1;
            let (question, a, b) = (&a.question, a.findings(), b.findings());
            for sweep in &question.sweeps {
                all.compare(&question.name, sweep, &a, &b);
            }
        }
        let Compared { n_measures, n_overlapping, differences } = all;
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
            "{} of {n_measures} measures of {n_questions} questions differ, the intervals of {} overlap{}",
            differences.len(),
            share(n_overlapping, n_measures),
            if worse > 0 { format!(", {worse} are worse than allowed") } else { String::new() }
        ))?;
        Ok(u8::from(worse > 0))
    }
}

/// What two records have in common.
#[derive(Debug, Default)]
struct Compared {
    /// Measures that both have.
    n_measures: usize,
    /// Those whose intervals overlap.
    n_overlapping: usize,
    /// Those that are better or worse.
    differences: Vec<Difference>,
}

impl Compared {
    /// Adds the measures of a sweep.
    fn compare(&mut self, question: &str, sweep: &Sweep, a: &Findings<'_>, b: &Findings<'_>) {
        for cell in sweep.cells(false) {
            for subject in &sweep.subjects {
                for measure in &sweep.figures {
                    let of = (sweep.model.about().name, &cell, subject.name);
                    let found = (a.estimate(of, measure), b.estimate(of, measure));
                    let (Some(a), Some(b)) = found else { continue };
                    self.n_measures += 1;
                    self.n_overlapping += usize::from(a.low <= b.high && b.low <= a.high);
                    let Some((ratio, goodness)) = difference(sweep, measure, &a, &b) else {
                        continue;
                    };
                    let row = vec![
                        question.to_owned(),
                        place(sweep, &cell),
                        format!("`{}`", subject.name),
                        measure.clone(),
                        Scale::alone(measure, a.value),
                        Scale::alone(measure, b.value),
                        ratio_with_interval(&ratio),
                    ];
                    self.differences.push(Difference { row, goodness });
                }
            }
        }
    }
}

/// What B has for each one of A, and the same turned so that more is better; none where it is the same, as far
/// as the samples tell, or neither better nor worse.
fn difference(sweep: &Sweep, measure: &str, a: &Estimate, b: &Estimate) -> Option<(Estimate, f64)> {
    let known = sweep.model.about().measures.iter().find(|known| known.name == measure)?;
    let ratio = over(b, a);
    if ratio.verdict() == Verdict::Reaches {
        return None;
    }
    match known.better {
        Better::More => Some((ratio, ratio.value)),
        Better::Less => Some((ratio, 1.0 / ratio.value)),
        Better::Neither => None,
    }
}

/// A share in percent, in figures that do not round a miss away.
fn share(n: usize, all: usize) -> String {
    match all {
        0 => "none".to_owned(),
        all => format!("{:.1}%", (1000.0 * n as f64 / all as f64).floor() / 10.0),
    }
}

/// A quotient of two that were not measured side by side. Its interval reaches from the least to the
/// most that both intervals allow, so it is wider than one of 95%.
pub(super) fn over(b: &Estimate, a: &Estimate) -> Estimate {
    let n = a.n.min(b.n);
    Estimate { value: b.value / a.value, low: b.low / a.high, high: b.high / a.low, n }
}

fn place(sweep: &Sweep, cell: &Cell) -> String {
    let swept = sweep.swept.as_ref();
    let value = swept.and_then(|(name, _)| Some(format!("{name} = {}", cell.get(name)?)));
    value.unwrap_or_default()
}
