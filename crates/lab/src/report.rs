//! What a person reads of a question: what was asked and expected, the answer in a sentence, a figure
//! and a table for each measure, and where all of it was measured.

mod answer;
mod drawing;
mod front;
mod machines;
mod page;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

pub use front::front_page;
pub use machines::machines_page;
pub use page::page;

use crate::record::{read, write};
use crate::{Cell, Figure, Findings, Machine, Question, Sweep};

/// A report, and what goes into it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Report<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// What samples say.
    pub findings: &'a Findings<'a>,
    /// Where they were taken.
    pub machine: &'a Machine,
    /// How many lines of samples could not be read.
    pub n_damaged: usize,
}

impl<'a> Report<'a> {
    /// A report.
    pub fn new(
        question: &'a Question,
        findings: &'a Findings<'a>,
        machine: &'a Machine,
        n_damaged: usize,
    ) -> Self {
        Self { question, findings, machine, n_damaged }
    }

    /// The cells of a sweep that have samples, in the order of the sweep.
    fn cells(&self, sweep: &Sweep) -> Vec<Cell> {
        let has_samples = |cell: &Cell| {
            let model = sweep.model.name();
            sweep.subjects.iter().any(|s| self.findings.of((model, cell, s.name)).next().is_some())
        };
        sweep.cells(false).into_iter().filter(has_samples).collect()
    }

    /// The answer: a sentence for each sweep that has samples, as a list where there are some.
    pub fn answer(&self) -> String {
        let answers = self.question.sweeps.iter().filter_map(|sweep| self.answer_of(sweep));
        let answers: Vec<String> = answers.collect();
        match answers.as_slice() {
            [] => "The tables say what was found.".to_owned(),
            [only] => only.clone(),
            all => all.iter().map(|answer| format!("- {answer}\n")).collect::<String>(),
        }
    }

    /// The text of `report.md`.
    pub fn markdown(&self) -> String {
        let Question { title, question, expect, wrong_if, .. } = self.question;
        let mut text = format!(
            "# {title}\n\n{question}\n\n**Answer**\n\n{}\n\n**Expected.** {expect}\n\n\
             **Wrong if** {wrong_if}\n",
            self.answer().trim_end()
        );
        for (number, sweep) in (1..).zip(&self.question.sweeps) {
            text += &self.section(number, sweep);
        }
        text + &self.provenance()
    }

    /// All figures, with the names of their files without endings.
    ///
    /// # Errors
    /// Never where a sample counts; a figure without points is left out.
    pub fn figures(&self) -> Vec<(String, Figure)> {
        let sweeps = (1..).zip(&self.question.sweeps);
        sweeps.flat_map(|(number, sweep)| self.drawings(number, sweep)).collect()
    }

    fn provenance(&self) -> String {
        let counts = self.findings.counts();
        let provenance = self.machine.provenance((counts.rejected, counts.taken), None);
        let mut text = format!("\n## Where\n\n{provenance}\n");
        text += &self.machine.disturbance();
        if self.n_damaged > 0 {
            let n = self.n_damaged;
            text += &format!("\nDamaged lines of `samples.jsonl`, left out: {n}.\n");
        }
        text + &format!("\n```\ncargo lab run {}\n```\n", self.question.name)
    }

    /// Writes `report.md` and the figures into the folder of the question's record, and removes
    /// figures that are no part of it any more.
    ///
    /// # Errors
    /// Where a figure cannot be drawn or a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let figures = self.figures();
        for entry in fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))? {
            let path = entry?.path();
            let is_figure = path.extension().is_some_and(|end| end == "svg" || end == "png");
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if is_figure && !figures.iter().any(|(name, _)| name == stem) {
                fs::remove_file(&path).with_context(|| format!("remove `{}`", path.display()))?;
            }
        }
        for (name, figure) in &figures {
            write(&folder.join(format!("{name}.svg")), &figure.svg()?)?;
            let path = folder.join(format!("{name}.png"));
            fs::write(&path, figure.png()?)
                .with_context(|| format!("write `{}`", path.display()))?;
        }
        write(&folder.join("report.md"), &self.markdown())
    }

    /// Checks that `report.md` and the figures say what the samples say. Of a figure's two files the
    /// one that is text is compared.
    ///
    /// # Errors
    /// Which file says something else.
    pub fn check(&self, folder: &Path) -> Result<()> {
        let figures = self.figures();
        let svgs = figures
            .iter()
            .map(|(name, figure)| Ok((folder.join(format!("{name}.svg")), figure.svg()?)));
        let mut files: Vec<_> = svgs.collect::<Result<_>>()?;
        files.push((folder.join("report.md"), self.markdown()));
        for (path, text) in files {
            let name = &self.question.name;
            ensure!(
                read(&path)? == text,
                "`{}` is not what the samples say; write it anew by `cargo lab report {name}`",
                path.display(),
            );
        }
        Ok(())
    }
}
