//! One file for each kind of subject.

pub(super) mod broken;
pub(super) mod controls;
pub(super) mod counters;
pub(super) mod locks;
