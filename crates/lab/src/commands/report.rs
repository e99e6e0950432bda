//! `cargo lab report`.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::Args;

use super::Desk;
use crate::lab::{browser_pages, documents, pages};
use crate::record::{read, write};
use crate::report::reports;
use crate::{Findings, Recorded, repository};

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
        let results = self.results.unwrap_or_else(|| repository().join("results"));
        let questions = desk.questions()?;
        let all = desk.warned(Recorded::below(&results, &questions)?)?;
        let findings: Vec<Findings<'_>> = all.iter().map(Recorded::findings).collect();
        let reports = reports(&all, &findings);
        for report in &reports {
            if self.check { report.check()? } else { report.write()? }
        }
        for (path, text) in pages(&results, &reports) {
            put(&path, &text, self.check)?;
        }
        // These hold what has just been written.
        for (path, text) in browser_pages(&reports)? {
            put(&path, &text, self.check)?;
        }
        // Documents cite what the repository has, and no other folder.
        if results == repository().join("results") {
            for (path, text) in documents(&repository(), &reports)? {
                put(&path, &text, self.check)?;
            }
        }
        Ok(0)
    }
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
