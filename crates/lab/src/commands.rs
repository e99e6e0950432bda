//! `inrush-lab`, which `cargo lab` runs: one file for each of its commands.

mod claims;
mod compare;
mod diff;
mod export;
mod list;
mod rank;
mod report;
mod run;
mod self_test;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};

use crate::console::explained;
use crate::lab::questions;
use crate::runner::measured;
use crate::{
    Question, Recorded, Request, answer, checks_text, doctor, records, repository, request,
};

/// Measures what shares memory, moves items and writes files on this machine, and reports it.
#[derive(Debug, Parser)]
#[command(name = "inrush-lab", bin_name = "cargo lab", version, max_term_width = 100)]
struct Lab {
    #[command(subcommand)]
    command: Command,
    /// Where the questions are; those of the repository without it.
    #[arg(long, global = true, value_name = "DIR")]
    questions: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take the samples of questions, and report them.
    Run(run::Run),
    /// Name the questions, or the models with their parameters, measures and subjects.
    List(list::List),
    /// Measure what is known, and see that the lab finds it; run what is broken, and see it named.
    SelfTest(self_test::SelfTest),
    /// Write the reports of records anew from their samples, and what documents cite; or check them.
    Report(report::Report),
    /// Order the subjects of a record by how near they come to the best of each cell.
    Rank(rank::Rank),
    /// Say in which cells two records differ.
    Diff(diff::Diff),
    /// Put the records of two machines side by side.
    Compare(compare::Compare),
    /// Say which claims of others hold on a machine, from its record.
    Claims(claims::Claims),
    /// Say whether this machine is fit to measure on.
    Doctor(Doctor),
    /// Write all samples of a record as a table for other programs.
    Export(export::Export),
}

#[derive(Debug, clap::Args)]
struct Doctor {
    /// Where samples would write; without it the system's temporary folder.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Where a command writes, and what it may use.
struct Desk<'a> {
    /// For what was asked for.
    out: &'a mut dyn Write,
    /// For progress and complaints.
    notes: &'a mut dyn Write,
    /// The folder of the questions.
    questions: PathBuf,
}

impl Desk<'_> {
    fn questions(&self) -> Result<Vec<Question>> {
        questions(&self.questions)
    }

    /// What was recorded, after a note of each line that is damaged.
    fn warned(&mut self, all: Vec<Recorded>) -> Result<Vec<Recorded>> {
        for recorded in &all {
            for damaged in &recorded.samples.damaged {
                let path = recorded.folder.display();
                self.note(&format!("warning: `{path}/samples.jsonl`: {damaged}"))?;
            }
        }
        Ok(all)
    }

    fn say(&mut self, text: &str) -> Result<()> {
        write!(self.out, "{text}").context("write the output")
    }

    fn note(&mut self, text: &str) -> Result<()> {
        writeln!(self.notes, "{text}").context("write a note")
    }
}

/// How long the doctor looks at the machine.
const WATCH: Duration = Duration::from_secs(1);

/// Runs a command line: what was asked for goes to `out`, progress and complaints to `notes`. Returns
/// the exit code: 0; or 1 where an output was wrong, something failed or a check found a difference;
/// or 2 for arguments that mean nothing.
pub fn run_command(arguments: &[OsString], out: &mut dyn Write, notes: &mut dyn Write) -> u8 {
    match request::<Request>(arguments) {
        Ok(Some(request)) => u8::from(answer(out, &measured(&request)).is_err()),
        Ok(None) => match Lab::try_parse_from(arguments) {
            Ok(lab) => done(lab, out, notes),
            Err(error) => explained(&error, out, notes),
        },
        Err(error) => failed(&error, notes),
    }
}

fn done(lab: Lab, out: &mut dyn Write, notes: &mut dyn Write) -> u8 {
    let questions = lab.questions.unwrap_or_else(|| repository().join("benches/questions"));
    let mut desk = Desk { out, notes, questions };
    let done = match lab.command {
        Command::Run(run) => run.run(&mut desk),
        Command::List(list) => list.run(&mut desk),
        Command::SelfTest(test) => test.run(&mut desk),
        Command::Report(report) => report.run(&mut desk),
        Command::Rank(rank) => rank.run(&mut desk),
        Command::Diff(diff) => diff.run(&mut desk),
        Command::Compare(compare) => compare.run(&mut desk),
        Command::Claims(claims) => claims.run(&mut desk),
        Command::Export(export) => export.run(&mut desk),
        Command::Doctor(asked) => {
            let folder = asked.folder.unwrap_or_else(std::env::temp_dir);
            desk.say(&checks_text(&doctor(&folder, WATCH))).map(|()| 0)
        }
    };
    done.unwrap_or_else(|error| failed(&error, notes))
}

fn failed(error: &anyhow::Error, notes: &mut dyn Write) -> u8 {
    // Where even this cannot be written, the exit code is left to tell.
    let _ = writeln!(notes, "error: {error:#}");
    1
}

/// The folder of a record: the one that is named, or the newest of the repository's.
fn record(named: Option<&Path>) -> Result<PathBuf> {
    match named {
        Some(path) => {
            ensure!(path.is_dir(), "there is no record in `{}`", path.display());
            Ok(path.to_owned())
        }
        None => {
            let results = repository().join("results");
            records(&results)?.pop().with_context(|| {
                format!("`{}` has no record; make one by `cargo lab run`", results.display())
            })
        }
    }
}
