//! Which points have a place.

use crate::figure::{Figure, Point};

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
