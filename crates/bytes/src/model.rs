//! What the bytes look like inside a unit.

use std::fmt;
use std::str::FromStr;

use crate::recipe::Recipe;

/// How a unit comes by its compress ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Model {
    /// Random bytes and runs of one byte in every 512: any compressor finds the same ratio.
    /// Ratios of 1 to 64, with units below 4 KiB to a 64th of the unit.
    #[default]
    Mix,
    /// Random bytes and repetitions of earlier ones, in short sequences: a compressor works as hard
    /// for the ratio as on real data. Ratios of 1 to 16, with units below 1 KiB to a 64th of the
    /// unit.
    Lz,
    /// Words by Zipf's law, in sentences and lines, as ASCII: what zstd at level 1 makes of 64 KiB
    /// has the ratio, and other compressors find other ones. Ratios of 1.4 to 16, with units below
    /// 4 KiB to `2 + unit / 256`.
    Text,
}

impl Model {
    /// All models.
    pub const ALL: [Self; 3] = [Self::Mix, Self::Lz, Self::Text];

    /// The compress ratio of a specification that asks for none: 1 for `mix` and `lz`,
    /// incompressible, and 2.4 for `text`, words alone.
    pub fn natural(self) -> f64 {
        Recipe::natural(self)
    }

    /// The name, as the command line and manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mix => "mix",
            Self::Lz => "lz",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, UnknownModel> {
        let named = Self::ALL.into_iter().find(|model| model.name() == name);
        named.ok_or_else(|| UnknownModel { name: name.to_owned() })
    }
}

/// No model has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no model is called `{name}`: {}", Model::ALL.map(Model::name).join(", "))]
#[non_exhaustive]
pub struct UnknownModel {
    /// The name.
    pub name: String,
}
