//! Figures of estimates: lines over a swept parameter, rows of subjects, latency curves, and
//! memory over time, as SVG and PNG.
//!
//! | step | where |
//! |---|---|
//! | a value finds its place on an axis | `scale` |
//! | an axis gets its ticks and their numerals | `ticks`, `numeral` |
//! | a series gets its ink, dashes and marker, by its role and turn | `look`, `marker` |
//! | all of these get their places on the sheet, in logical pixels | `plan`, `header`, `axes`, `legend`, `trace` |
//! | the plan is drawn as elements of `plotters` | `paint`, `dash` |
//! | one of two back ends takes these in | `vector` (SVG), `raster` and `palette` (PNG) |
//!
//! Both back ends are ours, as letters must come from the same font on every machine, dashes must
//! not cost an element each, and the same figure must give the same bytes.

mod axes;
mod dash;
mod drawable;
mod header;
mod legend;
mod lettering;
mod look;
mod marker;
mod numeral;
mod paint;
mod palette;
mod plan;
mod raster;
mod scale;
mod sheet;
mod spot;
mod ticks;
mod trace;
mod vector;

use crate::figure::paint::paint;
use crate::figure::raster::Raster;
pub use crate::figure::scale::Scale;
use crate::figure::sheet::Plan;
use crate::figure::vector::Vector;
use crate::{Estimate, Role};

/// Series of estimates over one axis and along another.
///
/// An axis with [categories](Axis::categories) turns the figure into rows, one per category from
/// top to bottom, so that names of any length stay level; the values then run to the right.
///
/// What has no place on an axis is left out, and a note below the figure counts it: a number that
/// is not finite, zero or less on a logarithmic axis, or a category that there is not.
///
/// # Examples
/// ```
/// use inrush_lab::{Axis, Estimate, Figure, Point, Role, Series};
///
/// let mut ours = Series::new("spin lock", Role::Ours);
/// for (threads, value) in [(1.0, 2.0e7), (2.0, 1.1e7), (4.0, 4.0e6)] {
///     let estimate = Estimate { value, low: 0.9 * value, high: 1.2 * value, n: 7 };
///     ours.points.push(Point::new(threads, estimate));
/// }
/// let mut figure = Figure::new(
///     "Throughput of one lock",
///     Axis::log("threads"),
///     Axis::log("throughput, operations/s"),
/// );
/// figure.series.push(ours);
/// assert!(figure.svg()?.contains("spin lock"));
/// # Ok::<(), inrush_lab::FigureError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Figure {
    /// What it shows, in one or two lines.
    pub title: String,
    /// What was fixed and where it was measured.
    pub subtitle: Option<String>,
    /// The axis of what was swept, or of the categories.
    pub x: Axis,
    /// The axis of the estimates.
    pub y: Axis,
    /// What is compared.
    pub series: Vec<Series>,
}

/// One axis of a figure.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Axis {
    /// What runs along it, with its unit after a last comma: `throughput, items/s`. Ticks follow
    /// the unit: `10 M`, `100 ns` (times on a logarithmic axis), `200 MB` (of `bytes`).
    pub label: String,
    /// How values find their places.
    pub scale: Scale,
    /// Names in the place of numbers, for an x axis; the x of a point is then the index of its
    /// category.
    pub categories: Option<Vec<String>>,
    /// The range that the axis covers even where no value needs it.
    pub covers: Option<(f64, f64)>,
}

/// The estimates of one subject.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Series {
    /// The subject's name.
    pub name: String,
    /// Its part in the comparison, which decides how it is drawn.
    pub role: Role,
    /// Its points, which a line joins in this order. A point that is left out breaks the line.
    pub points: Vec<Point>,
}

/// One estimate of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The swept parameter, a percentile in percent, a time, or the index of a category.
    pub x: f64,
    /// The estimate, whose interval becomes a whisker.
    pub estimate: Estimate,
}

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// No series has a point that has a place on both axes.
    #[error("figure `{0}` is empty: no series has a point with a place on both axes")]
    Empty(String),
    /// An element could not be drawn.
    #[error("draw figure `{title}`: {cause}")]
    Drawing {
        /// The figure's title.
        title: String,
        /// What the drawing library says.
        cause: String,
    },
    /// The bitmap could not be encoded.
    #[error("encode figure `{title}`")]
    Encoding {
        /// The figure's title.
        title: String,
        /// What the encoder says.
        source: png::EncodingError,
    },
}

impl Figure {
    /// A figure without a series.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self { title: title.into(), subtitle: None, x, y, series: Vec::new() }
    }

    /// The figure as an SVG document of 960 by at least 560 units, on a white ground.
    ///
    /// # Errors
    /// [`FigureError::Empty`] where there is nothing to draw.
    pub fn svg(&self) -> Result<String, FigureError> {
        let plan = self.plan()?;
        let mut text = String::new();
        let back_end = Vector::new(&mut text, plan.size, &self.title);
        paint(&plan, back_end, Vector::UNIT).map_err(|cause| self.drawing(cause))?;
        Ok(text)
    }

    /// The figure as a PNG file of 1920 by at least 1120 pixels.
    ///
    /// # Errors
    /// [`FigureError::Empty`] where there is nothing to draw.
    pub fn png(&self) -> Result<Vec<u8>, FigureError> {
        let plan = self.plan()?;
        let mut raster = Raster::new(plan.size);
        paint(&plan, &mut raster, Raster::UNIT).map_err(|cause| self.drawing(cause))?;
        raster.png().map_err(|source| FigureError::Encoding { title: self.title.clone(), source })
    }

    fn plan(&self) -> Result<Plan, FigureError> {
        Plan::of(self).ok_or_else(|| FigureError::Empty(self.title.clone()))
    }

    fn drawing(&self, cause: String) -> FigureError {
        FigureError::Drawing { title: self.title.clone(), cause }
    }
}

impl Axis {
    /// An axis on which equal steps are equal differences.
    pub fn linear(label: impl Into<String>) -> Self {
        Self::new(label, Scale::Linear)
    }

    /// An axis on which equal steps are equal ratios.
    pub fn log(label: impl Into<String>) -> Self {
        Self::new(label, Scale::Log)
    }

    /// An axis of percentiles, on which 90, 99 and 99.9 lie equally far apart.
    pub fn nines(label: impl Into<String>) -> Self {
        Self::new(label, Scale::Nines)
    }

    /// An axis of names.
    pub fn of_categories(label: impl Into<String>, categories: &[&str]) -> Self {
        let categories = categories.iter().map(|&name| name.to_owned()).collect();
        Self { categories: Some(categories), ..Self::new(label, Scale::Linear) }
    }

    /// The same axis, covering at least this range.
    #[must_use]
    pub fn covering(mut self, low: f64, high: f64) -> Self {
        self.covers = Some((low, high));
        self
    }

    fn new(label: impl Into<String>, scale: Scale) -> Self {
        Self { label: label.into(), scale, categories: None, covers: None }
    }
}

impl Series {
    /// A series without a point.
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role, points: Vec::new() }
    }
}

impl Point {
    /// An estimate at a place on the x axis.
    pub fn new(x: f64, estimate: Estimate) -> Self {
        Self { x, estimate }
    }
}
