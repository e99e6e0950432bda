//! What samples say: medians, ratios, and what did not count.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::{Cell, Estimate, Outcome, Sample, Shown, Spread, median_interval, median_ratio};

/// What a figure is of: a model, a cell and a subject.
pub type Of<'a> = (&'a str, &'a Cell, &'a str);

/// The samples of a record, to be asked.
#[derive(Debug)]
pub struct Findings<'a> {
    samples: &'a [Sample],
    /// Places in `samples`.
    by_subject: HashMap<Of<'a>, Vec<usize>>,
    /// The estimates that were asked for, by the first of those places and the measure.
    estimates: RefCell<HashMap<(usize, String), Option<Estimate>>>,
}

/// How many samples there are, and how many do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Runs that were measured.
    pub taken: usize,
    /// Those of them that do not count.
    pub rejected: usize,
}

impl<'a> Findings<'a> {
    /// What these samples say.
    pub fn new(samples: &'a [Sample]) -> Self {
        let mut by_subject: HashMap<Of<'a>, Vec<usize>> = HashMap::new();
        for (place, sample) in samples.iter().enumerate() {
            let of = (sample.model.as_str(), &sample.cell, sample.subject.as_str());
            by_subject.entry(of).or_default().push(place);
        }
        Self { samples, by_subject, estimates: RefCell::default() }
    }

    /// All samples.
    pub fn samples(&self) -> &'a [Sample] {
        self.samples
    }

    /// Those of a subject in a cell.
    pub fn of(&self, of: Of<'_>) -> impl DoubleEndedIterator<Item = &'a Sample> + use<'a> {
        let places = self.by_subject.get(&of).cloned().unwrap_or_default();
        let samples = self.samples;
        places.into_iter().map(move |place| &samples[place])
    }

    /// What counts of a subject in a cell, with the number of its repetition.
    pub fn counted(&self, of: Of<'_>) -> impl Iterator<Item = (u32, &'a Shown)> + use<'a> {
        self.of(of).filter_map(|sample| Some((sample.repetition, sample.counted()?)))
    }

    /// A measure of a subject in a cell, in every sample that counts and has it.
    pub fn values(&self, of: Of<'_>, measure: &str) -> Vec<f64> {
        self.counted(of).filter_map(|(_, shown)| shown.measures.get(measure).copied()).collect()
    }

    /// The median of a measure.
    pub fn estimate(&self, of: Of<'_>, measure: &str) -> Option<Estimate> {
        let first = *self.by_subject.get(&of)?.first()?;
        let mut estimates = self.estimates.borrow_mut();
        let estimate = estimates.entry((first, measure.to_owned()));
        *estimate.or_insert_with(|| median_interval(&self.values(of, measure)))
    }

    /// How a measure lies.
    pub fn spread(&self, of: Of<'_>, measure: &str) -> Option<Spread> {
        Spread::of(&self.values(of, measure))
    }

    /// The median ratio of a measure of two, over the repetitions in which both count.
    pub fn ratio(&self, of: Of<'_>, over: Of<'_>, measure: &str) -> Option<Estimate> {
        let others: HashMap<u32, f64> = self
            .counted(over)
            .filter_map(|(repetition, shown)| Some((repetition, *shown.measures.get(measure)?)))
            .collect();
        let pairs: Vec<(f64, f64)> = self
            .counted(of)
            .filter_map(|(repetition, shown)| {
                Some((*shown.measures.get(measure)?, *others.get(&repetition)?))
            })
            .collect();
        median_ratio(&pairs)
    }

    /// Why a cell has nothing of a subject, where something was tried.
    pub fn absence(&self, of: Of<'_>) -> Option<String> {
        if self.counted(of).next().is_some() {
            return None;
        }
        self.of(of).rev().find_map(|sample| match &sample.outcome {
            Outcome::Skipped { skipped } => Some(skipped.clone()),
            Outcome::Wrong { wrong } => Some(format!("wrong: {wrong}")),
            Outcome::Measured(_) if sample.is_disturbed() => {
                Some("others disturbed every sample".to_owned())
            }
            Outcome::Measured(_) => sample.rejected.clone(),
        })
    }

    /// Subjects whose output was wrong, and what was.
    pub fn wrong(&self) -> Vec<(Of<'a>, &'a str)> {
        let wrong = |sample: &'a Sample| match &sample.outcome {
            Outcome::Wrong { wrong } => {
                let of = (sample.model.as_str(), &sample.cell, sample.subject.as_str());
                Some((of, wrong.as_str()))
            }
            _ => None,
        };
        self.samples.iter().filter_map(wrong).collect()
    }

    /// How many samples there are.
    pub fn counts(&self) -> Counts {
        let is_taken = |sample: &&Sample| matches!(sample.outcome, Outcome::Measured(_));
        Counts {
            taken: self.samples.iter().filter(is_taken).count(),
            rejected: self.samples.iter().filter(|sample| sample.rejected.is_some()).count(),
        }
    }
}
