//! Places on the sheet, in logical pixels from its upper left corner.

/// A place on the sheet.
pub(super) type Spot = (f64, f64);

/// The part of the sheet inside the axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}
