//! What the bytes look like inside a unit.

use std::fmt;
use std::str::FromStr;

/// How a unit comes by its compress ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Model {
    /// Random bytes and runs of one byte in every 512: any compressor finds the same ratio.
    #[default]
    Mix,
}

impl Model {
    /// All models.
    pub const ALL: [Self; 1] = [Self::Mix];

    /// The name, as the command line and manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mix => "mix",
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
