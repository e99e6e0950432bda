//! The folder of a job before the first file: whether it may be used, and what to keep of it.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use inrush_writers::PART_SUFFIX;

use crate::journal::Journal;
use crate::manifest::{Entry, MANIFEST_NAME, Manifest};
use crate::spec::OpenSpec;
use crate::{Error, Existing, RunOptions};

/// A folder that is ready, with the entries of files that need not be made again.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) journal: Journal,
    pub(crate) kept: Vec<Entry>,
}

impl Folder {
    /// Readies `path` for `spec`.
    pub(crate) fn open(path: &Path, spec: &OpenSpec, options: &RunOptions) -> Result<Self, Error> {
        create(path)?;
        let other = first_entry(path)?;
        let found = match (&other, options.existing) {
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
            Some(manifest) if options.existing == Existing::Resume => {
                resumable(path, spec, manifest)?
            }
            Some(manifest) => {
                // The lock comes first: a process that still writes must not lose its files.
                let journal = Journal::open(path, &spec.spec, options.durability, None)?;
                remove_files(path, manifest.entries.iter().map(|entry| entry.name.as_str()))?;
                remove_parts(path)?;
                return Ok(Self { journal, kept: Vec::new() });
            }
            None => None,
        };
        let kept = resumed.as_ref().map(|found| found.entries.clone()).unwrap_or_default();
        let journal = Journal::open(path, &spec.spec, options.durability, resumed)?;
        remove_parts(path)?;
        Ok(Self { journal, kept })
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
fn resumable(
    path: &Path,
    spec: &OpenSpec,
    mut manifest: Manifest,
) -> Result<Option<Manifest>, Error> {
    if manifest.header.spec != spec.spec {
        let differences = spec.spec.differences(&manifest.header.spec);
        return Err(Error::OtherSpec { path: path.to_owned(), differences });
    }
    let expected: HashSet<String> =
        (0..spec.source.n_files()).map(|f| spec.source.file_name(f)).collect();
    manifest.entries.retain(|entry| {
        let is_whole = |metadata: fs::Metadata| metadata.is_file() && metadata.len() == entry.bytes;
        expected.contains(&entry.name) && fs::metadata(path.join(&entry.name)).is_ok_and(is_whole)
    });
    Ok(Some(manifest))
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
