//! The title and what stands below it.

use crate::figure::Figure;
use crate::figure::lettering::Face;
use crate::figure::look::{FAINT_TEXT, TEXT};
use crate::figure::sheet::{Anchor, Label, MARGIN};

const TITLE: Face = Face::bold(17.0);
const SUBTITLE: Face = Face::regular(12.5);
/// From the last line of the header to the plot, between which the label of the upright axis
/// stands.
const GAP: f64 = 44.0;

/// The lines of the header, and where the plot begins below them.
pub(super) fn header(figure: &Figure, space: f64) -> (Vec<Label>, f64) {
    let mut labels = Vec::new();
    let mut bottom = 12.0;
    let blocks = [
        (Some(&figure.title), TITLE, TEXT, 22.0),
        (figure.subtitle.as_ref(), SUBTITLE, FAINT_TEXT, 18.0),
    ];
    for (text, face, ink, line) in blocks {
        for text in text.map(|text| face.wrapped(text, space)).into_iter().flatten() {
            bottom += line;
            labels.push(Label { text, at: (MARGIN, bottom), anchor: Anchor::Start, face, ink });
        }
    }
    (labels, bottom + GAP)
}
