//! A model and its ratio, worked out: what a block is filled with.

use crate::Model;
use crate::key::BlockKey;
use crate::lz::Lz;
use crate::mix::Mix;
use crate::text::Text;

/// What fills the blocks of a specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipe {
    Mix(Mix),
    Lz(Lz),
    Text(Text),
}

impl Recipe {
    /// Nothing but random bytes.
    pub(crate) const RANDOM: Self = Self::Mix(Mix::RANDOM);

    /// The lowest and the highest ratio of a model within blocks of `block_bytes`.
    pub(crate) fn range(model: Model, block_bytes: usize) -> (f64, f64) {
        match model {
            Model::Mix => (1.0, Mix::highest(block_bytes)),
            Model::Lz => (1.0, Lz::highest(block_bytes)),
            Model::Text => (Text::LOWEST, Text::highest(block_bytes)),
        }
    }

    /// The recipe that makes blocks of `block_bytes` compress `compress` to 1.
    pub(crate) fn new(model: Model, compress: f64, block_bytes: usize) -> Self {
        match model {
            Model::Mix => Self::Mix(Mix::new(compress)),
            Model::Lz => Self::Lz(Lz::new(compress, block_bytes)),
            Model::Text => Self::Text(Text::new(compress, block_bytes)),
        }
    }

    /// The ratio of a model that none was asked of.
    pub(crate) fn natural(model: Model) -> f64 {
        match model {
            Model::Mix | Model::Lz => 1.0,
            Model::Text => Text::NATURAL,
        }
    }

    /// Writes the first bytes of the block of `key`.
    #[inline(always)]
    pub(crate) fn fill(self, key: BlockKey, out: &mut [u8]) {
        match self {
            Self::Mix(mix) => mix.fill(key, out),
            Self::Lz(lz) => lz.fill(key, out),
            Self::Text(text) => text.fill(key, out),
        }
    }
}
