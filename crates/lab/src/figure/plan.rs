//! What stands where on the sheet: header, plot, legend and note.

use crate::figure::axes::Frame;
use crate::figure::drawable::drawable;
use crate::figure::legend::Legend;
use crate::figure::lettering::Face;
use crate::figure::look::FAINT_TEXT;
use crate::figure::scale::Span;
use crate::figure::sheet::{Anchor, LINE, Label, MARGIN, Plan};
use crate::figure::spot::Area;
use crate::figure::{Figure, Scale, header, trace};

const WIDTH: f64 = 960.0;
/// A figure is at least so high; rows and legends make it higher.
const HEIGHT: f64 = 560.0;
/// From the last row of the plot to the bottom of the sheet: numbers, label, margin.
const BELOW: f64 = 62.0;

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

fn note(figure: &Figure, left_out: usize) -> String {
    let (points, have) = if left_out == 1 { ("point is", "has") } else { ("points are", "have") };
    let reason = match [figure.x.scale, figure.y.scale].contains(&Scale::Log) {
        true => "not finite, or not above zero on a logarithmic axis",
        false => "not finite, or beyond their ends",
    };
    format!("{left_out} {points} left out and {have} no place on the axes: {reason}.")
}
