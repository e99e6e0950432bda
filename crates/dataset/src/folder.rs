//! A folder as the place of a job: whether it may be used, what to keep of it, and its files.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use inrush_writers::{Compare, Direct, Durability, File, PART_SUFFIX, Sink, WriteError};

use crate::journal::Journal;
use crate::manifest::{MANIFEST_NAME, Manifest};
use crate::place::{Place, Ready};
use crate::spec::OpenSpec;
use crate::{Error, Existing, RunOptions};

/// A folder of files.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    durability: Durability,
    direct: bool,
}

impl Folder {
    /// The folder at `path`, which is written to as `options` say.
    pub(crate) fn new(path: &Path, options: &RunOptions) -> Self {
        let RunOptions { durability, direct, .. } = *options;
        Self { path: path.to_owned(), durability, direct }
    }

    /// The folder at `path`, to be read.
    pub(crate) fn to_read(path: &Path) -> Result<Self, Error> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                Ok(Self { path: path.to_owned(), durability: Durability::None, direct: false })
            }
            Ok(_) => Err(Error::NotAFolder { path: path.to_owned() }),
            Err(error) => Err(Error::io("open", path, error)),
        }
    }
}

impl Place for Folder {
    fn ready(&self, spec: &OpenSpec, existing: Existing) -> Result<Ready, Error> {
        let path = &*self.path;
        create(path)?;
        let other = first_entry(path)?;
        let found = match (&other, existing) {
            (None, _) => None,
            (Some(entry), Existing::Refuse) => {
                return Err(Error::NotEmpty { path: path.to_owned(), entry: entry.clone() });
            }
            (Some(entry), Existing::Resume) => match Manifest::read(path)? {
                Some(manifest) => Some(manifest),
                None if entry == MANIFEST_NAME => None,
                None => {
                    let entry = entry.clone();
                    return Err(Error::NothingToResume { path: path.to_owned(), entry });
                }
            },
            // A manifest that cannot be read describes nothing that could be kept.
            (Some(_), Existing::Overwrite) => Manifest::read(path).unwrap_or(None),
        };
        let resumed = match found {
            Some(manifest) if existing == Existing::Resume => {
                Some(resumable(path, spec, manifest)?)
            }
            Some(manifest) => {
                // The lock comes first: a process that still writes must not lose its files.
                let journal = Journal::open(path, &spec.spec, self.durability, None)?;
                remove_files(path, manifest.entries.iter().map(|entry| entry.name.as_str()))?;
                remove_parts(path)?;
                return Ok(Ready { ledger: Box::new(journal), kept: Vec::new() });
            }
            None => None,
        };
        let kept = resumed.as_ref().map(|found| found.entries.clone()).unwrap_or_default();
        let journal = Journal::open(path, &spec.spec, self.durability, resumed)?;
        remove_parts(path)?;
        Ok(Ready { ledger: Box::new(journal), kept })
    }

    fn sink(&self, name: &str) -> Result<Box<dyn Sink>, WriteError> {
        let path = self.path.join(name);
        Ok(if self.direct {
            Box::new(Direct::create(&path, self.durability)?)
        } else {
            Box::new(File::create(&path, self.durability)?)
        })
    }

    fn manifest(&self) -> Result<Manifest, Error> {
        Manifest::read(&self.path)?.ok_or_else(|| Error::NoManifest { path: self.path.clone() })
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(self.path.join(name))?))
    }

    fn compare(&self, name: &str) -> Result<Box<dyn Sink>, WriteError> {
        Ok(Box::new(Compare::open(&self.path.join(name))?))
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.path.join(name))
    }
}

fn create(path: &Path) -> Result<(), Error> {
    match fs::create_dir_all(path) {
        Ok(()) => Ok(()),
        Err(_) if path.exists() && !path.is_dir() => {
            Err(Error::NotAFolder { path: path.to_owned() })
        }
        Err(error) => Err(Error::io("create", path, error)),
    }
}

/// Something in the folder, the manifest before anything else; parts of files that an earlier run
/// left do not count.
fn first_entry(path: &Path) -> Result<Option<String>, Error> {
    if Manifest::path(path).exists() {
        return Ok(Some(MANIFEST_NAME.to_owned()));
    }
    let names = names(path)?;
    Ok(names.into_iter().filter(|name| !is_part(name)).min())
}

fn names(path: &Path) -> Result<Vec<String>, Error> {
    let entries = fs::read_dir(path).map_err(|error| Error::io("list", path, error))?;
    entries
        .map(|entry| match entry {
            Ok(entry) => Ok(entry.file_name().to_string_lossy().into_owned()),
            Err(error) => Err(Error::io("list", path, error)),
        })
        .collect()
}

fn is_part(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(PART_SUFFIX)
}

/// The manifest less the entries whose file is not there as they say.
fn resumable(path: &Path, spec: &OpenSpec, manifest: Manifest) -> Result<Manifest, Error> {
    manifest.resumable(path, spec, |entry| {
        let is_whole = |metadata: fs::Metadata| metadata.is_file() && metadata.len() == entry.bytes;
        fs::metadata(path.join(&entry.name)).is_ok_and(is_whole)
    })
}

fn remove_parts(path: &Path) -> Result<(), Error> {
    let names = names(path)?;
    remove_files(path, names.iter().map(String::as_str).filter(|name| is_part(name)))
}

fn remove_files<'a>(folder: &Path, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    for name in names {
        // A manifest is a text that anybody may have written: its names stay in the folder.
        if name.contains(['/', '\\']) {
            continue;
        }
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("remove", &path, error));
            }
            _ => {}
        }
    }
    Ok(())
}
