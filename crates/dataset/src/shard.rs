//! Shards: which files of a job are whose.
//!
//! Shard i of n makes the files f with `f % n = i`, so that every file has one owner, whatever the
//! number of files, and no shard has to ask another. Each writes a manifest of its own, which merging
//! makes one of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// One of `count` shards of a job: it makes the files `f` with `f % count = index`.
///
/// ```
/// use inrush_dataset::Shard;
///
/// let shard: Shard = "3/8".parse()?;
/// assert_eq!(shard, Shard::new(3, 8)?);
/// assert!(shard.owns(11) && !shard.owns(12));
/// assert_eq!(shard.manifest_name(), "_manifest-00003-of-00008.jsonl");
/// # Ok::<(), inrush_dataset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// Shard `index` of `count`, counted from 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `count` is 0, or `index` not below it.
    pub fn new(index: u32, count: u32) -> Result<Self, Error> {
        match index {
            _ if count == 0 => {
                Err(Error::Invalid(format!("shard {index}/0: a job has at least one shard")))
            }
            _ if index >= count => Err(Error::Invalid(format!(
                "shard {index}/{count}: shards are counted from 0, so the last of {count} is {}/{count}",
                count - 1
            ))),
            _ => Ok(Self { index, count }),
        }
    }

    /// Which of the shards it is, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many shards there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether it makes the file `file`.
    pub fn owns(self, file: u64) -> bool {
        file % u64::from(self.count) == u64::from(self.index)
    }

    /// The shard of `count` that makes the file `file`.
    pub(crate) fn owner(file: u64, count: u32) -> Self {
        // The remainder is below `count`, so it fits.
        Self { index: (file % u64::from(count)) as u32, count }
    }

    /// The files that it makes of `n_files`, in order.
    pub(crate) fn files(self, n_files: u64) -> impl Iterator<Item = u64> {
        let count = u64::from(self.count);
        (0..self.n_files(n_files)).map(move |k| u64::from(self.index) + k * count)
    }

    /// How many files it makes of `n_files`.
    pub(crate) fn n_files(self, n_files: u64) -> u64 {
        n_files.saturating_sub(u64::from(self.index)).div_ceil(u64::from(self.count))
    }

    /// The name of its manifest.
    pub fn manifest_name(self) -> String {
        format!("_manifest-{:05}-of-{:05}.jsonl", self.index, self.count)
    }

    /// The shard whose manifest has this name.
    pub(crate) fn of_manifest(name: &str) -> Option<Self> {
        let numbers = name.strip_prefix("_manifest-")?.strip_suffix(".jsonl")?;
        let (index, count) = numbers.split_once("-of-")?;
        let shard = Self::new(index.parse().ok()?, count.parse().ok()?).ok()?;
        // Numbers have other spellings, which we never write.
        (shard.manifest_name() == name).then_some(shard)
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = |text: &str| text.parse::<u32>().ok();
        let numbers = text.split_once('/').and_then(|(i, n)| Some((number(i)?, number(n)?)));
        let (index, count) = numbers.ok_or_else(|| {
            Error::Invalid(format!(
                "`{text}` is no shard: write i/n, such as 0/8 for the first of 8"
            ))
        })?;
        Self::new(index, count)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// A shard as a manifest says it, which anybody may have written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    index: u32,
    count: u32,
}

impl TryFrom<Fields> for Shard {
    type Error = Error;

    fn try_from(fields: Fields) -> Result<Self, Error> {
        Self::new(fields.index, fields.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_file_has_exactly_one_owner(n_files in 0u64..300, count in 1u32..80) {
            let shards = || (0..count).map(move |index| Shard { index, count });
            let mut owned: Vec<u64> = shards().flat_map(|shard| shard.files(n_files)).collect();
            owned.sort_unstable();
            prop_assert!(owned.iter().copied().eq(0..n_files));
            for shard in shards() {
                let files: Vec<u64> = shard.files(n_files).collect();
                prop_assert_eq!(files.len() as u64, shard.n_files(n_files));
                let by_remainder = (0..n_files).filter(|file| shard.owns(*file));
                prop_assert!(files.iter().copied().eq(by_remainder));
                prop_assert!(files.iter().all(|&file| Shard::owner(file, count) == shard));
            }
        }

        #[test]
        fn a_shard_survives_its_text_its_name_and_json(count in 1u32.., at in 0.0..1.0f64) {
            let shard = Shard { index: (f64::from(count - 1) * at) as u32, count };
            prop_assert_eq!(shard.to_string().parse::<Shard>().ok(), Some(shard));
            prop_assert_eq!(Shard::of_manifest(&shard.manifest_name()), Some(shard));
            let json = serde_json::to_string(&shard).expect("numbers have a JSON form");
            prop_assert_eq!(serde_json::from_str::<Shard>(&json).ok(), Some(shard));
        }
    }

    #[test]
    fn what_is_no_shard_is_named() {
        for (text, said) in [
            ("8/8", "the last of 8 is 7/8"),
            ("0/0", "at least one shard"),
            ("1", "write i/n"),
            ("-1/4", "write i/n"),
            ("1/4/2", "write i/n"),
            ("a/b", "write i/n"),
            ("0/4294967296", "write i/n"),
        ] {
            let error = text.parse::<Shard>().expect_err(text).to_string();
            assert!(error.contains(said), "{error}");
        }
        assert!(serde_json::from_str::<Shard>(r#"{"index":4,"count":4}"#).is_err());
    }

    #[test]
    fn other_names_are_no_manifests_of_shards() {
        for name in [
            "_manifest.jsonl",
            "_manifest-0-of-4.jsonl",
            "_manifest-00004-of-00004.jsonl",
            "_manifest-+0001-of-00004.jsonl",
            "_manifest-00001-of-00004.json",
        ] {
            assert_eq!(Shard::of_manifest(name), None, "{name}");
        }
    }
}
