//! What is wrong with a specification.

use crate::{Model, Spec};

/// A specification that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The dedup ratio is out of range.
    #[error("a dedup ratio of {dedup}: 1 to {} are possible", Spec::MAX_DEDUP)]
    Dedup {
        /// The ratio.
        dedup: f64,
    },
    /// The dedup unit is out of range.
    #[error(
        "a dedup unit of {bytes} bytes: powers of two from {} to {} are possible",
        Spec::MIN_DEDUP_UNIT,
        Spec::MAX_DEDUP_UNIT
    )]
    DedupUnit {
        /// The unit in bytes.
        bytes: u64,
    },
    /// The compress ratio is out of range.
    #[error(
        "a compress ratio of {compress}: {lowest} to {highest} are possible with the model \
         {model} and a dedup unit of {dedup_unit} bytes"
    )]
    Compress {
        /// The ratio.
        compress: f64,
        /// The lowest possible.
        lowest: f64,
        /// The highest possible.
        highest: f64,
        /// The model.
        model: Model,
        /// The unit in bytes.
        dedup_unit: u64,
    },
}
