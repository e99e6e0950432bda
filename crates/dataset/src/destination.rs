//! Where the files go.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use inrush_writers::ObjectStoreOptions;

use crate::Error;
use crate::bucket::Bucket;
use crate::folder::Folder;
use crate::place::Place;

/// A place for files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// A folder, made if it is not there.
    Folder(PathBuf),
    /// A prefix in an object store, by URL: `s3://BUCKET/PREFIX`, `gs://` or `az://`.
    Objects(String),
    /// Standard output, for one file.
    Stdout,
    /// Memory, given up at the end: measures without a disk.
    Memory,
    /// Nowhere, and without a checksum: measures generators alone.
    Null,
}

impl Destination {
    /// Where whole files lie already, that are to be `done`: verified, for instance.
    pub(crate) fn place_of_files(&self, done: &str) -> Result<Box<dyn Place>, Error> {
        match self {
            Self::Folder(path) => Ok(Box::new(Folder::of_files(path)?)),
            Self::Objects(url) => Ok(Box::new(Bucket::open(url, ObjectStoreOptions::default())?)),
            other => Err(Error::Invalid(format!("{other} keeps nothing that could be {done}"))),
        }
    }
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" => Err("the destination is empty: name a folder".to_owned()),
            "-" => Ok(Self::Stdout),
            "null:" => Ok(Self::Null),
            "memory:" => Ok(Self::Memory),
            _ => match text.split_once("://") {
                Some(("s3" | "gs" | "az", _)) => Ok(Self::Objects(text.to_owned())),
                Some((scheme, _)) if !scheme.contains('/') => Err(format!(
                    "no destination `{scheme}://`: a folder, `s3://`, `gs://`, `az://`, `-`, \
                     `memory:` or `null:`"
                )),
                _ => Ok(Self::Folder(text.into())),
            },
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Objects(url) => f.write_str(url),
            Self::Stdout => f.write_str("standard output"),
            Self::Memory => f.write_str("memory:"),
            Self::Null => f.write_str("null:"),
        }
    }
}
