//! Samples to medians and ratios.

use super::{BytesSample, Cell, Rate, SUBJECTS, Subject};
use crate::{Estimate, median, median_interval, median_ratio};

/// The samples of a record, to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Summaries<'a>(&'a [BytesSample]);

impl<'a> Summaries<'a> {
    /// What these samples say.
    pub fn new(samples: &'a [BytesSample]) -> Self {
        Self(samples)
    }

    /// The cells that have samples and that `wanted` accepts, in the order in which they first
    /// appear.
    pub fn cells(&self, wanted: impl Fn(&Cell) -> bool) -> Vec<Cell> {
        let mut cells = Vec::new();
        for sample in self.0 {
            if wanted(&sample.cell) && !cells.contains(&sample.cell) {
                cells.push(sample.cell);
            }
        }
        cells
    }

    /// The subjects that have a sample in one of `cells`, in the order of the list. Those that the
    /// list no longer has are left out.
    pub fn subjects(&self, cells: &[Cell]) -> Vec<&'static Subject> {
        let is_asked = |sample: &BytesSample, subject: &Subject| {
            sample.subject == subject.name && cells.contains(&sample.cell)
        };
        let has_samples =
            |subject: &&Subject| self.0.iter().any(|sample| is_asked(sample, subject));
        SUBJECTS.iter().filter(has_samples).collect()
    }

    fn rates(&self, cell: Cell, subject: &str) -> impl Iterator<Item = (u32, &'a Rate)> {
        self.0
            .iter()
            .filter(move |sample| sample.cell == cell && sample.subject == subject)
            .filter_map(|sample| Some((sample.repetition, sample.counted()?)))
    }

    /// Gigabytes a second.
    pub fn bytes_per_ns(&self, cell: Cell, subject: &str) -> Option<Estimate> {
        let rates: Vec<f64> =
            self.rates(cell, subject).map(|(_, rate)| rate.bytes_per_ns()).collect();
        median_interval(&rates)
    }

    /// The median of the peak memory in MiB.
    pub fn peak_rss_mib(&self, cell: Cell, subject: &str) -> Option<f64> {
        let peaks = self.rates(cell, subject).filter_map(|(_, rate)| rate.peak_rss_bytes);
        median(&peaks.map(|bytes| bytes as f64 / f64::from(1 << 20)).collect::<Vec<_>>())
    }

    /// The median ratio of two rates, each a cell and a subject, over the repetitions in which both
    /// count.
    pub fn ratio(&self, of: (Cell, &str), over: (Cell, &str)) -> Option<Estimate> {
        let first = |(cell, subject): (Cell, &str), repetition: u32| {
            let found = self.rates(cell, subject).find(|(number, _)| *number == repetition);
            found.map(|(_, rate)| rate.bytes_per_ns())
        };
        let n = self.rates(of.0, of.1).map(|(number, _)| number + 1).max().unwrap_or(0);
        let pairs: Vec<(f64, f64)> =
            (0..n).filter_map(|i| first(of, i).zip(first(over, i))).collect();
        median_ratio(&pairs)
    }

    /// How many samples do not count, and how many there are.
    pub fn n_rejected(&self) -> (usize, usize) {
        let n = self.0.iter().filter(|sample| sample.rejected.is_some()).count();
        (n, self.0.len())
    }
}
