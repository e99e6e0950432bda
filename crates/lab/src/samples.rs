//! Samples as they are kept: a line of JSON each.

use std::fmt::Write as _;

use crate::Sample;
use crate::sample::SCHEMA;

/// What a file of samples held.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// The lines that are samples, in order.
    pub samples: Vec<Sample>,
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

impl Samples {
    /// Reads the lines of a `samples.jsonl`. A damaged line costs itself alone, bytes that are no UTF-8
    /// included.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut read = Self { samples: Vec::new(), damaged: Vec::new() };
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let lines = bytes.split(|&byte| byte == b'\n').filter(|_| !bytes.is_empty());
        for (line, bytes) in (1..).zip(lines) {
            match serde_json::from_slice::<Sample>(bytes) {
                Ok(sample) if sample.schema == SCHEMA => read.samples.push(sample),
                Ok(sample) => {
                    let why = format!("its schema is {}, not {SCHEMA}", sample.schema);
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
pub fn samples_text(samples: &[Sample]) -> String {
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
    use crate::{Cell, Outcome};

    fn sample(repetition: u32) -> Sample {
        let cell = Cell::default().with("threads", 2);
        let outcome = Outcome::Skipped { skipped: "no threads".to_owned() };
        Sample::new(("threads", &cell, "std-mutex"), repetition, repetition, outcome)
    }

    #[test]
    fn damaged_line_is_named_and_the_rest_is_used() {
        let whole = samples_text(&[sample(0), sample(1), sample(2)]);
        let lines: Vec<&str> = whole.lines().collect();
        let text = format!("{}\n{}\n{}\n", lines[0], &lines[1][..40], lines[2]);
        let read = Samples::parse(text.as_bytes());
        assert_eq!(read.samples, [sample(0), sample(2)]);
        assert_eq!(read.damaged.len(), 1);
        assert_eq!(read.damaged[0].line, 2);
        assert!(read.damaged[0].to_string().starts_with("line 2 is no sample: "));
    }

    #[test]
    fn bytes_that_are_no_text_cost_their_line_alone() {
        let mut bytes = samples_text(&[sample(0), sample(1)]).into_bytes();
        bytes[30] = 0xff;
        let read = Samples::parse(&bytes);
        assert_eq!((read.samples, read.damaged[0].line), (vec![sample(1)], 1));
        assert_eq!(Samples::parse(b""), Samples { samples: Vec::new(), damaged: Vec::new() });
    }

    #[test]
    fn line_of_another_schema_is_damaged() {
        let text = samples_text(&[Sample { schema: 1, ..sample(0) }]);
        let read = Samples::parse(text.as_bytes());
        assert!(read.samples.is_empty());
        assert_eq!(read.damaged[0].why, "its schema is 1, not 2");
    }

    #[test]
    fn sample_without_an_outcome_is_damaged() {
        let text = samples_text(&[sample(0)]).replace("\"skipped\"", "\"shipped\"");
        assert_eq!(Samples::parse(text.as_bytes()).damaged.len(), 1);
    }
}
