//! A sweep as figures.

use super::Report;
use crate::curves::{MEMORY, NINES};
use crate::{Axis, Cell, Figure, Point, Series, Sweep, Value};

/// The largest over the smallest from which on an axis is logarithmic.
const WIDE: f64 = 12.0;

impl Report<'_> {
    /// The figures of a sweep by name.
    pub(super) fn drawings(&self, number: usize, sweep: &Sweep) -> Vec<(String, Figure)> {
        if sweep.is_control {
            return Vec::new();
        }
        let cells = self.cells(sweep);
        let mut drawings: Vec<(String, Figure)> = sweep
            .figures
            .iter()
            .filter_map(|measure| {
                Some((format!("{number}-{measure}"), self.drawing(sweep, &cells, measure)?))
            })
            .collect();
        let curves =
            [("delays", self.delays(sweep, &cells)), ("memory", self.memory(sweep, &cells))];
        for (name, figure) in curves {
            drawings.extend(figure.map(|figure| (format!("{number}-{name}"), figure)));
        }
        drawings
    }

    fn drawing(&self, sweep: &Sweep, cells: &[Cell], measure: &str) -> Option<Figure> {
        let series = match &sweep.swept {
            Some((parameter, _)) => self.lines(sweep, cells, (parameter, measure)),
            None => self.rows(sweep, cells.first()?, measure),
        };
        let values = || series.iter().flat_map(|s| &s.points).map(|point| point.estimate.value);
        let n_points = values().count();
        if n_points < 2 {
            return None;
        }
        let x = match &sweep.swept {
            Some((parameter, _)) => swept_axis(parameter, cells),
            None => {
                let names: Vec<&str> = series.iter().map(|series| series.name.as_str()).collect();
                Axis::of_categories("subject", &names)
            }
        };
        let label = self.label(sweep, measure);
        let y = measured_axis(measure, &label, values());
        let mut figure = Figure::new(self.question().title.clone(), x, y);
        figure.subtitle = Some(format!("{label}: medians, 95% intervals"));
        figure.series = series;
        Some(figure)
    }

    /// A line for each subject.
    fn lines(
        &self,
        sweep: &Sweep,
        cells: &[Cell],
        (parameter, measure): (&str, &str),
    ) -> Vec<Series> {
        let line = |subject: &crate::Subject| {
            let mut series = Series::new(subject.name, subject.role);
            for (i, cell) in cells.iter().enumerate() {
                let of = (sweep.model.about().name, cell, subject.name);
                let Some(estimate) = self.findings.estimate(of, measure) else { continue };
                let x = match cell.get(parameter) {
                    Some(Value::Number(number)) if !has_categories(parameter, cells) => {
                        *number as f64
                    }
                    _ => i as f64,
                };
                series.points.push(Point::new(x, estimate));
            }
            series
        };
        let series = sweep.subjects.iter().map(line);
        series.filter(|series| !series.points.is_empty()).collect()
    }

    /// A row for each subject.
    fn rows(&self, sweep: &Sweep, cell: &Cell, measure: &str) -> Vec<Series> {
        let found = sweep.subjects.iter().filter_map(|subject| {
            let of = (sweep.model.about().name, cell, subject.name);
            Some((subject, self.findings.estimate(of, measure)?))
        });
        let row = |(i, (subject, estimate)): (usize, (&crate::Subject, _))| {
            let mut series = Series::new(subject.name, subject.role);
            series.points.push(Point::new(i as f64, estimate));
            series
        };
        found.enumerate().map(row).collect()
    }

    /// How late operations are, of a sweep over nothing.
    fn delays(&self, sweep: &Sweep, cells: &[Cell]) -> Option<Figure> {
        let series = self.curves(sweep, cells, &NINES)?;
        let (x, y) = (Axis::nines("share of operations, %"), Axis::log("delay, ns"));
        let mut figure = Figure::new(self.question().title.clone(), x, y);
        figure.subtitle = Some("delay that so many stay below: medians, 95% intervals".to_owned());
        figure.series = series;
        Some(figure)
    }

    /// What memory a run has while it lasts, of a sweep over nothing.
    fn memory(&self, sweep: &Sweep, cells: &[Cell]) -> Option<Figure> {
        let series = self.curves(sweep, cells, &MEMORY)?;
        let label = "memory of the process, bytes";
        let values = series.iter().flat_map(|s| &s.points).map(|point| point.estimate.value);
        let y = measured_axis("rss_bytes", label, values.clone());
        let x = Axis::linear("share of the time, %").covering(0.0, 100.0);
        let mut figure = Figure::new(self.question().title.clone(), x, y);
        figure.subtitle = Some(format!("{label} while a run lasts: medians, 95% intervals"));
        figure.series = series;
        Some(figure)
    }

    /// A line for each subject that has two of these measures or more.
    fn curves(&self, sweep: &Sweep, cells: &[Cell], points: &[(f64, &str)]) -> Option<Vec<Series>> {
        let cell = cells.first().filter(|_| sweep.swept.is_none())?;
        let line = |subject: &crate::Subject| {
            let of = (sweep.model.about().name, cell, subject.name);
            let mut series = Series::new(subject.name, subject.role);
            for (x, measure) in points {
                let estimate = self.findings.estimate(of, measure);
                series.points.extend(estimate.map(|estimate| Point::new(*x, estimate)));
            }
            series
        };
        let series: Vec<Series> =
            sweep.subjects.iter().map(line).filter(|series| series.points.len() > 1).collect();
        (!series.is_empty()).then_some(series)
    }
}

/// Words have no distance, and a logarithm has no nought.
fn has_categories(parameter: &str, cells: &[Cell]) -> bool {
    let numbers: Option<Vec<u64>> = cells
        .iter()
        .map(|cell| match cell.get(parameter) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        })
        .collect();
    let Some(numbers) = numbers else { return true };
    let (least, most) = (numbers.iter().min(), numbers.iter().max());
    least.zip(most).is_none_or(|(&least, &most)| least == 0 && most > 1)
}

fn swept_axis(parameter: &str, cells: &[Cell]) -> Axis {
    if has_categories(parameter, cells) {
        let words: Vec<String> = cells
            .iter()
            .map(|cell| cell.get(parameter).map(ToString::to_string).unwrap_or_default())
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        return Axis::of_categories(parameter, &words);
    }
    let label = match parameter.strip_suffix("_bytes") {
        Some(name) => format!("{name}, bytes"),
        None => match parameter.strip_suffix("_ns") {
            Some(name) => format!("{name}, ns"),
            None => parameter.to_owned(),
        },
    };
    let numbers = || cells.iter().map(|cell| cell.number(parameter) as f64);
    let (least, most) = (numbers().fold(f64::MAX, f64::min), numbers().fold(0.0, f64::max));
    if most / least >= WIDE { Axis::log(label) } else { Axis::linear(label) }
}

fn measured_axis(measure: &str, label: &str, values: impl Iterator<Item = f64> + Clone) -> Axis {
    let is_share = ["jain", "min_over_max", "overlap", "at_work"].contains(&measure)
        || measure.ends_with("_fraction");
    if is_share {
        return Axis::linear(label).covering(0.0, 1.0);
    }
    let least = values.clone().fold(f64::MAX, f64::min);
    let most = values.fold(0.0, f64::max);
    if least > 0.0 && most / least >= WIDE { Axis::log(label) } else { Axis::linear(label) }
}
