//! Samples to medians and ratios.

use super::{Cell, FanInSample, Flow, SUBJECTS, Shown, Subject};
use crate::{Estimate, median, median_interval, median_ratio};

/// What the samples of a subject in a cell of flow say.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FlowSummary {
    /// Millions of items a second.
    pub items_per_us: Estimate,
    /// The median of the processor time of an item, in nanoseconds.
    pub cpu_ns_per_item: f64,
    /// The median of the allocations for a million items, where the program counts them.
    pub allocations_per_million: Option<f64>,
    /// The median of the context switches for a million items.
    pub switches_per_million: f64,
    /// The median of Jain's index.
    pub jain: f64,
}

/// What the samples of a subject in a cell of delays say.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DelaySummary {
    /// The median delay of all items in microseconds.
    pub p50_us: Estimate,
    /// The delay that one in a hundred exceeds.
    pub p99_us: f64,
    /// The median of the share of one processor.
    pub busy_fraction: f64,
}

/// Why a cell of a subject has no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It was not measured.
    NotAsked,
    /// It cannot run.
    Skipped(String),
    /// No sample counts.
    Rejected,
}

/// The samples of a record, to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Summaries<'a>(pub(super) &'a [FanInSample]);

impl<'a> Summaries<'a> {
    /// The cells, in the order in which they first appear.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for sample in self.0 {
            if !cells.contains(&sample.cell) {
                cells.push(sample.cell);
            }
        }
        cells
    }

    /// The subjects that have samples, in the order of the list. Those that the list no longer has
    /// are left out.
    pub fn subjects(&self) -> Vec<&'static Subject> {
        let has_samples =
            |subject: &&Subject| self.0.iter().any(|sample| sample.subject == subject.name);
        SUBJECTS.iter().filter(has_samples).collect()
    }

    fn of(&self, cell: Cell, subject: &str) -> impl Iterator<Item = &'a FanInSample> {
        self.0.iter().filter(move |sample| sample.cell == cell && sample.subject == subject)
    }

    /// The flows that count.
    fn flows(&self, cell: Cell, subject: &str) -> Vec<&'a Flow> {
        self.of(cell, subject).filter_map(FanInSample::flow).collect()
    }

    /// What the flows of a subject say.
    ///
    /// # Errors
    /// Why there is no number.
    pub fn flow(&self, cell: Cell, subject: &str) -> Result<FlowSummary, Absent> {
        let flows = self.flows(cell, subject);
        let values = |of: fn(&Flow) -> f64| flows.iter().map(|flow| of(flow)).collect::<Vec<_>>();
        let per_million = |count: u64, flow: &Flow| count as f64 * 1e6 / flow.items as f64;
        let allocations: Option<Vec<f64>> = (flows.iter())
            // They were counted for half of the time.
            .map(|flow| Some(per_million(flow.allocations?, flow) * 2.0))
            .collect();
        let switches: Vec<f64> = (flows.iter())
            .map(|flow| per_million(flow.voluntary_switches + flow.involuntary_switches, flow))
            .collect();
        let summary = || {
            Some(FlowSummary {
                items_per_us: median_interval(&values(Flow::items_per_us))?,
                cpu_ns_per_item: median(&values(Flow::cpu_ns_per_item))?,
                allocations_per_million: allocations.as_deref().and_then(median),
                switches_per_million: median(&switches)?,
                jain: median(&values(|flow| flow.jain))?,
            })
        };
        summary().ok_or_else(|| self.absent(cell, subject))
    }

    /// What the delays of a subject say.
    ///
    /// # Errors
    /// Why there is no number.
    pub fn delay(&self, cell: Cell, subject: &str) -> Result<DelaySummary, Absent> {
        let delays: Vec<_> = (self.of(cell, subject).filter_map(FanInSample::counted))
            .filter_map(|shown| match shown {
                Shown::Delay(delay) => Some(delay),
                _ => None,
            })
            .collect();
        let mut all_us: Vec<f64> =
            delays.iter().flat_map(|delay| &delay.delays_ns).map(|&ns| ns as f64 / 1e3).collect();
        all_us.sort_unstable_by(f64::total_cmp);
        let busy: Vec<f64> = delays.iter().map(|delay| delay.busy_fraction).collect();
        let summary = || {
            Some(DelaySummary {
                p50_us: median_interval(&all_us)?,
                // The nearest rank: the least value that 99 of a hundred do not exceed.
                p99_us: *all_us.get((all_us.len() * 99).div_ceil(100).checked_sub(1)?)?,
                busy_fraction: median(&busy)?,
            })
        };
        summary().ok_or_else(|| self.absent(cell, subject))
    }

    /// The median of what memory grew by, in KiB.
    ///
    /// # Errors
    /// Why there is no number.
    pub fn growth_kib(&self, subject: &str) -> Result<f64, Absent> {
        let grown: Vec<f64> = (self.of(Cell::Growth, subject).filter_map(FanInSample::counted))
            .filter_map(|shown| match shown {
                Shown::Growth(growth) => Some(growth.bytes() as f64 / 1024.0),
                _ => None,
            })
            .collect();
        median(&grown).ok_or_else(|| self.absent(Cell::Growth, subject))
    }

    /// The median ratio of the items a second of two subjects, over the repetitions in which both
    /// count.
    pub fn ratio(&self, cell: Cell, subject: &str, anchor: &str) -> Option<Estimate> {
        let rates = |name: &str, repetition: u32| {
            let samples = self.of(cell, name).filter(move |s| s.repetition == repetition);
            samples.filter_map(FanInSample::flow).map(Flow::items_per_us).next()
        };
        let n = self.of(cell, subject).map(|sample| sample.repetition + 1).max().unwrap_or(0);
        let pairs: Vec<(f64, f64)> =
            (0..n).filter_map(|i| rates(subject, i).zip(rates(anchor, i))).collect();
        median_ratio(&pairs)
    }

    fn absent(&self, cell: Cell, subject: &str) -> Absent {
        let mut samples = self.of(cell, subject).peekable();
        if samples.peek().is_none() {
            return Absent::NotAsked;
        }
        let why = samples.find_map(|sample| match &sample.answer.shown {
            Shown::Skipped { why } => Some(why.clone()),
            _ => None,
        });
        why.map_or(Absent::Rejected, Absent::Skipped)
    }

    /// Each reason for which a cell was skipped, with the cell and the subject.
    pub fn skipped(&self) -> Vec<(Cell, &'a str, &'a str)> {
        let skipped = self.0.iter().filter_map(|sample| match &sample.answer.shown {
            Shown::Skipped { why } => Some((sample.cell, &*sample.subject, &**why)),
            _ => None,
        });
        skipped.collect()
    }

    /// How many samples do not count, and how many there are.
    pub fn n_rejected(&self) -> (usize, usize) {
        let n = self.0.iter().filter(|sample| sample.rejected.is_some()).count();
        (n, self.0.len())
    }

    /// How many flows ran where the system does not pin a thread, and how many there are.
    pub fn n_unpinned(&self) -> (usize, usize) {
        let flows: Vec<&Flow> = self.0.iter().filter_map(FanInSample::flow).collect();
        (flows.iter().filter(|flow| !flow.is_pinned).count(), flows.len())
    }
}
