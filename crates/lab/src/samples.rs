//! Samples as they are kept: a line of JSON each.

use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a question keeps of a run: a line of a `samples.jsonl`.
pub trait Kept: Serialize + DeserializeOwned {
    /// The layout that this program writes and reads.
    const SCHEMA: u32;

    /// The layout of this line.
    fn schema(&self) -> u32;
}

/// What a file of samples held.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples<S> {
    /// The lines that are samples, in order.
    pub samples: Vec<S>,
    /// The lines that are not.
    pub damaged: Vec<Damaged>,
}

/// A line that is no sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no sample: {why}")]
pub struct Damaged {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl<S: Kept> Samples<S> {
    /// Reads the lines of a `samples.jsonl`. A damaged line costs itself alone.
    pub fn parse(text: &str) -> Self {
        let mut read = Self { samples: Vec::new(), damaged: Vec::new() };
        for (line, text) in (1..).zip(text.lines()) {
            match serde_json::from_str::<S>(text) {
                Ok(sample) if sample.schema() == S::SCHEMA => read.samples.push(sample),
                Ok(sample) => {
                    let why = format!("its schema is {}, not {}", sample.schema(), S::SCHEMA);
                    read.damaged.push(Damaged { line, why });
                }
                Err(error) => read.damaged.push(Damaged { line, why: error.to_string() }),
            }
        }
        read
    }
}

/// The samples as the text of a `samples.jsonl`.
///
/// # Panics
/// Never for a sample that was measured: only a non-text key could fail, and there is none.
pub fn samples_text<S: Kept>(samples: &[S]) -> String {
    let mut text = String::new();
    for sample in samples {
        let line = serde_json::to_string(sample).expect("a sample is numbers and text");
        writeln!(text, "{line}").expect("a String takes what is written");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JOB_SCHEMA, JobSample, Measured};

    fn sample(repetition: u32) -> JobSample {
        let measured = Measured {
            wall_s: 0.1 + f64::from(repetition),
            user_s: 0.5,
            system_s: 0.25,
            peak_rss_bytes: 10 << 20,
            voluntary_switches: 3,
            involuntary_switches: 4,
            files: 3,
            rows: 15_000,
            bytes: 1_000_000,
        };
        JobSample {
            schema: JOB_SCHEMA,
            cell: "3x5000".to_owned(),
            subject: "mutex".to_owned(),
            repetition,
            position: 2 * repetition,
            jobs: 2,
            measured,
            xxh3: "0123456789abcdef".to_owned(),
        }
    }

    #[test]
    fn samples_come_back_as_they_were_written() {
        let samples = vec![sample(0), sample(1)];
        let text = samples_text(&samples);
        assert_eq!(text.lines().count(), 2);
        assert!(text.starts_with(r#"{"schema":1,"#), "{text}");
        assert_eq!(Samples::parse(&text), Samples { samples, damaged: vec![] });
    }

    #[test]
    fn damaged_line_is_named_and_the_rest_is_used() {
        let whole = samples_text(&[sample(0), sample(1), sample(2)]);
        let lines: Vec<&str> = whole.lines().collect();
        let text = format!("{}\n{}\n{}\n", lines[0], &lines[1][..40], lines[2]);
        let read = Samples::<JobSample>::parse(&text);
        assert_eq!(read.samples, [sample(0), sample(2)]);
        assert_eq!(read.damaged.len(), 1);
        assert_eq!(read.damaged[0].line, 2);
        assert!(read.damaged[0].to_string().starts_with("line 2 is no sample: "));
    }

    #[test]
    fn line_of_another_schema_is_damaged() {
        let text = samples_text(&[JobSample { schema: 2, ..sample(0) }]);
        let read = Samples::<JobSample>::parse(&text);
        assert!(read.samples.is_empty());
        assert_eq!(read.damaged[0].why, "its schema is 2, not 1");
    }

    #[test]
    fn sample_without_a_measure_is_damaged() {
        let text = samples_text(&[sample(0)]).replace("\"wall_s\":0.1,", "");
        assert_eq!(Samples::<JobSample>::parse(&text).damaged.len(), 1);
    }
}
