//! A prefix in an object store as the place of a job.
//!
//! Objects cannot be appended to, so what becomes whole while a job runs is noted beside its manifest,
//! and folded into it at the end:
//!
//! | object | holds |
//! |---|---|
//! | `_manifest.jsonl` | from the beginning on a manifest; with its last line that of a complete job |
//! | `_manifest.d/NAME.json` | the entry of the whole file `NAME`, until the manifest has it |
//!
//! Notes beside the manifest of a complete job mean nothing: whoever may not remove objects leaves
//! them there.
//!
//! A store has no locks: two jobs that write to one prefix at a time are not kept apart.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;

use inrush_writers::{Action, Compare, ObjectStore, ObjectStoreOptions, Sink, WriteError};

use crate::manifest::{self, Entry, Header, MANIFEST_NAME, Manifest, Totals, line};
use crate::place::{Ledger, Place, Ready};
use crate::spec::OpenSpec;
use crate::{Error, Existing};

/// Where the notes of a running job lie.
const NOTES: &str = "_manifest.d/";
/// How many small requests are under way at a time.
const AT_ONCE: usize = 16;

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

    /// What was noted so far, of a job that is complete or is not.
    fn found(&self, objects: &HashMap<String, u64>) -> Result<Option<Manifest>, Error> {
        if !objects.contains_key(MANIFEST_NAME) {
            return Ok(None);
        }
        let bytes = self.store.get(MANIFEST_NAME)?;
        let mut manifest = match Manifest::parse(&self.url.join(MANIFEST_NAME), &bytes)? {
            Some(manifest) if manifest.totals.is_none() => manifest,
            complete => return Ok(complete),
        };
        let notes = Mutex::new(Vec::new());
        for_each(&notes_of(objects), |name| {
            let bytes = self.store.get(name)?;
            let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| Error::Manifest {
                path: self.url.join(name),
                line: 1,
                message: error.to_string(),
            })?;
            notes.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            Ok(())
        })?;
        manifest.entries.append(&mut notes.into_inner().unwrap_or_else(PoisonError::into_inner));
        manifest.keep_the_latest();
        Ok(Some(manifest))
    }
}

/// The notes of whole files.
fn notes_of(objects: &HashMap<String, u64>) -> Vec<String> {
    objects.keys().filter(|name| name.starts_with(NOTES)).cloned().collect()
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
    fn ready(&self, spec: &OpenSpec, existing: Existing) -> Result<Ready, Error> {
        let objects = self.objects()?;
        let path = || self.url.clone();
        let first = objects.contains_key(MANIFEST_NAME).then_some(MANIFEST_NAME);
        let other = first.or_else(|| objects.keys().map(String::as_str).min());
        let kept = match (other, existing) {
            (None, _) => Vec::new(),
            (Some(entry), Existing::Refuse) => {
                return Err(Error::NotEmpty { path: path(), entry: entry.to_owned() });
            }
            (Some(entry), Existing::Resume) => {
                let nothing = || Error::NothingToResume { path: path(), entry: entry.to_owned() };
                let manifest = self.found(&objects)?.ok_or_else(nothing)?;
                let is_there = |entry: &Entry| objects.get(&entry.name) == Some(&entry.bytes);
                manifest.resumable(&self.url, spec, is_there)?.entries
            }
            (Some(_), Existing::Overwrite) => {
                // A manifest that cannot be read describes nothing that could be removed. It goes
                // first: nothing may vouch for what is going.
                let manifest = self.found(&objects).unwrap_or(None);
                self.store.delete(MANIFEST_NAME)?;
                let entries = manifest.map(|manifest| manifest.entries).unwrap_or_default();
                // A manifest is a text that anybody may have written: files of jobs lie side by side.
                let names = entries.into_iter().map(|entry| entry.name);
                let names: Vec<String> = names.filter(|name| !name.contains('/')).collect();
                remove(&self.store, &names)?;
                remove(&self.store, &notes_of(&objects))?;
                Vec::new()
            }
        };
        let ledger = Notes {
            store: self.store.clone(),
            header: Header::new(&spec.spec),
            n_written: kept.len(),
            noted: Vec::new(),
            entries: kept.clone(),
        };
        ledger.fold()?;
        Ok(Ready { ledger: Box::new(ledger), kept })
    }

    fn sink(&self, name: &str) -> Result<Box<dyn Sink>, WriteError> {
        Ok(Box::new(self.store.sink(name)?))
    }

    fn manifest(&self) -> Result<Manifest, Error> {
        self.found(&self.objects()?)?.ok_or_else(|| Error::NoManifest { path: self.url.clone() })
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
    header: Header,
    entries: Vec<Entry>,
    /// How many of the entries are noted.
    n_written: usize,
    /// The files that have a note.
    noted: Vec<String>,
}

impl Notes {
    /// Puts the manifest of a job that is not complete.
    fn fold(&self) -> Result<(), Error> {
        let mut text = line(&self.header);
        self.entries.iter().for_each(|entry| text.extend(line(entry)));
        Ok(self.store.put(MANIFEST_NAME, text)?)
    }

    /// Removes the notes that the manifest makes superfluous. They harm nobody, so where that is not
    /// allowed they stay.
    fn remove_notes(&self) {
        let notes: Vec<String> = self.noted.iter().map(|name| note_name(name)).collect();
        let _ = remove(&self.store, &notes);
    }

    fn write_pending(&mut self) -> Result<(), Error> {
        while self.n_written < self.entries.len() {
            let entry = &self.entries[self.n_written];
            self.store.put(&note_name(&entry.name), line(entry))?;
            self.noted.push(entry.name.clone());
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
        self.store.put(MANIFEST_NAME, text)?;
        self.remove_notes();
        Ok(totals)
    }
}
