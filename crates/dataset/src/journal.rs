//! The manifest while its job runs: appended to as files become whole.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::manifest::{self, Entry, Header, Manifest, Totals, line};
use crate::place::Ledger;
use crate::share::Share;
use inrush_writers::{Action, Durability, File, Sink, WriteError};

/// An open manifest, locked against other processes.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: fs::File,
    header: Header,
    durability: Durability,
    /// The length up to the end of the last whole line.
    sound_bytes: u64,
    entries: Vec<Entry>,
    /// How many of the entries are in the file.
    n_written: usize,
}

impl Journal {
    /// Opens the journal of `share` in `folder` and locks it. Entries of `found`, which was read from
    /// it, are kept.
    ///
    /// # Errors
    /// [`Error::Busy`] where another process holds it, [`Error::Io`] where it cannot be written.
    pub(crate) fn open(
        folder: &Path,
        share: &Share<'_>,
        durability: Durability,
        found: Option<Manifest>,
    ) -> Result<Self, Error> {
        let path = folder.join(share.manifest_name());
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|error| Error::io("create", &path, error))?;
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => {
                let busy: &Path = if share.shard.is_some() { &path } else { folder };
                return Err(Error::Busy { path: busy.to_owned() });
            }
            // A file system without locks must do without.
            Ok(()) | Err(fs::TryLockError::Error(_)) => {}
        }
        let sound_bytes = found.as_ref().map_or(0, |manifest| manifest.sound_bytes);
        file.set_len(sound_bytes).map_err(|error| Error::io("truncate", &path, error))?;
        let entries = found.map(|manifest| manifest.entries).unwrap_or_default();
        let n_written = entries.len();
        let header = share.header();
        let mut journal = Self { path, file, header, durability, sound_bytes, entries, n_written };
        if sound_bytes == 0 {
            let line = line(&journal.header);
            journal.append(&line)?;
        }
        Ok(journal)
    }

    fn write_pending(&mut self) -> Result<(), Error> {
        while self.n_written < self.entries.len() {
            let line = line(&self.entries[self.n_written]);
            self.append(&line)?;
            self.n_written += 1;
        }
        Ok(())
    }

    /// Appends a line, or leaves the journal as it was.
    fn append(&mut self, line: &[u8]) -> Result<(), Error> {
        let mut written = self.file.write_all(line);
        if written.is_ok() && self.durability != Durability::None {
            written = self.file.sync_data();
        }
        match written {
            Ok(()) => {
                self.sound_bytes += line.len() as u64;
                Ok(())
            }
            Err(error) => {
                // What can be done about a part of a line is done; a reader passes over the rest.
                let _ = self.file.set_len(self.sound_bytes);
                Err(WriteError::new(Action::Write, &self.path, error).into())
            }
        }
    }
}

impl Ledger for Journal {
    fn add(&mut self, entry: Entry) -> Result<(), Error> {
        self.entries.push(entry);
        self.write_pending()
    }

    fn suspend(&mut self) -> Result<(), Error> {
        self.write_pending()
    }

    /// Writes the manifest anew, which takes the journal's place in one step.
    fn commit(mut self: Box<Self>) -> Result<Totals, Error> {
        let (text, totals) = manifest::text(&self.header, &mut self.entries);
        let mut file = Box::new(File::create(&self.path, self.durability)?);
        file.write(&text)?;
        file.finish()?;
        Ok(totals)
    }
}
