//! The shapes of markers.

use crate::figure::spot::Spot;

/// The shape at a point of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Disc,
    Square,
    /// With its tip above.
    Triangle,
    Diamond,
    /// With its tip below.
    Gradient,
    Plus,
    Cross,
}

impl Marker {
    /// The polygons of a marker about the origin whose area is about that of a disc of this
    /// radius. A disc has none. All turn the same way, so that those of one path add up.
    pub(super) fn polygons(self, radius: f64) -> Vec<Vec<Spot>> {
        let polygon = |corners: &[Spot]| {
            vec![corners.iter().map(|&(x, y)| (x * radius, y * radius)).collect()]
        };
        match self {
            Self::Disc => Vec::new(),
            Self::Square => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Self::Triangle => polygon(&[(0.0, -1.25), (1.15, 0.8), (-1.15, 0.8)]),
            Self::Diamond => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
            Self::Gradient => polygon(&[(-1.15, -0.8), (1.15, -0.8), (0.0, 1.25)]),
            Self::Plus => bars((1.0, 0.0), radius),
            Self::Cross => bars((0.5f64.sqrt(), 0.5f64.sqrt()), radius),
        }
    }

    /// Whether the shape has an inside that can be left empty.
    pub(super) fn has_inside(self) -> bool {
        !matches!(self, Self::Plus | Self::Cross)
    }
}

/// Two bars across each other, one of them in this direction.
fn bars((x, y): Spot, radius: f64) -> Vec<Vec<Spot>> {
    let (long, thin) = (1.25 * radius, 0.75);
    let bar = |(x, y): Spot| {
        let at = |along: f64, across: f64| (along * x - across * y, along * y + across * x);
        vec![at(-long, -thin), at(long, -thin), at(long, thin), at(-long, thin)]
    };
    vec![bar((x, y)), bar((-y, x))]
}
