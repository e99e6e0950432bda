//! Samples to medians and ratios.

use super::SurveySample;
use crate::{Estimate, Table, median_interval, median_ratio};

/// The samples of a record, to be asked.
#[derive(Debug)]
pub struct Summaries<'a, C, R>(&'a [SurveySample<C, R>]);

impl<C, R> Clone for Summaries<'_, C, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, R> Copy for Summaries<'_, C, R> {}

impl<'a, C: Copy + Eq, R> Summaries<'a, C, R> {
    /// What these samples say.
    pub fn new(samples: &'a [SurveySample<C, R>]) -> Self {
        Self(samples)
    }

    /// The cells that have samples and that `wanted` accepts, in the order in which they first
    /// appear.
    pub fn cells(&self, wanted: impl Fn(&C) -> bool) -> Vec<C> {
        let mut cells = Vec::new();
        for sample in self.0 {
            if wanted(&sample.cell) && !cells.contains(&sample.cell) {
                cells.push(sample.cell);
            }
        }
        cells
    }

    /// Those of the subjects `names` that have a sample in one of `cells`.
    pub fn subjects(&self, names: &[&'static str], cells: &[C]) -> Vec<&'static str> {
        let has_samples = |name: &&str| {
            self.0.iter().any(|sample| sample.subject == *name && cells.contains(&sample.cell))
        };
        names.iter().copied().filter(has_samples).collect()
    }

    /// What counts of a subject at a cell, with the number of its repetition.
    pub fn rates(&self, cell: C, subject: &str) -> impl Iterator<Item = (u32, &'a R)> {
        self.0
            .iter()
            .filter(move |sample| sample.cell == cell && sample.subject == subject)
            .filter_map(|sample| Some((sample.repetition, sample.counted()?)))
    }

    /// The median of a figure.
    pub fn estimate(&self, cell: C, subject: &str, of: impl Fn(&R) -> f64) -> Option<Estimate> {
        let figures: Vec<f64> = self.rates(cell, subject).map(|(_, rate)| of(rate)).collect();
        median_interval(&figures)
    }

    /// The median ratio of a figure of two, each a cell and a subject, over the repetitions in which
    /// both count.
    pub fn ratio(
        &self,
        (cell, subject): (C, &str),
        over: (C, &str),
        of: impl Fn(&R) -> f64,
    ) -> Option<Estimate> {
        let other = |repetition: u32| {
            let mut rates = self.rates(over.0, over.1);
            rates.find(|(number, _)| *number == repetition).map(|(_, rate)| of(rate))
        };
        let pairs = self.rates(cell, subject);
        let pairs: Vec<(f64, f64)> =
            pairs.filter_map(|(number, rate)| Some((of(rate), other(number)?))).collect();
        median_ratio(&pairs)
    }

    /// How many samples do not count, and how many there are.
    pub fn n_rejected(&self) -> (usize, usize) {
        let n = self.0.iter().filter(|sample| sample.rejected.is_some()).count();
        (n, self.0.len())
    }

    /// A table with a column for each cell, under `head`, and a row for each of the subjects `names`
    /// of which `text` has something to say in one of them; none where there is no row.
    pub fn table(
        &self,
        names: &[&'static str],
        cells: &[C],
        head: impl Fn(&C) -> String,
        text: impl Fn(C, &str) -> Option<String>,
    ) -> Option<String> {
        let heads: Vec<String> =
            std::iter::once("subject".to_owned()).chain(cells.iter().map(head)).collect();
        let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
        let mut n_rows = 0;
        for subject in self.subjects(names, cells) {
            let texts: Vec<_> = cells.iter().map(|cell| text(*cell, subject)).collect();
            if texts.iter().all(Option::is_none) {
                continue;
            }
            let texts = texts.into_iter().map(Option::unwrap_or_default);
            let row = std::iter::once(format!("`{subject}`")).chain(texts);
            table.row(&row.collect::<Vec<_>>());
            n_rows += 1;
        }
        (n_rows > 0).then(|| table.markdown())
    }
}
