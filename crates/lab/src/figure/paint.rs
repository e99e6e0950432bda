//! A plan drawn as elements of `plotters`, whichever back end takes them in.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::{BackendCoord, DrawingBackend};

use crate::figure::dash::dashes;
use crate::figure::look::{GROUND, Ink};
use crate::figure::sheet::{Anchor, Label, Plan, Trace};
use crate::figure::spot::Spot;

/// How wide a hollow marker's outline and a whisker are, in logical pixels.
const OUTLINE: f64 = 1.5;
const WHISKER: f64 = 1.1;

/// Draws all of a plan, of whose logical pixels the back end has `unit` by `unit` each.
///
/// A text stands on its spot: back ends ignore the upright part of its anchor.
///
/// # Errors
/// What the back end or the library says.
pub(super) fn paint<B: DrawingBackend>(plan: &Plan, back_end: B, unit: f64) -> Result<(), String> {
    let pen = Pen { area: back_end.into_drawing_area(), unit };
    pen.plan(plan).map_err(|error| error.to_string())
}

struct Pen<B: DrawingBackend> {
    area: DrawingArea<B, Shift>,
    unit: f64,
}

type Outcome<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

impl<B: DrawingBackend> Pen<B> {
    fn plan(&self, plan: &Plan) -> Outcome<B> {
        // Rules lie on pixels, not between them.
        let crisp = |(x, y): Spot| (x.floor() + 0.5, y.floor() + 0.5);
        for rule in &plan.rules {
            self.line(&[crisp(rule.from), crisp(rule.to)], rule.ink, 1.0)?;
        }
        for trace in &plan.traces {
            self.trace(trace)?;
        }
        for label in &plan.labels {
            self.label(label)?;
        }
        self.area.present()
    }

    fn trace(&self, trace: &Trace) -> Outcome<B> {
        let look = trace.look;
        for line in &trace.lines {
            for dash in dashes(line, look.dashes) {
                self.line(&dash, look.ink, look.width)?;
            }
        }
        for whisker in &trace.whiskers {
            self.line(whisker, look.ink, WHISKER)?;
        }
        for &mark in &trace.marks {
            self.mark(mark, look.radius, trace, look.ink)?;
        }
        if look.is_hollow && look.marker.has_inside() {
            for &mark in &trace.marks {
                self.mark(mark, look.radius - OUTLINE, trace, GROUND)?;
            }
        }
        Ok(())
    }

    fn mark(&self, (x, y): Spot, radius: f64, trace: &Trace, ink: Ink) -> Outcome<B> {
        let polygons = trace.look.marker.polygons(radius);
        if polygons.is_empty() {
            let radius = (radius * self.unit).round() as i32;
            return self.element(&Circle::new(self.pixel((x, y)), radius, filled(ink)));
        }
        for polygon in polygons {
            let corners: Vec<BackendCoord> =
                polygon.iter().map(|(dx, dy)| self.pixel((x + dx, y + dy))).collect();
            self.element(&Polygon::new(corners, filled(ink)))?;
        }
        Ok(())
    }

    fn line(&self, line: &[Spot], ink: Ink, width: f64) -> Outcome<B> {
        let style = ShapeStyle { stroke_width: (width * self.unit).round() as u32, ..filled(ink) };
        let pixels: Vec<BackendCoord> = line.iter().map(|&spot| self.pixel(spot)).collect();
        self.element(&PathElement::new(pixels, style))
    }

    fn label(&self, label: &Label) -> Outcome<B> {
        let weight = if label.face.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, label.face.em * self.unit, weight);
        let anchor = match label.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let color = color(label.ink);
        let style = TextStyle::from(font).color(&color).pos(Pos::new(anchor, VPos::Bottom));
        self.element(&Text::new(label.text.as_str(), self.pixel(label.at), style))
    }

    fn element<'a, E>(&self, element: &'a E) -> Outcome<B>
    where
        E: Drawable<B>,
        &'a E: PointCollection<'a, BackendCoord>,
    {
        self.area.draw(element)
    }

    fn pixel(&self, (x, y): Spot) -> BackendCoord {
        ((x * self.unit).round() as i32, (y * self.unit).round() as i32)
    }
}

fn color([red, green, blue]: Ink) -> RGBColor {
    RGBColor(red, green, blue)
}

fn filled(ink: Ink) -> ShapeStyle {
    color(ink).filled()
}
