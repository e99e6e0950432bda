//! One call for all files, and what must be true after it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, ensure};
use inrush_writers::Mode;

use crate::Cell;

/// The message of the report that the question goes back to.
pub(super) const MESSAGE: &[u8] = b"test message";
/// What files hold that are there already.
const OLD: &[u8] = b"before ";

/// What the files of a round are to be.
#[derive(Clone, Debug)]
pub(super) struct Round {
    pub(super) folder: PathBuf,
    pub(super) paths: Vec<PathBuf>,
    pub(super) threads: usize,
    pub(super) mode: Mode,
    pub(super) has_retries: bool,
    is_old: bool,
    faulty_per_mille: u64,
}

/// What a call says that it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Attempts at all files.
    pub(super) attempts: u64,
    /// Files that are not written.
    pub(super) failed: u64,
}

impl Round {
    /// A round of a cell in `folder`, which is made, with the files that are there already.
    pub(super) fn new(cell: &Cell, folder: PathBuf) -> Result<Self> {
        let processors = || thread::available_parallelism().map_or(1, usize::from);
        let threads = Some(cell.number("threads") as usize).filter(|&threads| threads > 0);
        let paths = (0..cell.number("files")).map(|i| folder.join(format!("{i}.txt"))).collect();
        let mode = match cell.word("mode") {
            "truncate" => Mode::Truncate,
            "atomic" => Mode::Atomic,
            _ => Mode::Append,
        };
        let round = Self {
            folder,
            paths,
            threads: threads.unwrap_or_else(processors),
            mode,
            has_retries: cell.word("retries") == "on",
            is_old: cell.word("existing") == "old",
            faulty_per_mille: cell.number("faulty_per_mille"),
        };
        fs::create_dir(&round.folder).context("make a folder")?;
        if round.is_old {
            round.paths.iter().try_for_each(|path| fs::write(path, OLD)).context("make files")?;
        }
        Ok(round)
    }

    /// Whether the first write to a file fails, as one that could be tried again.
    pub(super) fn is_hit(&self, file: usize) -> bool {
        let hits = |files: usize| files as u64 * self.faulty_per_mille / 1_000;
        hits(file + 1) > hits(file)
    }

    /// Of how many files it does.
    pub(super) fn hits(&self) -> u64 {
        self.paths.len() as u64 * self.faulty_per_mille / 1_000
    }

    /// What a call must say.
    pub(super) fn expected(&self) -> Said {
        let (files, hits) = (self.paths.len() as u64, self.hits());
        if self.has_retries {
            Said { attempts: files + hits, failed: 0 }
        } else {
            Said { attempts: files, failed: hits }
        }
    }

    /// Every file is what it must be, and there is no other.
    pub(super) fn check(&self, said: Said) -> Result<()> {
        let expected = self.expected();
        ensure!(said == expected, "it says {said:?}, and should say {expected:?}");
        let mut files = 0;
        for (file, path) in self.paths.iter().enumerate() {
            let found = match fs::read(path) {
                Ok(found) => Some(found),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(error).context(format!("read `{}`", path.display())),
            };
            files += usize::from(found.is_some());
            let wanted = self.content(file);
            ensure!(
                found == wanted,
                "`{}` is {}, not {}",
                name(path),
                shown(found.as_deref()),
                shown(wanted.as_deref())
            );
        }
        let listed = fs::read_dir(&self.folder).context("list the folder")?.count();
        ensure!(listed == files, "there are {listed} files, not {files}");
        Ok(())
    }

    /// What a file must hold; nothing where it must not be there.
    fn content(&self, file: usize) -> Option<Vec<u8>> {
        let old: &[u8] = if self.is_old { OLD } else { &[] };
        let is_written = self.has_retries || !self.is_hit(file);
        match (self.mode, is_written) {
            (Mode::Append, true) => Some([old, MESSAGE].concat()),
            (Mode::Append, false) => Some(old.to_vec()),
            (Mode::Atomic, false) => self.is_old.then(|| old.to_vec()),
            (_, true) => Some(MESSAGE.to_vec()),
            (_, false) => Some(Vec::new()),
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn shown(bytes: Option<&[u8]>) -> String {
    bytes.map_or("absent".to_owned(), |bytes| format!("`{}`", bytes.escape_ascii()))
}
