//! A prefix in an object store as the place of a job.
//!
//! Objects cannot be appended to, so what becomes whole while a job runs is noted beside its manifest,
//! and folded into it at the end:
//!
//! | object | holds |
//! |---|---|
//! | `_manifest.jsonl` | from the beginning on a manifest; with its last line that of a complete job |
//! | `_manifest-00003-of-00008.jsonl` | the same of a shard |
//! | `_manifest.d/NAME.json` | the entry of the whole file `NAME`, until the manifest has it |
//!
//! Notes beside the manifest of a complete job mean nothing: whoever may not remove objects leaves
//! them there. A shard reads, writes and removes only the notes of its own files.
//!
//! A store has no locks: two jobs that write to one prefix at a time are not kept apart, nor is one
//! shard from a second process that makes the same. Different shards need no keeping apart.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use inrush_writers::{Action, Compare, ObjectStore, ObjectStoreOptions, Sink, WriteError};

use crate::claim::claim;
use crate::manifest::{self, Entry, Header, MANIFEST_NAME, Manifest, Totals, line};
use crate::merge::unmerged;
use crate::place::{Ledger, Place, Ready};
use crate::share::{Owner, Share};
use crate::{Error, Existing, Shard};

/// Where the notes of a running job lie.
const NOTES: &str = "_manifest.d/";
/// How many small requests are under way at a time.
const AT_ONCE: usize = 16;
/// How often a manifest is read that may be replaced meanwhile.
const READS: u32 = 5;

/// A prefix in a store.
#[derive(Debug)]
pub(crate) struct Bucket {
    url: PathBuf,
    store: ObjectStore,
}

impl Bucket {
    /// The place at `url`.
    pub(crate) fn open(url: &str, options: ObjectStoreOptions) -> Result<Self, Error> {
        Ok(Self { url: url.into(), store: ObjectStore::open(url, options)? })
    }

    /// The sizes of the objects that are there, by name.
    fn objects(&self) -> Result<HashMap<String, u64>, Error> {
        let listed = self.store.list();
        let listed = listed.map_err(|error| Error::io("list", &self.url, error.source))?;
        Ok(listed.into_iter().map(|object| (object.name, object.bytes)).collect())
    }

    /// What the manifest `name` and the notes of the files that are `wanted` say so far.
    fn found(
        &self,
        name: &str,
        objects: &HashMap<String, u64>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Option<Manifest>, Error> {
        if !objects.contains_key(name) {
            return Ok(None);
        }
        Ok(match self.manifest(name)? {
            Some(mut manifest) if manifest.totals.is_none() => {
                manifest.entries.append(&mut self.noted(objects, wanted)?);
                manifest.keep_the_latest();
                Some(manifest)
            }
            complete => complete,
        })
    }

    /// What the notes of the files that are `wanted` say.
    fn noted(
        &self,
        objects: &HashMap<String, u64>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Entry>, Error> {
        let notes = Mutex::new(Vec::new());
        for_each(&notes_of(objects, wanted), |name| {
            let bytes = self.store.get(name)?;
            let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| Error::Manifest {
                path: self.at(name),
                line: 1,
                message: error.to_string(),
            })?;
            notes.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            Ok(())
        })?;
        Ok(notes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a run that makes all files keeps of the objects that are there.
    fn kept_of_all(
        &self,
        share: &Share<'_>,
        existing: Existing,
        objects: &HashMap<String, u64>,
    ) -> Result<Vec<Entry>, Error> {
        let path = || self.url.clone();
        let first = objects.contains_key(MANIFEST_NAME).then_some(MANIFEST_NAME);
        let Some(entry) = first.or_else(|| objects.keys().map(String::as_str).min()) else {
            return Ok(Vec::new());
        };
        match existing {
            Existing::Refuse => Err(Error::NotEmpty { path: path(), entry: entry.to_owned() }),
            Existing::Resume => match self.found(MANIFEST_NAME, objects, |_| true)? {
                Some(manifest) => {
                    let is_there = |entry: &Entry| objects.get(&entry.name) == Some(&entry.bytes);
                    let manifest = manifest.of_the_job(&self.url, share)?;
                    Ok(manifest.less_what_is_gone(share, is_there).entries)
                }
                None => {
                    let entry = entry.to_owned();
                    let nothing = Error::NothingToResume { path: path(), entry };
                    Err(unmerged(self)?.unwrap_or(nothing))
                }
            },
            Existing::Overwrite => {
                // A manifest that cannot be read describes nothing that could be removed. They go
                // first: nothing may vouch for what is going.
                let of_shards = objects.keys().filter(|name| Shard::of_manifest(name).is_some());
                let manifests: Vec<String> =
                    of_shards.cloned().chain([MANIFEST_NAME.to_owned()]).collect();
                let read = |name: &String| self.found(name, objects, |_| true).unwrap_or(None);
                let found = manifests.iter().filter_map(read);
                let entries: Vec<Entry> = found.flat_map(|manifest| manifest.entries).collect();
                remove(&self.store, &manifests)?;
                remove(&self.store, &removable(entries, |_| true))?;
                remove(&self.store, &notes_of(objects, |_| true))?;
                Ok(Vec::new())
            }
        }
    }

    /// What a run that makes the files of `shard` keeps of the objects that are there.
    fn kept_of_shard(
        &self,
        share: &Share<'_>,
        shard: Shard,
        existing: Existing,
        objects: &HashMap<String, u64>,
    ) -> Result<Vec<Entry>, Error> {
        let is_ours = |name: &str| share.owner(name) == Owner::Ours;
        let is_theirs = |name: &str| share.owner(name) == Owner::Theirs;
        let names = objects.keys().map(String::as_str);
        let names: Vec<&str> =
            names.filter(|name| !noted_file(name).is_some_and(is_theirs)).collect();
        let of_all = claim(self, share, shard, &names, existing)?;
        let own_name = share.manifest_name();
        if existing == Existing::Overwrite {
            let found = self.found(&own_name, objects, is_ours).unwrap_or(None);
            let entries = found.map(|manifest| manifest.entries).unwrap_or_default();
            self.store.delete(&own_name)?;
            // Another job had other owners: what is of another shard now stays.
            remove(&self.store, &removable(entries, |name| !is_theirs(name)))?;
            remove(&self.store, &notes_of(objects, is_ours))?;
            return Ok(Vec::new());
        }
        let is_there = |entry: &Entry| objects.get(&entry.name) == Some(&entry.bytes);
        let mut kept = match self.found(&own_name, objects, is_ours)? {
            Some(manifest) => {
                let path = self.at(&own_name);
                manifest.check_shard(&path, shard)?;
                manifest.of_the_job(&path, share)?.less_what_is_gone(share, is_there).entries
            }
            None => Vec::new(),
        };
        let known: HashSet<String> = kept.iter().map(|entry| entry.name.clone()).collect();
        let is_new = |entry: &Entry| is_ours(&entry.name) && !known.contains(&entry.name);
        kept.extend(of_all.into_iter().filter(|entry| is_new(entry) && is_there(entry)));
        Ok(kept)
    }
}

/// The notes of the whole files that are `wanted`.
fn notes_of(objects: &HashMap<String, u64>, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    objects.keys().filter(|name| noted_file(name).is_some_and(&wanted)).cloned().collect()
}

/// The file of which the note `name` speaks.
fn noted_file(name: &str) -> Option<&str> {
    name.strip_prefix(NOTES)?.strip_suffix(".json")
}

/// The names of those `entries` that are `wanted`. A manifest is a text that anybody may have written:
/// files of jobs lie side by side.
fn removable(entries: Vec<Entry>, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let names = entries.into_iter().map(|entry| entry.name);
    names.filter(|name| !name.contains('/') && wanted(name)).collect()
}

/// Does `work` for every name, some at a time, up to the first failure.
fn for_each(
    names: &[String],
    work: impl Fn(&str) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let left = Mutex::new(names.iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let all = || -> Result<(), Error> {
        while let Some(name) = next() {
            work(name)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        // Where the system refuses a thread, the others do its share.
        let start = |_| thread::Builder::new().spawn_scoped(scope, all).ok();
        let others: Vec<_> = (1..names.len().min(AT_ONCE)).filter_map(start).collect();
        let done = all();
        let ended = others
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ended.fold(done, |done, other| done.and(other))
    })
}

fn remove(store: &ObjectStore, names: &[String]) -> Result<(), Error> {
    for_each(names, |name| Ok(store.delete(name)?))
}

/// The name of the note of the file `name`.
fn note_name(name: &str) -> String {
    format!("{NOTES}{name}.json")
}

impl Place for Bucket {
    fn ready(&self, share: &Share<'_>, existing: Existing) -> Result<Ready, Error> {
        let objects = self.objects()?;
        let kept = match share.shard {
            None => self.kept_of_all(share, existing, &objects)?,
            Some(shard) => self.kept_of_shard(share, shard, existing, &objects)?,
        };
        let notes = kept.iter().map(|entry| note_name(&entry.name));
        let ledger = Notes {
            store: self.store.clone(),
            name: share.manifest_name(),
            header: share.header(),
            n_written: kept.len(),
            noted: notes.filter(|note| objects.contains_key(note)).collect(),
            entries: kept.clone(),
        };
        ledger.fold()?;
        Ok(Ready { ledger: Box::new(ledger), kept, lock: None })
    }

    fn sink(&self, name: &str) -> Result<Box<dyn Sink>, WriteError> {
        Ok(Box::new(self.store.sink(name)?))
    }

    fn location(&self) -> &Path {
        &self.url
    }

    fn listing(&self) -> Result<HashMap<String, u64>, Error> {
        self.objects()
    }

    fn manifest(&self, name: &str) -> Result<Option<Manifest>, Error> {
        let mut attempt = 1;
        loop {
            let error = match self.store.get(name) {
                Ok(bytes) => return Manifest::parse(&self.at(name), &bytes),
                Err(error) => error.source,
            };
            match error.kind() {
                io::ErrorKind::NotFound => return Ok(None),
                // Another shard replaces its manifest when it likes, and no half of each is read.
                io::ErrorKind::Other if attempt < READS => attempt += 1,
                _ => return Err(Error::io("read", &self.at(name), error)),
            }
        }
    }

    fn notes(&self, share: &Share<'_>) -> Result<Vec<Entry>, Error> {
        self.noted(&self.objects()?, |name| share.owner(name) == Owner::Ours)
    }

    fn lock(&self) -> Result<Option<fs::File>, Error> {
        Ok(None)
    }

    fn put_manifest(&self, text: &[u8]) -> Result<(), Error> {
        Ok(self.store.put(MANIFEST_NAME, text.to_vec())?)
    }

    /// They say the same as the one that is there, so where removing is not allowed they stay.
    fn remove_manifests(&self, names: &[String]) -> Result<(), Error> {
        let _ = remove(&self.store, names);
        Ok(())
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        match self.store.reader(name) {
            Ok(reader) => Ok(Box::new(reader)),
            Err(error) => Err(io::Error::new(error.source.kind(), error)),
        }
    }

    fn compare(&self, name: &str) -> Result<Box<dyn Sink>, WriteError> {
        let error = |error: WriteError| WriteError { action: Action::Compare, ..error };
        let reader = self.store.reader(name).map_err(error)?;
        Ok(Box::new(Compare::new(&self.url.join(name), reader)))
    }

    fn path(&self, _: &str) -> Option<PathBuf> {
        None
    }
}

/// The notes of a running job.
struct Notes {
    store: ObjectStore,
    /// The name of the manifest.
    name: String,
    header: Header,
    entries: Vec<Entry>,
    /// How many of the entries are noted.
    n_written: usize,
    /// The notes that there are.
    noted: Vec<String>,
}

impl Notes {
    /// Puts the manifest of a job that is not complete.
    fn fold(&self) -> Result<(), Error> {
        let mut text = line(&self.header);
        self.entries.iter().for_each(|entry| text.extend(line(entry)));
        Ok(self.store.put(&self.name, text)?)
    }

    /// Removes the notes that the manifest makes superfluous. They harm nobody, so where that is not
    /// allowed they stay.
    fn remove_notes(&self) {
        let _ = remove(&self.store, &self.noted);
    }

    fn write_pending(&mut self) -> Result<(), Error> {
        while self.n_written < self.entries.len() {
            let entry = &self.entries[self.n_written];
            let note = note_name(&entry.name);
            self.store.put(&note, line(entry))?;
            self.noted.push(note);
            self.n_written += 1;
        }
        Ok(())
    }
}

impl Ledger for Notes {
    fn add(&mut self, entry: Entry) -> Result<(), Error> {
        self.entries.push(entry);
        self.write_pending()
    }

    fn suspend(&mut self) -> Result<(), Error> {
        self.fold()?;
        self.remove_notes();
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<Totals, Error> {
        let (text, totals) = manifest::text(&self.header, &mut self.entries);
        self.store.put(&self.name, text)?;
        self.remove_notes();
        Ok(totals)
    }
}
