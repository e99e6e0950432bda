//! A folder as the place of a job: whether it may be used, what to keep of it, and its files.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use inrush_writers::{Compare, Direct, Durability, File, PART_SUFFIX, Sink, WriteError};

use crate::claim::claim;
use crate::journal::Journal;
use crate::manifest::{Entry, MANIFEST_NAME, Manifest};
use crate::merge::unmerged;
use crate::place::{Ledger, Place, Ready};
use crate::share::{Owner, Share};
use crate::{Error, Existing, RunOptions, Shard};

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

    /// The folder at `path`, whose files are there.
    pub(crate) fn of_files(path: &Path) -> Result<Self, Error> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                Ok(Self { path: path.to_owned(), durability: Durability::Directory, direct: false })
            }
            Ok(_) => Err(Error::NotAFolder { path: path.to_owned() }),
            Err(error) => Err(Error::io("open", path, error)),
        }
    }

    /// What is kept of the folder by a run that makes all files, and its journal.
    fn ready_for_all(
        &self,
        share: &Share<'_>,
        existing: Existing,
    ) -> Result<(Journal, Vec<Entry>), Error> {
        let path = &*self.path;
        let found = match (first_entry(path)?, existing) {
            (None, _) => None,
            (Some(entry), Existing::Refuse) => {
                return Err(Error::NotEmpty { path: path.to_owned(), entry });
            }
            (Some(entry), Existing::Resume) => match Manifest::read(path)? {
                Some(manifest) => {
                    let manifest = manifest.of_the_job(path, share)?;
                    Some(manifest.less_what_is_gone(share, |entry| self.is_there(entry)))
                }
                None if entry == MANIFEST_NAME => None,
                None => {
                    let nothing = Error::NothingToResume { path: path.to_owned(), entry };
                    return Err(unmerged(self)?.unwrap_or(nothing));
                }
            },
            (Some(_), Existing::Overwrite) => {
                let names = names(path)?;
                let of_shards = names.iter().filter(|name| Shard::of_manifest(name).is_some());
                let manifests: Vec<&str> = of_shards.map(String::as_str).collect();
                // A manifest that cannot be read describes nothing that could be removed.
                let read = |name: &&str| Manifest::read_at(&path.join(name)).unwrap_or(None);
                let described: Vec<Manifest> =
                    manifests.iter().chain([&MANIFEST_NAME]).filter_map(read).collect();
                // The lock comes first: a process that still writes must not lose its files.
                let journal = Journal::open(path, share, self.durability, None)?;
                let entries = described.iter().flat_map(|manifest| &manifest.entries);
                remove_files(path, entries.map(|entry| entry.name.as_str()))?;
                remove_files(path, manifests.into_iter())?;
                return Ok((journal, Vec::new()));
            }
        };
        let kept = found.as_ref().map(|found| found.entries.clone()).unwrap_or_default();
        Ok((Journal::open(path, share, self.durability, found)?, kept))
    }

    /// What is kept of the folder by a run that makes the files of `shard`, and its journal.
    fn ready_for_shard(
        &self,
        share: &Share<'_>,
        shard: Shard,
        existing: Existing,
    ) -> Result<(Journal, Vec<Entry>), Error> {
        let path = &*self.path;
        let names = names(path)?;
        let whole: Vec<&str> = names.iter().map(String::as_str).filter(|n| !is_part(n)).collect();
        let of_all = claim(self, share, shard, &whole, existing)?;
        let own_path = path.join(shard.manifest_name());
        if existing == Existing::Overwrite {
            let found = Manifest::read_at(&own_path).unwrap_or(None);
            let journal = Journal::open(path, share, self.durability, None)?;
            let entries = found.iter().flat_map(|manifest| &manifest.entries);
            let names = entries.map(|entry| entry.name.as_str());
            // Another job had other owners: what is of another shard now stays.
            remove_files(path, names.filter(|name| share.owner(name) != Owner::Theirs))?;
            return Ok((journal, Vec::new()));
        }
        let found = match Manifest::read_at(&own_path)? {
            Some(manifest) => {
                manifest.check_shard(&own_path, shard)?;
                let manifest = manifest.of_the_job(&own_path, share)?;
                Some(manifest.less_what_is_gone(share, |entry| self.is_there(entry)))
            }
            None => None,
        };
        let mut kept = found.as_ref().map(|found| found.entries.clone()).unwrap_or_default();
        let mut journal = Journal::open(path, share, self.durability, found)?;
        let known: HashSet<String> = kept.iter().map(|entry| entry.name.clone()).collect();
        for entry in of_all {
            let is_ours = share.owner(&entry.name) == Owner::Ours && !known.contains(&entry.name);
            if is_ours && self.is_there(&entry) {
                journal.add(entry.clone())?;
                kept.push(entry);
            }
        }
        Ok((journal, kept))
    }

    /// Keeps others away as long as what it returns lives: `shared` those that do not share as well.
    /// A file system without locks must do without.
    fn lock_folder(&self, shared: bool) -> Result<Option<fs::File>, Error> {
        let Ok(folder) = fs::File::open(&self.path) else { return Ok(None) };
        let locked = if shared { folder.try_lock_shared() } else { folder.try_lock() };
        match locked {
            Ok(()) => Ok(Some(folder)),
            Err(fs::TryLockError::WouldBlock) => Err(Error::Busy { path: self.path.clone() }),
            Err(fs::TryLockError::Error(_)) => Ok(None),
        }
    }

    /// Whether the file of an entry is there as it says.
    fn is_there(&self, entry: &Entry) -> bool {
        let is_whole = |metadata: fs::Metadata| metadata.is_file() && metadata.len() == entry.bytes;
        fs::metadata(self.path.join(&entry.name)).is_ok_and(is_whole)
    }
}

impl Place for Folder {
    fn ready(&self, share: &Share<'_>, existing: Existing) -> Result<Ready, Error> {
        create(&self.path)?;
        let lock = self.lock_folder(share.shard.is_some())?;
        let (journal, kept) = match share.shard {
            None => self.ready_for_all(share, existing)?,
            Some(shard) => self.ready_for_shard(share, shard, existing)?,
        };
        remove_parts(&self.path, share)?;
        Ok(Ready { ledger: Box::new(journal), kept, lock })
    }

    fn sink(&self, name: &str) -> Result<Box<dyn Sink>, WriteError> {
        let path = self.path.join(name);
        Ok(if self.direct {
            Box::new(Direct::create(&path, self.durability)?)
        } else {
            Box::new(File::create(&path, self.durability)?)
        })
    }

    fn location(&self) -> &Path {
        &self.path
    }

    fn listing(&self) -> Result<HashMap<String, u64>, Error> {
        let mut sizes = HashMap::new();
        for name in names(&self.path)? {
            // What goes while it is looked at is not there.
            if let Ok(metadata) = fs::metadata(self.path.join(&name))
                && metadata.is_file()
            {
                sizes.insert(name, metadata.len());
            }
        }
        Ok(sizes)
    }

    fn manifest(&self, name: &str) -> Result<Option<Manifest>, Error> {
        Manifest::read_at(&self.path.join(name))
    }

    fn notes(&self, _: &Share<'_>) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }

    fn lock(&self) -> Result<Option<fs::File>, Error> {
        self.lock_folder(false)
    }

    fn put_manifest(&self, text: &[u8]) -> Result<(), Error> {
        let mut file = Box::new(File::create(&Manifest::path(&self.path), self.durability)?);
        file.write(text)?;
        file.finish()?;
        Ok(())
    }

    fn remove_manifests(&self, names: &[String]) -> Result<(), Error> {
        remove_files(&self.path, names.iter().map(String::as_str))
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

/// Removes what an earlier run of `share` left unfinished.
fn remove_parts(path: &Path, share: &Share<'_>) -> Result<(), Error> {
    let own_manifest = share.manifest_name();
    let is_ours = |part: &str| {
        let name = part.strip_prefix('.').and_then(|name| name.strip_suffix(PART_SUFFIX));
        name.is_some_and(|name| {
            share.shard.is_none() || name == own_manifest || share.owner(name) == Owner::Ours
        })
    };
    let names = names(path)?;
    remove_files(path, names.iter().map(String::as_str).filter(|name| is_ours(name)))
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
