//! The axes: grid, ticks and labels, and where a point lies between them.

use crate::figure::Figure;
use crate::figure::drawable::drawable;
use crate::figure::look::{AXIS, FAINT_TEXT, GRID, Ink, MINOR_GRID, TEXT};
use crate::figure::scale::Span;
use crate::figure::sheet::{Anchor, LINE, Label, MARGIN, Plan, Rule, SMALL};
use crate::figure::spot::{Area, Spot};
use crate::figure::ticks::{Ticks, ticks};

/// The longest that the name of a category gets.
const LONGEST_NAME: f64 = 300.0;
/// From one point of a category to the next, at least and at most.
const PITCH: (f64, f64) = (11.0, 18.0);
const ROW_SPACE: f64 = 9.0;
const TICK: f64 = 4.0;

/// Where values lie on the sheet.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) area: Area,
    x: Span,
    y: Span,
    /// Which series have a point in each category. `None` where x is a number.
    rows: Option<Vec<Vec<usize>>>,
}

impl Frame {
    /// The height that the categories of a figure need.
    pub(super) fn least_height(figure: &Figure) -> f64 {
        let rows = rows(figure).unwrap_or_default();
        let most = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        rows.len() as f64 * (most as f64 * PITCH.0 + ROW_SPACE)
    }

    /// Puts the axes around the area, which loses what their numbers need.
    pub(super) fn put(
        plan: &mut Plan,
        figure: &Figure,
        mut area: Area,
        x: Span,
        y: Span,
        xs: &[f64],
    ) -> Self {
        let rows = rows(figure);
        let across = |text: &str| SMALL.space(text);
        let height = area.bottom - area.top;
        let (upright, level) = match &figure.x.categories {
            Some(names) => {
                let names: Vec<String> =
                    names.iter().map(|name| SMALL.elided(name, LONGEST_NAME)).collect();
                let share = 1.0 / names.len() as f64;
                let places = (0..names.len()).map(|i| 1.0 - (i as f64 + 0.5) * share);
                let upright = Ticks { named: places.zip(names).collect(), unnamed: Vec::new() };
                area.left += widest(&upright);
                (upright, ticks(&figure.y, &y, area.right - area.left, &[], across))
            }
            None => {
                let upright = ticks(&figure.y, &y, height, &[], |_| LINE);
                area.left += widest(&upright);
                let mut swept = xs.to_vec();
                swept.sort_by(f64::total_cmp);
                swept.dedup();
                (upright, ticks(&figure.x, &x, area.right - area.left, &swept, across))
            }
        };
        let frame = Self { area, x, y, rows };
        frame.put_upright(plan, &upright);
        frame.put_level(plan, &level);
        let (above, below) = match frame.rows {
            Some(_) => (&figure.x.label, &figure.y.label),
            None => (&figure.y.label, &figure.x.label),
        };
        frame.put_names(plan, above, below);
        frame
    }

    /// Where a value of a series lies. It must have a place.
    pub(super) fn spot(&self, series: usize, x: f64, value: f64) -> Spot {
        let Area { left, top, right, bottom } = self.area;
        let y = self.y.place(value).unwrap_or(0.0);
        match &self.rows {
            Some(rows) => {
                let height = (bottom - top) / rows.len() as f64;
                let row = x as usize;
                let members = &rows[row];
                let pitch = ((height - ROW_SPACE) / members.len() as f64).min(PITCH.1);
                let turn = members.iter().position(|&other| other == series).unwrap_or(0);
                let offset = pitch * (turn as f64 - (members.len() as f64 - 1.0) / 2.0);
                (left + y * (right - left), top + (row as f64 + 0.5) * height + offset)
            }
            None => {
                let x = self.x.place(x).unwrap_or(0.0);
                (left + x * (right - left), bottom - y * (bottom - top))
            }
        }
    }

    /// Whether the axis of the values shows this one.
    pub(super) fn shows(&self, value: f64) -> bool {
        self.y.scale.even(value).is_some_and(|even| self.y.shows(even))
    }

    /// The least value that the axis shows has a place that lies before all others; this is it.
    pub(super) fn edge(&self, spot: Spot) -> Spot {
        match self.rows {
            Some(_) => (self.area.left, spot.1),
            None => (spot.0, self.area.bottom),
        }
    }

    /// Whether the points of a series are joined.
    pub(super) fn joins(&self) -> bool {
        self.rows.is_none()
    }

    fn put_upright(&self, plan: &mut Plan, ticks: &Ticks) {
        let Area { left, top, right, bottom } = self.area;
        let at = |place: f64| bottom - place * (bottom - top);
        let line =
            |place: f64, ink: Ink| Rule { from: (left, at(place)), to: (right, at(place)), ink };
        plan.rules.extend(ticks.unnamed.iter().map(|&place| line(place, MINOR_GRID)));
        // Rows of several points are told apart by lines between them.
        let is_crowded = self.rows.iter().flatten().any(|members| members.len() > 1);
        let shift = if is_crowded { 0.5 / ticks.named.len() as f64 } else { 0.0 };
        plan.rules.extend(ticks.named.iter().map(|&(place, _)| line(place - shift, GRID)));
        plan.labels.extend(ticks.named.iter().map(|(place, text)| Label {
            text: text.clone(),
            at: (left - 8.0, at(*place) + 4.2),
            anchor: Anchor::End,
            face: SMALL,
            ink: TEXT,
        }));
    }

    fn put_level(&self, plan: &mut Plan, ticks: &Ticks) {
        let Area { left, top, right, bottom } = self.area;
        let at = |place: f64| left + place * (right - left);
        let line = |place: f64, from: f64, to: f64, ink: Ink| Rule {
            from: (at(place), from),
            to: (at(place), to),
            ink,
        };
        for &place in &ticks.unnamed {
            plan.rules.push(line(place, top, bottom, MINOR_GRID));
        }
        for (place, text) in &ticks.named {
            plan.rules.push(line(*place, top, bottom, GRID));
            plan.labels.push(Label {
                text: text.clone(),
                at: (at(*place), bottom + 19.0),
                anchor: Anchor::Middle,
                face: SMALL,
                ink: TEXT,
            });
        }
        let named = ticks.named.iter().map(|&(place, _)| (place, TICK));
        let unnamed = ticks.unnamed.iter().map(|&place| (place, TICK / 2.0));
        plan.rules.extend(
            named.chain(unnamed).map(|(place, length)| line(place, bottom, bottom + length, AXIS)),
        );
        plan.rules.push(Rule { from: (left, bottom), to: (right, bottom), ink: AXIS });
        plan.rules.push(Rule { from: (left, top), to: (left, bottom), ink: AXIS });
    }

    fn put_names(&self, plan: &mut Plan, above: &str, below: &str) {
        let Area { left, top, right, bottom } = self.area;
        let mut put = |text: &str, at: Spot, anchor: Anchor, space: f64| {
            let text = SMALL.elided(text, space);
            plan.labels.push(Label { text, at, anchor, face: SMALL, ink: FAINT_TEXT });
        };
        put(above, (MARGIN, top - 14.0), Anchor::Start, right - MARGIN);
        put(below, ((left + right) / 2.0, bottom + 41.0), Anchor::Middle, right - left);
    }
}

fn widest(ticks: &Ticks) -> f64 {
    8.0 + ticks.named.iter().map(|(_, text)| SMALL.space(text)).fold(0.0, f64::max)
}

/// Which series have a point in each category.
fn rows(figure: &Figure) -> Option<Vec<Vec<usize>>> {
    let names = figure.x.categories.as_ref()?;
    let has_point = |series: usize, row: usize| {
        let mut points = figure.series[series].points.iter().filter(drawable(figure));
        points.any(|point| point.x == row as f64)
    };
    let members = |row: usize| (0..figure.series.len()).filter(move |&s| has_point(s, row));
    Some((0..names.len()).map(|row| members(row).collect()).collect())
}
