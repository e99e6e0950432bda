//! `cargo lab run`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Desk;
use crate::console::{warn_after, warn_before};
use crate::lab::{browser_pages, pages, select};
use crate::record::{Record, write};
use crate::report::{Report, reports};
use crate::runner::{Journal, Plan, process};
use crate::{
    Findings, Machine, Outcome, Question, Recorded, Sample, Samples, Stop, Watch, repository,
    runner,
};

/// Options of `run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The questions; all without.
    names: Vec<String>,
    /// Fewer cells, short samples, three rounds.
    #[arg(long)]
    quick: bool,
    /// How long all of it may take, such as 45m: makes the rounds as many as fit, at least five.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration,
          conflicts_with_all = ["quick", "repetitions"])]
    budget: Option<Duration>,
    /// Rounds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    repetitions: Option<u32>,
    /// Only these subjects, and the controls.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    subjects: Vec<String>,
    /// Keep samples and reports in DIR/DATE-MACHINE; without it below target/lab.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Go on where an interrupted run has ended.
    #[arg(long)]
    resume: bool,
    /// Print all tables, not the answers alone.
    #[arg(long)]
    tables: bool,
    /// Where samples write, such as /dev/shm; without it the system's temporary folder.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Run {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let all = desk.questions()?;
        let questions = select(all.clone(), &self.names)?;
        let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        let mut plan = Plan::new(self.quick, folder.clone());
        plan.subjects.clone_from(&self.subjects);
        if let Some(repetitions) = self.repetitions {
            plan.repetitions = repetitions;
        }
        if let Some(budget) = self.budget {
            let estimate = plan.fit(&questions, budget);
            if estimate > budget {
                let minutes = estimate.as_secs().div_ceil(60);
                desk.note(&format!(
                    "warning: five rounds take about {minutes} minutes, more than the budget"
                ))?;
            }
        }
        let results = self.record.clone().unwrap_or_else(|| repository().join("target/lab"));
        let questions = match self.resume {
            true => from_interrupt(questions, &results.join(folder_name(&folder)))?,
            false => questions,
        };
        let stop = Stop::on_signals()?;
        let mut is_wrong = false;
        let mut recorded = None;
        for question in &questions {
            let watch = Watch::begin(&folder, &repository());
            if recorded.is_none() {
                warn_before(watch.machine(), desk.notes);
            }
            let record = results.join(watch.machine().folder_name());
            let (samples, machine) = self.take(question, &plan, &stop, watch, desk, &record)?;
            warn_after(&machine, desk.notes);
            is_wrong |= said_wrong(&samples, desk)?;
            let folder = record.join(&question.name);
            self.keep(question, &folder, samples, &machine, desk)?;
            recorded = Some(record);
        }
        let record = recorded.context("there are no questions")?;
        let recorded = Recorded::below(&results, &all)?;
        let findings: Vec<Findings<'_>> = recorded.iter().map(Recorded::findings).collect();
        let reports = reports(&recorded, &findings);
        for (path, text) in pages(&results, &reports) {
            write(&path, &text)?;
        }
        for (path, text) in browser_pages(&reports)? {
            write(&path, &text)?;
        }
        desk.note(&format!("recorded in {}", record.display()))?;
        Ok(u8::from(is_wrong))
    }

    /// The samples of a question.
    fn take(
        &self,
        question: &Question,
        plan: &Plan,
        stop: &Stop,
        watch: Watch,
        desk: &mut Desk<'_>,
        record: &Path,
    ) -> Result<(Vec<Sample>, Machine)> {
        let folder = record.join(&question.name);
        let mut journal = Journal::open(&folder, self.resume)?;
        for damaged in journal.damaged() {
            let path = folder.display();
            writeln!(desk.notes, "warning: `{path}/samples.jsonl.part`: {damaged}")?;
        }
        let estimate = plan.estimate(question);
        let bar = ProgressBar::new(0).with_style(style());
        bar.set_message(question.name.clone());
        desk.note(&format!(
            "{}: {} rounds, about {} s",
            question.name,
            plan.repetitions,
            estimate.as_secs()
        ))?;
        let taken = &mut |_: &Sample, (i, n): (usize, usize)| {
            bar.set_length(n as u64);
            bar.set_position(i as u64);
        };
        let ran = runner::run(question, plan, &mut journal, stop, &process, taken);
        bar.finish_and_clear();
        if let Err(error) = ran {
            bail!("{error:#}; go on by the same command with --resume");
        }
        Ok((journal.finish()?, watch.end()))
    }

    /// Writes the machine and the report beside the samples, and says the answer.
    fn keep(
        &self,
        question: &Question,
        folder: &Path,
        samples: Vec<Sample>,
        machine: &Machine,
        desk: &mut Desk<'_>,
    ) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("make `{}`", folder.display()))?;
        Record::at(folder.to_owned()).write_machine(machine)?;
        let samples = Samples { samples, damaged: Vec::new() };
        let recorded = Recorded::new(question.clone(), samples, machine.clone(), folder.to_owned());
        let findings = recorded.findings();
        let report = Report::new(&recorded, &findings);
        report.write()?;
        match self.tables {
            true => desk.say(&format!("{}\n", report.markdown())),
            false => {
                desk.say(&format!("{}\n{}\n\n", question.question, report.answer().trim_end()))
            }
        }
    }
}

/// The name of the folder of this machine's record.
fn folder_name(folder: &Path) -> String {
    Watch::begin(folder, &repository()).machine().folder_name()
}

/// The questions from the one on that an interrupted run was at; those before it are done.
fn from_interrupt(mut questions: Vec<Question>, record: &Path) -> Result<Vec<Question>> {
    let interrupted =
        questions.iter().position(|question| Journal::is_in(&record.join(&question.name)));
    let first =
        interrupted.with_context(|| format!("`{}` has nothing to resume", record.display()))?;
    Ok(questions.split_off(first))
}

fn style() -> ProgressStyle {
    let template = "{msg} {wide_bar} {pos}/{len} {elapsed} of about {duration}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Says which outputs were wrong, and whether any was.
fn said_wrong(samples: &[Sample], desk: &mut Desk<'_>) -> Result<bool> {
    let mut any = false;
    for sample in samples {
        if let Outcome::Wrong { wrong } = &sample.outcome {
            any = true;
            desk.note(&format!("wrong: `{}` at {}: {wrong}", sample.subject, sample.cell))?;
        }
    }
    Ok(any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::questions;

    #[test]
    fn interrupted_run_goes_on_with_the_question_it_was_at() {
        let all = questions(&repository().join("benches/questions")).expect("they are");
        let n = all.len();
        let record = tempfile::tempdir().expect("a folder");
        let error = from_interrupt(all.clone(), record.path()).expect_err("nothing was begun");
        assert!(error.to_string().ends_with("has nothing to resume"), "{error}");
        let folder = record.path().join(&all[2].name);
        drop(Journal::open(&folder, false).expect("a journal"));
        let rest = from_interrupt(all.clone(), record.path()).expect("one was begun");
        assert_eq!((rest.len(), &rest[0].name), (n - 2, &all[2].name));
    }
}
