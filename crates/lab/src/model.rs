//! What a question can be asked with: a way to measure, its parameters, subjects and measures.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

use crate::{Cell, Counted, Fault, Value};

/// What was measured, by name; a name ends with its unit.
pub type Measures = BTreeMap<String, f64>;

/// What a run has shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shown {
    /// The measures.
    pub measures: Measures,
    /// Delays in nanoseconds, as a histogram in the interval log's form of HdrHistogram: V2,
    /// deflated, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delays: Option<String>,
    /// Why the run does not count, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
}

impl Shown {
    /// Notes a measure, with six digits.
    pub fn set(&mut self, measure: &str, value: f64) {
        self.measures.insert(measure.to_owned(), six_digits(value));
    }

    /// Notes a count, to the digit.
    pub fn count(&mut self, measure: &str, count: u64) {
        self.measures.insert(measure.to_owned(), count as f64);
    }

    /// Notes what a processor has counted for one of `n` operations, as measures that end with `unit`, such
    /// as `cycles_per_op`.
    pub fn counted(&mut self, counted: &Counted, n: f64, unit: &str) {
        for (name, count) in counted.each() {
            self.set(&format!("{name}_per_{unit}"), count / n);
        }
    }

    /// Notes delays, and the percentiles that tables show.
    pub fn delays(&mut self, delays: &Histogram<u64>) {
        for (name, quantile) in
            [("p50_ns", 0.5), ("p90_ns", 0.9), ("p99_ns", 0.99), ("p999_ns", 0.999)]
        {
            self.set(name, delays.value_at_quantile(quantile) as f64);
        }
        self.set("max_ns", delays.max() as f64);
        let mut bytes = Vec::new();
        let written = V2DeflateSerializer::new().serialize(delays, &mut bytes);
        self.delays = written.ok().map(|_| BASE64.encode(&bytes));
    }
}

/// More than any of this is worth, and far less than a float is printed with.
fn six_digits(value: f64) -> f64 {
    // Through its decimal form, the shortest that means this float.
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// What a model says of itself.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name in questions and samples.
    pub name: &'static str,
    /// What it times, and what it leaves out, in a sentence or two.
    pub summary: &'static str,
    /// What a cell sets.
    pub parameters: &'static [Parameter],
    /// What a sample has, the most important first.
    pub measures: &'static [Measure],
}

/// A way to measure.
pub trait Model: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// What can be measured, in the order of tables.
    fn subjects(&self) -> Vec<Subject>;

    /// Why a cell says nothing of a subject, where it does not.
    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let _ = (cell, subject);
        None
    }

    /// What it takes for any sample and this machine lacks, where that is so, and how to have it.
    fn lacks(&self) -> Option<String> {
        None
    }

    /// How long the measured part of a sample takes in a cell, unless a run is to be quick.
    fn duration(&self, cell: &Cell) -> Duration {
        let _ = cell;
        Duration::from_millis(200)
    }

    /// Whether samples write files, and so need a folder.
    fn writes(&self) -> bool {
        false
    }

    /// Measures a subject in this process, which is one of [`subjects`](Self::subjects) and has no
    /// [`refusal`](Self::refusal): [`models::measure`](crate::models::measure) has seen to that.
    ///
    /// # Errors
    /// [`Fault::Wrong`] where its output is not what it must be, [`Fault::Skipped`] where the cell
    /// cannot run here.
    fn measure(&self, request: &Request) -> Result<Shown, Fault>;
}

/// A parameter of a model.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in questions, samples and axes, with its unit.
    pub name: &'static str,
    /// What it means.
    pub summary: &'static str,
    /// What it may be.
    pub domain: Domain,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// A number of this range.
    Number {
        /// Where a question does not say.
        default: u64,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// One of these words, the first where a question does not say.
    Words(&'static [&'static str]),
}

impl Domain {
    /// What the parameter is where a question does not say.
    pub fn default(&self) -> Value {
        match self {
            Self::Number { default, .. } => Value::Number(*default),
            Self::Words(words) => words.first().copied().unwrap_or_default().into(),
        }
    }

    /// Why the parameter cannot be `value`, where it cannot.
    pub fn refusal(&self, value: &Value) -> Option<String> {
        match (self, value) {
            (Self::Number { least, most, .. }, Value::Number(number)) => {
                let is_inside = (least..=most).contains(&number);
                (!is_inside).then(|| format!("{number} is not from {least} to {most}"))
            }
            (Self::Number { .. }, Value::Word(word)) => Some(format!("`{word}` is no number")),
            (Self::Words(words), Value::Word(word)) if words.contains(&word.as_str()) => None,
            (Self::Words(words), value) => {
                Some(format!("`{value}` is none of {}", words.join(", ")))
            }
        }
    }
}

/// Something that a sample has.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name, with its unit.
    pub name: &'static str,
    /// What an axis says.
    pub label: &'static str,
    /// Which is better.
    pub better: Better,
}

/// Which of two measures is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The larger.
    More,
    /// The smaller.
    Less,
    /// Neither: it explains the others.
    Neither,
}

/// Something to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name in questions, samples and tables.
    pub name: &'static str,
    /// What it is there for.
    pub role: Role,
}

/// What a subject is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Ours: thick in figures.
    Ours,
    /// Somebody else's: thin.
    Peer,
    /// A limit, or a cost of the measurement itself: thin, grey, dashed.
    Control,
    /// Does something that it must not, so that the gates can be tested.
    Broken,
}

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The name of the model.
    pub model: String,
    /// The cell, with all parameters of the model.
    pub cell: Cell,
    /// The name of the subject.
    pub subject: String,
    /// How long the measured part is to take.
    pub duration: Duration,
    /// An empty folder, for a model that writes.
    pub folder: Option<PathBuf>,
}

impl Request {
    /// A request.
    pub fn new(
        model: &str,
        cell: Cell,
        subject: &str,
        duration: Duration,
        folder: Option<PathBuf>,
    ) -> Self {
        Self { model: model.to_owned(), cell, subject: subject.to_owned(), duration, folder }
    }
}
