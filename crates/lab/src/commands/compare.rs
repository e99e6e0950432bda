//! `cargo lab compare`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{Desk, record};
use crate::report::{Report, machines_page, reports};
use crate::{Findings, Recorded};

/// Options of `compare`.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The folder of a machine's record.
    a: PathBuf,
    /// That of another.
    b: PathBuf,
}

impl Compare {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let questions = desk.questions()?;
        let mut found = Vec::new();
        for path in [&self.a, &self.b] {
            let record = record(Some(path))?;
            let name = record.file_name().map(|name| name.to_string_lossy().into_owned());
            let all = desk.warned(Recorded::all(&record, &questions)?)?;
            found.push((name.unwrap_or_default(), all));
        }
        let findings: Vec<Vec<Findings<'_>>> = found
            .iter()
            .map(|(_, recorded)| recorded.iter().map(Recorded::findings).collect())
            .collect();
        let all: Vec<Vec<Report<'_>>> = found
            .iter()
            .zip(&findings)
            .map(|((_, recorded), findings)| reports(recorded, findings))
            .collect();
        let machines: Vec<(String, Vec<&Report<'_>>)> = found
            .iter()
            .zip(&all)
            .map(|((name, _), reports)| (name.clone(), reports.iter().collect()))
            .collect();
        desk.say(&machines_page(&machines))?;
        Ok(0)
    }
}
