//! `cargo lab rank`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use super::{Desk, record};
use crate::lab::select;
use crate::near::near;
use crate::{Better, Findings, Recorded, Role, Sweep, Table, figures, models};

/// Options of `rank`.
#[derive(Debug, Args)]
pub(super) struct Rank {
    /// The questions; all that the record has without.
    names: Vec<String>,
    /// The folder of a machine's record; the newest of the repository without it.
    #[arg(long, value_name = "RECORD")]
    record: Option<PathBuf>,
    /// What to order by, such as `cpu_ns_per_op`; what each sweep answers with without it.
    #[arg(long, value_name = "MEASURE", value_parser = measure)]
    by: Option<String>,
}

/// A measure of which more or less is better.
fn measure(name: &str) -> Result<String> {
    let measures = || models::MODELS.iter().flat_map(|model| model.about().measures);
    match measures().find(|known| known.name == name) {
        Some(known) if known.better == Better::Neither => {
            bail!("neither more nor less of `{name}` is better")
        }
        Some(_) => Ok(name.to_owned()),
        None => {
            // Some models share a measure.
            let names: BTreeSet<&str> = measures()
                .filter(|known| known.better != Better::Neither)
                .map(|known| known.name)
                .collect();
            bail!("no measure `{name}`{}", near(name, names))
        }
    }
}

impl Rank {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let record = record(self.record.as_deref())?;
        let questions = select(desk.questions()?, &self.names)?;
        for recorded in desk.warned(Recorded::all(&record, &questions)?)? {
            let findings = recorded.findings();
            desk.say(&format!("{}\n\n", recorded.question.question))?;
            for sweep in &recorded.question.sweeps {
                if let Some(measure) = self.by.as_ref().or(sweep.figures.first()) {
                    desk.say(&ranked(sweep, measure, &findings))?;
                }
            }
        }
        Ok(0)
    }
}

/// The subjects of a sweep in order by a measure: by the geometric mean of how near they come to the best of each
/// cell; controls do not compete.
fn ranked(sweep: &Sweep, measure: &str, findings: &Findings<'_>) -> String {
    let known = sweep.model.about().measures.iter().find(|known| known.name == measure);
    let better = known.map_or(Better::Neither, |known| known.better);
    let label = known.map_or_else(|| measure.to_owned(), |known| known.label.to_owned());
    let competes = |role: Role| matches!(role, Role::Ours | Role::Peer);
    let mut logs: Vec<(&str, f64, f64, u32)> = Vec::new();
    for cell in sweep.cells(false) {
        let found: Vec<(&str, f64)> = sweep
            .subjects
            .iter()
            .filter(|subject| competes(subject.role))
            .filter_map(|s| {
                let of = (sweep.model.about().name, &cell, s.name);
                let value = findings.estimate(of, measure)?.value;
                let goodness = if better == Better::Less { 1.0 / value } else { value };
                (goodness > 0.0 && goodness.is_finite()).then_some((s.name, goodness))
            })
            .collect();
        let best = found.iter().map(|(_, goodness)| *goodness).fold(0.0, f64::max);
        for (name, goodness) in found {
            let share = goodness / best;
            match logs.iter_mut().find(|(known, ..)| *known == name) {
                Some((_, log, worst, n)) => {
                    *log += share.ln();
                    *worst = worst.min(share);
                    *n += 1;
                }
                None => logs.push((name, share.ln(), share, 1)),
            }
        }
    }
    if logs.is_empty() || better == Better::Neither {
        return String::new();
    }
    // Who was measured in more cells comes first: to leave out what is hard is no merit.
    logs.sort_by(|a, b| {
        b.3.cmp(&a.3).then((b.1 / f64::from(b.3)).total_cmp(&(a.1 / f64::from(a.3))))
    });
    let mut table = Table::new(&["subject", "of the best:", "at worst:", "cells:"]);
    for (name, log, worst, n) in logs {
        let mean = (log / f64::from(n)).exp();
        table.row(&[
            format!("`{name}`"),
            format!("{}%", figures(mean * 100.0)),
            format!("{}%", figures(worst * 100.0)),
            n.to_string(),
        ]);
    }
    let over = sweep.swept.as_ref().map(|(parameter, _)| format!(" over {parameter}"));
    format!("By {label}{}:\n\n{}\n", over.unwrap_or_default(), table.markdown())
}
