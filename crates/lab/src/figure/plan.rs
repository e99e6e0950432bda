//! What stands where on the sheet, in logical pixels from its upper left corner.

use crate::figure::axes::Frame;
use crate::figure::legend::Legend;
use crate::figure::lettering::Face;
use crate::figure::look::{FAINT_TEXT, Ink, Look};
use crate::figure::scale::Span;
use crate::figure::{Figure, Point, Scale, header, trace};

pub(super) const WIDTH: f64 = 960.0;
pub(super) const MARGIN: f64 = 24.0;
pub(super) const SMALL: Face = Face::regular(12.0);
pub(super) const LINE: f64 = 17.0;
/// A figure is at least so high; rows and legends make it higher.
const HEIGHT: f64 = 560.0;
/// From the last row of the plot to the bottom of the sheet: numbers, label, margin.
const BELOW: f64 = 62.0;

/// A place on the sheet.
pub(super) type Spot = (f64, f64);

/// All that is drawn, in the order of drawing.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) size: Spot,
    pub(super) rules: Vec<Rule>,
    pub(super) traces: Vec<Trace>,
    pub(super) labels: Vec<Label>,
}

/// A straight line that carries no data.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) from: Spot,
    pub(super) to: Spot,
    pub(super) ink: Ink,
}

/// A line of text that stands on its spot.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) at: Spot,
    pub(super) anchor: Anchor,
    pub(super) face: Face,
    pub(super) ink: Ink,
}

/// Which part of a text lies at its spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A series, or its sample in the legend.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) look: Look,
    pub(super) lines: Vec<Vec<Spot>>,
    pub(super) whiskers: Vec<Vec<Spot>>,
    pub(super) marks: Vec<Spot>,
}

/// The part of the sheet inside the axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Plan {
    /// The plan of a figure. `None` where no point has a place.
    pub(super) fn of(figure: &Figure) -> Option<Self> {
        let drawn =
            || figure.series.iter().flat_map(|series| &series.points).filter(drawable(figure));
        let values: Vec<f64> = drawn()
            .flat_map(|point| [point.estimate.value, point.estimate.low, point.estimate.high])
            .collect();
        let y = Span::of(&figure.y, &values, true)?;
        let xs: Vec<f64> = drawn().map(|point| point.x).collect();
        let x = Span::of(&figure.x, &xs, false)?;

        let looks = trace::looks(figure);
        let legend = Legend::of(figure);
        let (header, top) = header::header(figure, WIDTH - 2.0 * MARGIN);
        let left_out =
            figure.series.iter().map(|series| series.points.len()).sum::<usize>() - drawn().count();
        let below = BELOW + if left_out > 0 { LINE } else { 0.0 };
        let plot_height =
            (HEIGHT - top - below).max(legend.height()).max(Frame::least_height(figure));
        let area = Area {
            left: MARGIN,
            top,
            right: WIDTH - MARGIN - legend.space(),
            bottom: top + plot_height,
        };
        let mut plan = Self {
            size: (WIDTH, (area.bottom + below).ceil()),
            rules: Vec::new(),
            traces: Vec::new(),
            labels: header,
        };
        let frame = Frame::put(&mut plan, figure, area, x, y, &xs);
        for series in trace::from_back_to_front(figure) {
            plan.traces.push(trace::trace(figure, &frame, series, looks[series]));
        }
        legend.put(&mut plan, figure, &frame, &looks);
        if left_out > 0 {
            plan.labels.push(Label {
                text: note(figure, left_out),
                at: (MARGIN, plan.size.1 - 14.0),
                anchor: Anchor::Start,
                face: Face::regular(11.0),
                ink: FAINT_TEXT,
            });
        }
        Some(plan)
    }
}

/// Whether a point has a place on both axes.
pub(super) fn drawable(figure: &Figure) -> impl Fn(&&Point) -> bool {
    |point| {
        let has_x = match &figure.x.categories {
            Some(names) => (0..names.len()).any(|i| point.x == i as f64),
            None => figure.x.scale.even(point.x).is_some(),
        };
        has_x && figure.y.scale.even(point.estimate.value).is_some()
    }
}

fn note(figure: &Figure, left_out: usize) -> String {
    let (points, have) = if left_out == 1 { ("point is", "has") } else { ("points are", "have") };
    let reason = match [figure.x.scale, figure.y.scale].contains(&Scale::Log) {
        true => "not finite, or not above zero on a logarithmic axis",
        false => "not finite, or beyond their ends",
    };
    format!("{left_out} {points} left out and {have} no place on the axes: {reason}.")
}
