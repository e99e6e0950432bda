//! `cargo lab report`.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::Args;

use super::Desk;
use crate::lab::{Recorded, browser_page, pages, records};
use crate::record::{read, write};
use crate::{Question, repository};

/// Options of `report`.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// The folder of records; that of the repository without it.
    #[arg(value_name = "RESULTS")]
    results: Option<PathBuf>,
    /// Write nothing: fail where a report is not what the samples say.
    #[arg(long)]
    check: bool,
}

impl Report {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let questions = desk.questions()?;
        let results = self.results.unwrap_or_else(|| repository().join("results"));
        for record in records(&results)? {
            let all = Recorded::all(&record, &questions)?;
            for recorded in &all {
                for damaged in &recorded.samples.damaged {
                    let path = recorded.folder.display();
                    desk.note(&format!("warning: `{path}/samples.jsonl`: {damaged}"))?;
                }
                let findings = recorded.findings();
                let report = recorded.report(&findings);
                match self.check {
                    true => report.check(&recorded.folder)?,
                    false => report.write(&recorded.folder)?,
                }
            }
        }
        above(&results, &questions, self.check)?;
        Ok(0)
    }
}

/// Writes or checks what stands above the reports.
fn above(results: &Path, questions: &[Question], is_check: bool) -> Result<()> {
    for (path, text) in pages(results, questions)? {
        put(&path, &text, is_check)?;
    }
    for record in records(results)? {
        let all = Recorded::all(&record, questions)?;
        if !all.is_empty() {
            put(&record.join("index.html"), &browser_page(&record, &all)?, is_check)?;
        }
    }
    Ok(())
}

fn put(path: &Path, text: &str, is_check: bool) -> Result<()> {
    if !is_check {
        return write(path, text);
    }
    ensure!(
        read(path)? == text,
        "`{}` is not what the samples say; write it anew by `cargo lab report`",
        path.display()
    );
    Ok(())
}
