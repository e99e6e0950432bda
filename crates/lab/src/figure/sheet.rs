//! What stands on the sheet.

use crate::figure::lettering::Face;
use crate::figure::look::{Ink, Look};
use crate::figure::spot::Spot;

pub(super) const MARGIN: f64 = 24.0;
pub(super) const SMALL: Face = Face::regular(12.0);
pub(super) const LINE: f64 = 17.0;

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
