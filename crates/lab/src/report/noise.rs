//! How the samples of a sweep lie: how far apart, in one heap or two, and with how many of their threads.

use super::Report;
use super::tables::head;
use crate::scale::Scale;
use crate::{Cell, Humps, Spread, Sweep, figures};

/// The share of threads that has to come to its turn for a cell to be about all of them.
const MOST_AT_WORK: f64 = 0.5;

impl Report<'_> {
    /// How far the samples of the first measure are apart, and where they are in two heaps, whose median
    /// says little.
    pub(super) fn noise(&self, sweep: &Sweep, cells: &[Cell]) -> String {
        let Some(measure) = sweep.figures.first() else { return String::new() };
        let model = sweep.model.about().name;
        let spreads: Vec<(&str, &Cell, Spread)> = sweep
            .subjects
            .iter()
            .flat_map(|subject| cells.iter().map(|cell| (subject.name, cell)))
            .filter_map(|(name, cell)| {
                Some((name, cell, self.findings.spread((model, cell, name), measure)?))
            })
            .collect();
        let mut deviations: Vec<(f64, &str, &Cell)> = spreads
            .iter()
            .filter(|(.., spread)| spread.median.is_supported())
            .filter_map(|(name, cell, spread)| Some((spread.relative_mad()?, *name, *cell)))
            .collect();
        deviations.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut text = String::new();
        if let (Some(middle), Some(most)) =
            (deviations.get(deviations.len() / 2), deviations.last())
        {
            let (n, percent) = (deviations.len(), |share: f64| figures(share * 100.0));
            text += &format!(
                "\nThe median absolute deviation of {measure} is {}% of the median in the middle one of {n} \
                 cells, and {}% in the noisiest, `{}` at {}.\n",
                percent(middle.0),
                percent(most.0),
                most.1,
                head(sweep, most.2),
            );
        }
        let n_few = spreads.iter().filter(|(.., spread)| spread.n < Humps::LEAST).count();
        if n_few > 0 {
            text += &format!(
                "\nTwo heaps cannot be told from one in {n_few} of {} cells, which have fewer than {} \
                 samples.\n",
                spreads.len(),
                Humps::LEAST
            );
        }
        let heaps: String = spreads
            .iter()
            .filter_map(|(name, cell, spread)| {
                let humps = spread.humps?;
                Some(format!(
                    "- `{name}` at {}: about {} or about {}, the latter in {:.0}% of {} samples.\n",
                    head(sweep, cell),
                    Scale::alone(measure, humps.low),
                    Scale::alone(measure, humps.high),
                    humps.high_share * 100.0,
                    spread.n,
                ))
            })
            .collect();
        if heaps.is_empty() {
            return text;
        }
        text + &format!("\nIn two heaps, so that the median says little:\n\n{heaps}")
    }

    /// Cells with so many threads that most of them did nothing while they were looked at.
    pub(super) fn at_rest(&self, sweep: &Sweep, cells: &[Cell]) -> String {
        let model = sweep.model.about().name;
        let mut text = String::new();
        for subject in &sweep.subjects {
            for cell in cells {
                let at_work = self.findings.estimate((model, cell, subject.name), "at_work");
                let Some(at_work) = at_work.filter(|found| found.value < MOST_AT_WORK) else {
                    continue;
                };
                text += &format!(
                    "- `{}` at {}: {}% of the threads.\n",
                    subject.name,
                    head(sweep, cell),
                    figures(at_work.value * 100.0)
                );
            }
        }
        if text.is_empty() {
            return text;
        }
        format!(
            "\nFewer than half of the threads came to their turn in the time that was looked at, so a figure \
             is about those that did:\n\n{text}"
        )
    }
}
