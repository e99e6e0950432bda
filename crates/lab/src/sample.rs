//! One run of one subject, as it is kept: a line of a record's `samples.jsonl`.
//!
//! `crates/lab/sample.schema.json` describes a line for other programs.

use serde::{Deserialize, Serialize};

use crate::{Cell, Disturbance, Shown};

/// The layout of a line. Benches had lines of their own before, with 1.
pub(crate) const SCHEMA: u32 = 2;

/// A run of a subject in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sample {
    /// The layout.
    pub schema: u32,
    /// How it was measured.
    pub model: String,
    /// The parameters, all that the model has.
    pub cell: Cell,
    /// What was measured.
    pub subject: String,
    /// From 0. The samples of one repetition of a cell ran one after the other.
    pub repetition: u32,
    /// From 0, over the whole question: the order in which the samples were taken.
    pub position: u32,
    /// Why it does not count, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Outcome {
    /// The cell cannot run here.
    Skipped {
        /// Why.
        skipped: String,
    },
    /// A wrong output.
    Wrong {
        /// What was wrong.
        wrong: String,
    },
    /// It was measured.
    Measured(Answer),
}

/// What the process of a sample says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answer {
    /// What others took while it ran.
    #[serde(flatten)]
    pub disturbance: Disturbance,
    /// What was measured.
    #[serde(flatten)]
    pub shown: Shown,
}

impl Answer {
    /// An answer.
    pub fn new(disturbance: Disturbance, shown: Shown) -> Self {
        Self { disturbance, shown }
    }
}

impl Sample {
    /// A sample of this layout, which is rejected where its outcome says so.
    pub fn new(
        (model, cell, subject): (&str, &Cell, &str),
        repetition: u32,
        position: u32,
        mut outcome: Outcome,
    ) -> Self {
        let rejected = match &mut outcome {
            Outcome::Measured(answer) => {
                let own = answer.shown.complaint.take();
                answer.disturbance.complaint().or(own)
            }
            _ => None,
        };
        Self {
            schema: SCHEMA,
            model: model.to_owned(),
            cell: cell.clone(),
            subject: subject.to_owned(),
            repetition,
            position,
            rejected,
            outcome,
        }
    }

    /// What it shows, where it counts.
    pub fn counted(&self) -> Option<&Shown> {
        match &self.outcome {
            Outcome::Measured(answer) if self.rejected.is_none() => Some(&answer.shown),
            _ => None,
        }
    }

    /// Whether others have disturbed it, so that another run may do better.
    pub fn is_disturbed(&self) -> bool {
        match &self.outcome {
            Outcome::Measured(answer) => answer.disturbance.complaint().is_some(),
            _ => false,
        }
    }

    /// Whether this is of the same subject in the same cell.
    pub fn is_of(&self, (model, cell, subject): (&str, &Cell, &str)) -> bool {
        self.subject == subject && self.cell == *cell && self.model == model
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Samples, samples_text};

    fn answer(other: f64, complaint: Option<&str>) -> Outcome {
        let mut shown = Shown::default();
        shown.set("ops_per_s", 12_345_678.9);
        shown.complaint = complaint.map(str::to_owned);
        let disturbance = Disturbance { other_fraction: Some(other), ..Disturbance::default() };
        Outcome::Measured(Answer::new(disturbance, shown))
    }

    #[test]
    fn samples_come_back_as_they_were_written() {
        let cell = Cell::default().with("threads", 2);
        let of = ("threads", &cell, "std-mutex");
        let samples = vec![
            Sample::new(of, 0, 0, answer(0.0, None)),
            Sample::new(of, 1, 1, answer(0.5, None)),
            Sample::new(of, 2, 2, answer(0.0, Some("apart"))),
            Sample::new(of, 3, 3, Outcome::Skipped { skipped: "no threads".to_owned() }),
            Sample::new(of, 4, 4, Outcome::Wrong { wrong: "lost one".to_owned() }),
        ];
        let text = samples_text(&samples);
        assert_eq!(
            Samples::parse(text.as_bytes()),
            Samples { samples: samples.clone(), damaged: vec![] }
        );
        let counted: Vec<bool> = samples.iter().map(|s| s.counted().is_some()).collect();
        assert_eq!(counted, [true, false, false, false, false]);
        let disturbed: Vec<bool> = samples.iter().map(Sample::is_disturbed).collect();
        assert_eq!(disturbed, [false, true, false, false, false]);
        assert_eq!(samples[2].rejected.as_deref(), Some("apart"));
        assert!(text.starts_with(r#"{"schema":2,"model":"threads","cell":{"threads":2},"#));
        assert!(text.contains(r#""ops_per_s":12345700.0"#), "{text}");
    }
}
