//! The legend beside the plot, in the order in which the lines end.

use crate::Role;
use crate::figure::axes::Frame;
use crate::figure::drawable::drawable;
use crate::figure::lettering::Face;
use crate::figure::look::{Look, TEXT};
use crate::figure::sheet::{Anchor, LINE, Label, Plan, SMALL, Trace};
use crate::figure::trace::{end, rows_name_the_series};
use crate::figure::{Figure, Series};

/// From the plot to the samples, how long these are, and from there to the names.
const GAP: f64 = 22.0;
const SAMPLE: f64 = 32.0;
const NAME_GAP: f64 = 8.0;
/// A name that is longer is elided.
const LONGEST_NAME: f64 = 300.0;

/// What stands beside the plot.
#[derive(Debug)]
pub(super) struct Legend {
    /// A text per series, or none at all.
    names: Vec<(String, Face)>,
}

impl Legend {
    /// The legend of a figure, without an entry where its rows name the series.
    pub(super) fn of(figure: &Figure) -> Self {
        if rows_name_the_series(figure) {
            return Self { names: Vec::new() };
        }
        let name = |series: &Series| {
            let face = if series.role == Role::Ours { Face::bold(SMALL.em) } else { SMALL };
            let is_empty = !series.points.iter().any(|point| drawable(figure)(&point));
            let suffix = if is_empty { " (no points)" } else { "" };
            (face.elided(&series.name, LONGEST_NAME) + suffix, face)
        };
        Self { names: figure.series.iter().map(name).collect() }
    }

    /// The width that it takes from the plot.
    pub(super) fn space(&self) -> f64 {
        let widest = self.names.iter().map(|(name, face)| face.space(name)).fold(0.0, f64::max);
        if self.names.is_empty() { 0.0 } else { GAP + SAMPLE + NAME_GAP + widest }
    }

    /// The height that its entries need.
    pub(super) fn height(&self) -> f64 {
        self.names.len() as f64 * LINE
    }

    /// Puts the entries beside the plot: those of lines from the one that ends highest to the one
    /// that ends lowest, those of rows as they come, and those without a point last.
    pub(super) fn put(self, plan: &mut Plan, figure: &Figure, frame: &Frame, looks: &[Look]) {
        let height = |series: usize| match end(figure, frame, series) {
            Some((_, y)) if frame.joins() => y,
            Some(_) => f64::NEG_INFINITY,
            None => f64::INFINITY,
        };
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by(|&a, &b| height(a).total_cmp(&height(b)));
        let left = frame.area.right + GAP;
        for (turn, series) in order.into_iter().enumerate() {
            let y = frame.area.top + (turn as f64 + 0.5) * LINE;
            let line = vec![(left, y), (left + SAMPLE, y)];
            plan.traces.push(Trace {
                look: looks[series],
                lines: if frame.joins() { vec![line] } else { Vec::new() },
                whiskers: Vec::new(),
                marks: vec![(left + SAMPLE / 2.0, y)],
            });
            let (text, face) = self.names[series].clone();
            plan.labels.push(Label {
                text,
                at: (left + SAMPLE + NAME_GAP, y + 4.2),
                anchor: Anchor::Start,
                face,
                ink: TEXT,
            });
        }
    }
}
