//! What to generate: everything that the bytes of the files depend on, and nothing else.

mod bytes;
mod format;
mod marc;
mod sizes;
mod table;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::Error;
use crate::source::Source;

pub use bytes::BytesSpec;
pub use format::{Codec, FileFormat};
pub use marc::MarcSpec;
pub use sizes::Sizes;
pub use table::TableSpec;

/// The most files of one job: their indexes have five digits or more, and a plan fits in memory.
const MAX_FILES: u64 = 100_000_000;

/// What a job makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Spec {
    /// A table, as files of rows.
    Table(TableSpec),
    /// Objects of bytes.
    Bytes(BytesSpec),
    /// Catalogue records, as files of ISO 2709.
    Marc(MarcSpec),
}

impl Spec {
    /// The number of files.
    pub fn files(&self) -> u64 {
        match self {
            Self::Table(spec) => spec.files(),
            Self::Bytes(spec) => spec.objects(),
            Self::Marc(spec) => spec.files(),
        }
    }

    /// What one of the rows is called that files are counted in; none where they have no rows.
    pub fn row_noun(&self) -> Option<&'static str> {
        match self {
            Self::Table(_) => Some("row"),
            Self::Bytes(_) => None,
            Self::Marc(_) => Some("record"),
        }
    }

    /// Whether this library would generate the same bytes as the one that wrote this
    /// specification.
    pub fn is_reproducible_here(&self) -> bool {
        match self {
            Self::Table(spec) => spec.is_reproducible_here(),
            Self::Bytes(spec) => spec.is_reproducible_here(),
            Self::Marc(spec) => spec.is_reproducible_here(),
        }
    }

    /// The version of the tool that wrote this specification.
    pub fn tool(&self) -> &str {
        match self {
            Self::Table(spec) => spec.tool(),
            Self::Bytes(spec) => spec.tool(),
            Self::Marc(spec) => spec.tool(),
        }
    }

    /// xxh3 (64 bits) over the specification as JSON: equal only where all files are equal.
    #[expect(clippy::missing_panics_doc, reason = "numbers and texts always have a JSON form")]
    pub fn hash(&self) -> String {
        let json = serde_json::to_string(self).expect("numbers and texts have a JSON form");
        format!("{:016x}", XxHash3_64::oneshot(json.as_bytes()))
    }

    /// Where two specifications differ: the fields' names with both values.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let fields = |spec| match serde_json::to_value(spec) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let (here, there) = (fields(self), fields(other));
        // Jobs of two kinds have hardly a field in common.
        let is_other_kind = here.get("job") != there.get("job");
        here.iter()
            .filter(|(name, value)| there.get(*name) != Some(value))
            .filter(|(name, _)| !is_other_kind || *name == "job")
            .map(|(name, value)| match (name.as_str(), there.get(name)) {
                ("schema", _) | (_, None) => name.clone(),
                (_, Some(there)) => format!("{name} ({there} there, {value} here)"),
            })
            .collect()
    }

    /// Readies the generators.
    pub(crate) fn open(&self) -> Result<OpenSpec, Error> {
        let source: Box<dyn Source> = match self {
            Self::Table(spec) => Box::new(spec.open()?),
            Self::Bytes(spec) => Box::new(spec.open()?),
            Self::Marc(spec) => Box::new(spec.open()?),
        };
        Ok(OpenSpec { spec: self.clone(), source })
    }
}

impl From<TableSpec> for Spec {
    fn from(spec: TableSpec) -> Self {
        Self::Table(spec)
    }
}

impl From<BytesSpec> for Spec {
    fn from(spec: BytesSpec) -> Self {
        Self::Bytes(spec)
    }
}

impl From<MarcSpec> for Spec {
    fn from(spec: MarcSpec) -> Self {
        Self::Marc(spec)
    }
}

/// A specification that is ready to generate.
#[derive(Debug)]
pub(crate) struct OpenSpec {
    pub(crate) spec: Spec,
    pub(crate) source: Box<dyn Source>,
}

/// The part of `total` that is in a file: as much as in any other, and one more in each of the first
/// `total % files`.
fn share(total: u64, files: u64, file: u64) -> Range<u64> {
    let (each, more) = (total / files, total % files);
    let start = |file: u64| file * each + file.min(more);
    start(file)..start(file + 1)
}

fn check_files(files: u64) -> Result<(), Error> {
    match files {
        0 => Err(Error::Invalid("there must be at least one file".to_owned())),
        1..=MAX_FILES => Ok(()),
        _ => Err(Error::Invalid(format!("{files} files are too many: at most {MAX_FILES}"))),
    }
}

#[cfg(test)]
mod tests {
    use inrush_tables::Schema;

    use super::*;

    fn spec(rows: u64, seed: u64) -> Spec {
        let schema = Schema::builtin("seed7").expect("the builtin schema parses");
        let spec = TableSpec::new(&schema, rows, 4, FileFormat::csv()).expect("the spec is valid");
        spec.with_seed(seed).into()
    }

    #[test]
    fn the_hash_and_the_differences_see_every_field() {
        let (base, other) = (spec(10, 0), spec(11, 7));
        assert_ne!(base.hash(), other.hash());
        assert_eq!(
            base.differences(&other),
            ["rows (11 there, 10 here)", "seed (7 there, 0 here)"]
        );
        assert!(base.differences(&base.clone()).is_empty());
    }

    #[test]
    fn a_spec_survives_json() {
        let template = inrush_bytes::Spec::builder(0).dedup(1.5).compress(2.5).seed(3).build();
        let template = template.expect("the ratios are in range");
        let sizes = "lognormal:1MiB:2.0".parse().expect("it is a distribution");
        let bytes = BytesSpec::new(4, sizes, &template).expect("the spec is valid");
        let marc = MarcSpec::new(10, 3, 5).expect("the spec is valid");
        for base in [spec(10, 4), bytes.into(), marc.into()] {
            let json = serde_json::to_string(&base).expect("a spec has a JSON form");
            assert_eq!(serde_json::from_str::<Spec>(&json).expect("and is read again"), base);
        }
    }
}
