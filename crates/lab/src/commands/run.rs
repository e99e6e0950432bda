//! `cargo lab run`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Desk;
use crate::console::{warn_after, warn_before};
use crate::lab::{browser_pages, pages, select};
use crate::near::near;
use crate::record::{Record, write};
use crate::report::{Report, reports};
use crate::runner::{Journal, Plan, process};
use crate::{
    Findings, Machine, Outcome, Question, Recorded, Sample, Samples, Stop, Watch, machine, records,
    repository, runner,
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
        self.know_subjects(&questions)?;
        let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        let results = self.record.clone().unwrap_or_else(|| repository().join("target/lab"));
        let plan = self.plan(&questions, &folder, &results, desk)?;
        let machine = Watch::begin(&folder, &repository()).machine().clone();
        // One folder, also where a day ends meanwhile.
        let (record, questions) = match self.resume {
            true => from_interrupt(questions, &results, &machine)?,
            false => (results.join(machine.folder_name()), questions),
        };
        warn_before(&machine, desk.notes);
        let stop = Stop::on_signals()?;
        let mut is_wrong = false;
        for question in &questions {
            let watch = Watch::begin(&folder, &repository());
            let (samples, machine) = self.take(question, &plan, &stop, watch, desk, &record)?;
            warn_after(&machine, desk.notes);
            is_wrong |= said_wrong(&samples, desk)?;
            let folder = record.join(&question.name);
            self.keep(question, &folder, samples, &machine, desk)?;
        }
        let recorded = desk.warned(Recorded::below(&results, &all)?)?;
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

    /// Refuses a subject that none of the questions has.
    fn know_subjects(&self, questions: &[Question]) -> Result<()> {
        let sweeps = || questions.iter().flat_map(|question| &question.sweeps);
        let known: BTreeSet<&str> =
            sweeps().flat_map(|sweep| &sweep.subjects).map(|subject| subject.name).collect();
        for name in &self.subjects {
            ensure!(
                known.contains(name.as_str()),
                "no question here has a subject `{name}`{}",
                near(name, known)
            );
        }
        Ok(())
    }

    /// What is to be taken, with as many rounds as fit where there is a budget.
    fn plan(
        &self,
        questions: &[Question],
        folder: &Path,
        results: &Path,
        desk: &mut Desk<'_>,
    ) -> Result<Plan> {
        let mut plan = Plan::new(self.quick, folder.to_owned());
        plan.subjects.clone_from(&self.subjects);
        if let Some(repetitions) = self.repetitions {
            plan.repetitions = repetitions;
        }
        let Some(budget) = self.budget else { return Ok(plan) };
        let machine = Watch::begin(folder, &repository()).machine().clone();
        let places = [results.to_owned(), repository().join("results")];
        let earlier = |question: &Question| {
            places.iter().find_map(|results| beyond_plan(results, question, &machine))
        };
        let estimate = plan.fit(questions, budget, &earlier);
        if estimate > budget {
            desk.note(&format!(
                "warning: {} rounds take about {} minutes, more than the budget",
                plan.repetitions,
                estimate.as_secs().div_ceil(60)
            ))?;
        }
        Ok(plan)
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
        let begun = Instant::now();
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
        let mut machine = watch.end();
        // What a part of a run has taken says nothing of the whole.
        if !self.quick && !self.resume && self.subjects.is_empty() {
            let took_s = begun.elapsed().as_secs_f64().round();
            let planned_s = estimate.as_secs_f64().round();
            machine.run = Some(machine::Run { rounds: plan.repetitions, took_s, planned_s });
        }
        Ok((journal.finish()?, machine))
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

/// How many times as long as planned a question took on this machine when it was last asked, where there is a
/// record of that.
fn beyond_plan(results: &Path, question: &Question, machine: &Machine) -> Option<f64> {
    let newest_first = records(results).ok()?.into_iter().rev();
    let is_here =
        |other: &Machine| other.cpu_model == machine.cpu_model && other.cores == machine.cores;
    newest_first
        .filter_map(|record| Record::at(record.join(&question.name)).machine().ok())
        .find_map(|other| other.run.filter(|run| is_here(&other) && run.planned_s > 0.0))
        .map(|run| run.took_s / run.planned_s)
}

/// The record of this machine that an interrupted run has left, and the questions from the one on that it
/// was at; those before it are done.
fn from_interrupt(
    mut questions: Vec<Question>,
    results: &Path,
    machine: &Machine,
) -> Result<(PathBuf, Vec<Question>)> {
    let nothing = || format!("`{}` has nothing of this machine to resume", results.display());
    let dated = |name: &str| name.ends_with(&machine.name());
    let records = if results.is_dir() { records(results)? } else { Vec::new() };
    let (record, first) = records
        .into_iter()
        .rev()
        .filter(|record| record.file_name().and_then(|name| name.to_str()).is_some_and(dated))
        .find_map(|record| {
            let at =
                questions.iter().position(|asked| Journal::is_in(&record.join(&asked.name)))?;
            Some((record, at))
        })
        .with_context(nothing)?;
    Ok((record, questions.split_off(first)))
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
    fn interrupted_run_goes_on_with_the_question_it_was_at_on_whatever_day() {
        let all = questions(&repository().join("benches/questions")).expect("they are");
        let n = all.len();
        let results = tempfile::tempdir().expect("a folder");
        let mut machine = Watch::begin(results.path(), results.path()).machine().clone();
        let resumed = |machine: &Machine| from_interrupt(all.clone(), results.path(), machine);
        let error = resumed(&machine).expect_err("nothing was begun");
        assert!(error.to_string().ends_with("has nothing of this machine to resume"), "{error}");
        machine.date = "2026-01-31".to_owned();
        let record = results.path().join(machine.folder_name());
        drop(Journal::open(&record.join(&all[2].name), false).expect("a journal"));
        machine.date = "2026-02-01".to_owned();
        let (found, rest) = resumed(&machine).expect("one was begun");
        assert_eq!((found, rest.len(), &rest[0].name), (record, n - 2, &all[2].name));
        machine.cores += 1;
        resumed(&machine).expect_err("that was another machine");
    }

    #[test]
    fn earlier_run_of_the_same_machine_says_what_a_question_costs() {
        let results = tempfile::tempdir().expect("a folder");
        let question =
            questions(&repository().join("benches/questions")).expect("they are").remove(0);
        let mut machine = Watch::begin(results.path(), results.path()).machine().clone();
        let found = |machine: &Machine| beyond_plan(results.path(), &question, machine);
        assert_eq!(found(&machine), None);
        for (date, took_s) in [("2026-01-31", 10.0), ("2026-02-01", 30.0)] {
            machine.date = date.to_owned();
            machine.run = Some(machine::Run { rounds: 5, took_s, planned_s: 20.0 });
            let folder = results.path().join(machine.folder_name()).join(&question.name);
            fs::create_dir_all(&folder).expect("a folder");
            Record::at(folder).write_machine(&machine).expect("it is written");
        }
        assert_eq!(found(&machine), Some(1.5), "the newest tells");
        machine.cores += 1;
        assert_eq!(found(&machine), None);
    }
}
