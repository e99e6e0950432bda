//! What a person reads of a question: what was asked and expected, the answer in a sentence, a figure
//! and a table for each measure, and where all of it was measured.

mod answer;
mod citation;
mod drawing;
mod front;
mod machines;
mod noise;
mod page;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

pub use citation::with_citations;
pub use front::{commits, front_page};
pub use machines::machines_page;
pub use page::page;

use crate::record::{read, write};
use crate::{Cell, Figure, Findings, Machine, Question, Recorded, Sweep};

/// A report, and what goes into it.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    recorded: &'a Recorded,
    findings: &'a Findings<'a>,
}

/// The reports of all that was recorded, and of what that says.
pub fn reports<'a>(recorded: &'a [Recorded], findings: &'a [Findings<'a>]) -> Vec<Report<'a>> {
    let both = recorded.iter().zip(findings);
    both.map(|(recorded, findings)| Report::new(recorded, findings)).collect()
}

impl<'a> Report<'a> {
    /// The report of what was recorded, and of what that says.
    pub fn new(recorded: &'a Recorded, findings: &'a Findings<'a>) -> Self {
        Self { recorded, findings }
    }

    /// What was asked.
    pub fn question(&self) -> &'a Question {
        &self.recorded.question
    }

    /// What samples say.
    pub fn findings(&self) -> &'a Findings<'a> {
        self.findings
    }

    /// Where they were taken.
    pub fn machine(&self) -> &'a Machine {
        &self.recorded.machine
    }

    /// The folder of the question in its record.
    pub fn folder(&self) -> &'a Path {
        &self.recorded.folder
    }

    /// The cells of a sweep that have samples, in the order of the sweep.
    fn cells(&self, sweep: &Sweep) -> Vec<Cell> {
        let has_samples = |cell: &Cell| {
            let model = sweep.model.about().name;
            sweep.subjects.iter().any(|s| self.findings.of((model, cell, s.name)).next().is_some())
        };
        sweep.cells(false).into_iter().filter(has_samples).collect()
    }

    /// The answer: a sentence for each sweep that has samples, as a list where there are some.
    pub fn answer(&self) -> String {
        let answers = self.question().sweeps.iter().filter_map(|sweep| self.answer_of(sweep));
        let answers: Vec<String> = answers.collect();
        match answers.as_slice() {
            [] => "The tables say what was found.".to_owned(),
            [only] => only.clone(),
            all => all.iter().map(|answer| format!("- {answer}\n")).collect::<String>(),
        }
    }

    /// The text of `report.md`.
    pub fn markdown(&self) -> String {
        let Question { title, question, expect, wrong_if, .. } = self.question();
        let mut text = format!(
            "# {title}\n\n{question}\n\n**Answer**\n\n{}\n\n**Expected.** {expect}\n\n\
             **Wrong if** {wrong_if}\n",
            self.answer().trim_end()
        );
        for (number, sweep) in (1..).zip(&self.question().sweeps) {
            text += &self.section(number, sweep);
        }
        text + &self.provenance()
    }

    /// All figures, with the names of their files without endings.
    ///
    /// # Errors
    /// Never where a sample counts; a figure without points is left out.
    pub fn figures(&self) -> Vec<(String, Figure)> {
        let sweeps = (1..).zip(&self.question().sweeps);
        sweeps.flat_map(|(number, sweep)| self.drawings(number, sweep)).collect()
    }

    fn provenance(&self) -> String {
        let counts = self.findings.counts();
        let provenance = self.machine().provenance((counts.rejected, counts.taken), None);
        let mut text = format!("\n## Where\n\n{provenance}\n");
        text += &self.machine().disturbance();
        let n = self.recorded.samples.damaged.len();
        if n > 0 {
            text += &format!("\nDamaged lines of `samples.jsonl`, left out: {n}.\n");
        }
        text + &format!("\n```\ncargo lab run {}\n```\n", self.question().name)
    }

    /// Writes `report.md` and the figures into its folder, and removes
    /// figures that are no part of it any more. All are SVG; the first of each sweep, which answers, is
    /// there as PNG as well.
    ///
    /// # Errors
    /// Where a figure cannot be drawn or a file cannot be written.
    pub fn write(&self) -> Result<()> {
        let folder = self.folder();
        let figures = self.figures();
        for entry in fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))? {
            let path = entry?.path();
            let is = |kind: &str| path.extension().is_some_and(|end| end == kind);
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let is_drawn = figures.iter().any(|(name, _)| name == stem);
            if is("svg") && !is_drawn || is("png") && !(is_drawn && self.is_first(stem)) {
                fs::remove_file(&path).with_context(|| format!("remove `{}`", path.display()))?;
            }
        }
        for (name, figure) in &figures {
            write(&folder.join(format!("{name}.svg")), &figure.svg()?)?;
            if !self.is_first(name) {
                continue;
            }
            let path = folder.join(format!("{name}.png"));
            fs::write(&path, figure.png()?)
                .with_context(|| format!("write `{}`", path.display()))?;
        }
        write(&folder.join("report.md"), &self.markdown())
    }

    /// Whether a figure is the first of its sweep.
    fn is_first(&self, name: &str) -> bool {
        (1..).zip(&self.question().sweeps).any(|(number, sweep)| {
            sweep.figures.first().is_some_and(|measure| name == format!("{number}-{measure}"))
        })
    }

    /// Checks that `report.md` and the figures say what the samples say. Of a figure's two files the
    /// one that is text is compared.
    ///
    /// # Errors
    /// Which file says something else.
    pub fn check(&self) -> Result<()> {
        let folder = self.folder();
        let figures = self.figures();
        let svgs = figures
            .iter()
            .map(|(name, figure)| Ok((folder.join(format!("{name}.svg")), figure.svg()?)));
        let mut files: Vec<_> = svgs.collect::<Result<_>>()?;
        files.push((folder.join("report.md"), self.markdown()));
        for (path, text) in files {
            let name = &self.question().name;
            ensure!(
                read(&path)? == text,
                "`{}` is not what the samples say; write it anew by `cargo lab report {name}`",
                path.display(),
            );
        }
        Ok(())
    }
}
