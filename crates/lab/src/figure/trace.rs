//! The lines, whiskers and markers of a series.

use crate::Estimate;
use crate::figure::axes::Frame;
use crate::figure::drawable::drawable;
use crate::figure::look::Look;
use crate::figure::sheet::Trace;
use crate::figure::spot::Spot;
use crate::figure::{Figure, Point};

/// Half the length of the cap of a whisker.
const CAP: f64 = 3.5;
/// A series of more points has this many markers, and whiskers only at these.
const MOST_MARKS: usize = 40;
const MARKS_OF_MANY: usize = 12;
/// A series of many points keeps the highest and the lowest of each column so wide.
const COLUMN: f64 = 1.5;

/// The looks of all series, each by its turn within its role.
pub(super) fn looks(figure: &Figure) -> Vec<Look> {
    let roles = || figure.series.iter().map(|series| series.role);
    roles()
        .enumerate()
        .map(|(i, role)| Look::of(role, roles().take(i).filter(|&other| other == role).count()))
        .collect()
}

/// The indices of all series in the order of drawing: ours last, so that it lies on top.
pub(super) fn from_back_to_front(figure: &Figure) -> Vec<usize> {
    let mut order: Vec<usize> = (0..figure.series.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(figure.series[i].role), std::cmp::Reverse(i)));
    order
}

/// Where the last point of a series lies. `None` where it has none.
pub(super) fn end(figure: &Figure, frame: &Frame, series: usize) -> Option<Spot> {
    let last = figure.series[series].points.iter().rfind(drawable(figure))?;
    Some(frame.spot(series, last.x, last.estimate.value))
}

/// A series as it is drawn.
pub(super) fn trace(figure: &Figure, frame: &Frame, series: usize, look: Look) -> Trace {
    let points = &figure.series[series].points;
    let is_drawable = drawable(figure);
    let spot = |point: &Point| frame.spot(series, point.x, point.estimate.value);
    let runs = points.split(|point| !is_drawable(&point)).filter(|run| !run.is_empty());
    let lines = runs.map(|run| thinned(run.iter().map(spot).collect())).filter(|_| frame.joins());
    let drawn: Vec<&Point> = points.iter().filter(&is_drawable).collect();
    let step = if drawn.len() > MOST_MARKS { drawn.len().div_ceil(MARKS_OF_MANY) } else { 1 };
    let marked = || drawn.iter().step_by(step);
    Trace {
        look,
        lines: lines.collect(),
        whiskers: marked().flat_map(|point| whisker(frame, series, point)).collect(),
        marks: marked().map(|point| spot(point)).collect(),
    }
}

/// A whisker in the lines that it consists of. An end that has no place on the axis, such as zero
/// on a logarithmic one, is the edge of the plot and has no cap.
fn whisker(frame: &Frame, series: usize, point: &Point) -> Vec<Vec<Spot>> {
    let Estimate { value, low, high, .. } = point.estimate;
    let at = |value: f64| frame.spot(series, point.x, value);
    let has_length = low < high;
    if !has_length || !frame.shows(high) {
        return Vec::new();
    }
    let cap = |(x, y): Spot| match frame.joins() {
        true => vec![(x - CAP, y), (x + CAP, y)],
        false => vec![(x, y - CAP), (x, y + CAP)],
    };
    if frame.shows(low) {
        vec![cap(at(low)), vec![at(low), at(high)], cap(at(high))]
    } else {
        vec![vec![frame.edge(at(value)), at(high)], cap(at(high))]
    }
}

/// The line without what nobody can see: of the points within a narrow column, the first that is
/// lowest and the first that is highest stay.
fn thinned(line: Vec<Spot>) -> Vec<Spot> {
    if line.len() <= 2 * MOST_MARKS {
        return line;
    }
    let column = |spot: &Spot| (spot.0 / COLUMN).floor();
    let mut thinned = Vec::new();
    for part in line.chunk_by(|a, b| column(a) == column(b)) {
        let lowest = (0..part.len()).min_by(|&a, &b| part[a].1.total_cmp(&part[b].1));
        let highest = (0..part.len()).rev().max_by(|&a, &b| part[a].1.total_cmp(&part[b].1));
        let (Some(lowest), Some(highest)) = (lowest, highest) else { continue };
        thinned.push(part[lowest.min(highest)]);
        if lowest != highest {
            thinned.push(part[lowest.max(highest)]);
        }
    }
    thinned.extend(line.last().copied().filter(|last| thinned.last() != Some(last)));
    thinned
}

/// Whether every row is a series of its own name, which makes a legend a repetition.
pub(super) fn rows_name_the_series(figure: &Figure) -> bool {
    figure.x.categories.as_ref().is_some_and(|names| {
        figure.series.iter().all(|series| {
            let mut points = series.points.iter().filter(drawable(figure)).peekable();
            points.peek().is_some() && points.all(|point| names[point.x as usize] == series.name)
        })
    })
}
