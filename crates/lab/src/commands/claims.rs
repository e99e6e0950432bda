//! `cargo lab claims`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{Desk, record};
use crate::claims::claims_page;
use crate::lab::{browser_pages, pages};
use crate::record::{read, write};
use crate::report::{commits, reports};
use crate::{Claim, Findings, Question, Recorded, records, repository};

/// Options of `claims`.
#[derive(Debug, Args)]
pub(super) struct Claims {
    /// The folder of a machine's record; all of the repository without it.
    #[arg(value_name = "RECORD")]
    record: Option<PathBuf>,
    /// The file of the claims; that of the repository without it.
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// Write nothing: fail where the page is not what the samples say.
    #[arg(long)]
    check: bool,
}

impl Claims {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let path = self.claims.unwrap_or_else(|| repository().join("benches/claims.toml"));
        let shown = path.strip_prefix(repository()).unwrap_or(&path).display().to_string();
        let claims = Claim::parse_all(&shown, &read(&path)?)?;
        let questions = desk.questions()?;
        let records = match &self.record {
            Some(named) => vec![record(Some(named))?],
            None => records(&repository().join("results"))?,
        };
        let mut newest = String::new();
        for record in &records {
            newest = page(record, &claims, &questions, desk)?;
            let path = record.join("claims/report.md");
            if self.check {
                ensure!(
                    read(&path)? == newest,
                    "`{}` is not what the samples say; write it by `cargo lab claims`",
                    path.display()
                );
                continue;
            }
            fs::create_dir_all(record.join("claims"))
                .with_context(|| format!("make a folder in `{}`", record.display()))?;
            write(&path, &newest)?;
            desk.note(&format!("written to {}", path.display()))?;
        }
        let record = records.last().context("there is no record; make one by `cargo lab run`")?;
        if self.check {
            return Ok(0);
        }
        // The pages above lead here from now on.
        if let Some(results) = record.parent() {
            let all = Recorded::below(results, &questions)?;
            let findings: Vec<Findings<'_>> = all.iter().map(Recorded::findings).collect();
            let reports = reports(&all, &findings);
            for (path, text) in pages(results, &reports).into_iter().chain(browser_pages(&reports)?)
            {
                write(&path, &text)?;
            }
        }
        let table: Vec<&str> = newest.lines().take_while(|line| !line.starts_with("## ")).collect();
        desk.say(&(table.join("\n") + "\n"))?;
        Ok(0)
    }
}

/// The page of all claims from what a record has.
fn page(
    record: &Path,
    claims: &[Claim],
    questions: &[Question],
    desk: &mut Desk<'_>,
) -> Result<String> {
    let all = desk.warned(Recorded::all(record, questions)?)?;
    let findings: HashMap<&str, Findings<'_>> =
        all.iter().map(|recorded| (recorded.question.name.as_str(), recorded.findings())).collect();
    let machine = &all.first().context("the record has no samples of a question")?.machine;
    let commits = commits(all.iter().map(|recorded| (&recorded.question, &recorded.machine)));
    Ok(claims_page(claims, machine, &commits, |question| findings.get(question)))
}
