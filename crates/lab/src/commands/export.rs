//! `cargo lab export`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{Desk, record};
use crate::{Outcome, Recorded, Sample};

/// Options of `export`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The folder of a machine's record; the newest of the repository without it.
    #[arg(value_name = "RECORD")]
    record: Option<PathBuf>,
    /// A line for each measure of each sample: the only form so far.
    #[arg(long)]
    csv: bool,
}

impl Export {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<u8> {
        let _ = self.csv;
        let record = record(self.record.as_deref())?;
        desk.say("question,model,cell,subject,repetition,position,rejected,measure,value\n")?;
        let questions = desk.questions()?;
        for recorded in desk.warned(Recorded::all(&record, &questions)?)? {
            for sample in &recorded.samples.samples {
                desk.say(&lines(&recorded.question.name, sample))?;
            }
        }
        Ok(0)
    }
}

/// The measures of a sample, a line each; a line without one where there is none.
fn lines(question: &str, sample: &Sample) -> String {
    let (measures, why) = match &sample.outcome {
        Outcome::Skipped { skipped } => (vec![(String::new(), String::new())], skipped.as_str()),
        Outcome::Wrong { wrong } => (vec![(String::new(), String::new())], wrong.as_str()),
        Outcome::Measured(answer) => {
            let measures = answer.shown.measures.iter();
            let measures = measures.map(|(name, value)| (name.clone(), value.to_string()));
            (measures.collect(), sample.rejected.as_deref().unwrap_or_default())
        }
    };
    let line = |(measure, value): (String, String)| {
        let Sample { model, subject, repetition, position, .. } = sample;
        let (cell, why) = (quoted(&sample.cell.to_string()), quoted(why));
        format!(
            "{question},{model},{cell},{subject},{repetition},{position},{why},{measure},{value}\n"
        )
    };
    measures.into_iter().map(line).collect()
}

/// RFC 4180: in quotes where a comma, a quote or the end of a line would be misread.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
