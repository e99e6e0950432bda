//! Workers that take the files of a set one after another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::Settings;
use super::entry::{Entry, Status};
use crate::WriteError;

/// What is done to each file.
pub(super) trait Work: Sync {
    /// What a worker keeps from file to file.
    type Scratch: Default;

    /// Whether a failed attempt may be gone on with later, by another worker.
    const RESUMES: bool;

    /// Does what is still to be done to the file.
    ///
    /// # Errors
    /// What went wrong, after which `entry` says how far the file has come.
    fn attempt<'a>(
        &self,
        scratch: &mut Self::Scratch,
        settings: &Settings<'a>,
        index: usize,
        path: &'a Path,
        entry: &mut Entry,
    ) -> Result<(), WriteError>;
}

/// Files that a worker takes at once, so that workers seldom meet.
const MOST_AT_ONCE: usize = 32;

/// A file that is to be tried again.
struct Deferred<'e> {
    index: usize,
    entry: &'e mut Entry,
}

/// What the workers share.
struct Shared<'e, W, I> {
    work: &'e W,
    paths: &'e [PathBuf],
    settings: &'e Settings<'e>,
    untried: Mutex<I>,
    deferred: Mutex<Heap<'e>>,
}

/// The files to be tried again, the one that is due first on top.
#[derive(Default)]
struct Heap<'e> {
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    files: Vec<Option<Deferred<'e>>>,
}

/// Does `work` to every file whose entry is pending.
pub(super) fn run<W: Work>(
    work: &W,
    paths: &[PathBuf],
    entries: &mut [Entry],
    settings: &Settings<'_>,
    n_workers: usize,
) {
    let at_once = (entries.len() / (n_workers * 8)).clamp(1, MOST_AT_ONCE);
    let untried = entries.chunks_mut(at_once).enumerate();
    let untried = untried.map(|(i, entries)| (i * at_once, entries));
    let shared = Shared {
        work,
        paths,
        settings,
        untried: Mutex::new(untried),
        deferred: Mutex::new(Heap::default()),
    };
    if n_workers == 1 {
        return shared.work();
    }
    thread::scope(|scope| {
        // The calling thread waits: a kernel that sees it work on may keep a new thread on its
        // processor for as long as a small set takes.
        let mut n_started = 0;
        for i in 0..n_workers {
            let builder = thread::Builder::new().name(format!("inrush-write-{i}"));
            if builder.spawn_scoped(scope, || shared.work()).is_err() {
                break;
            }
            n_started += 1;
        }
        if n_started == 0 {
            shared.work();
        }
    });
}

impl<'e, W, I> Shared<'e, W, I>
where
    W: Work,
    I: Iterator<Item = (usize, &'e mut [Entry])>,
{
    fn work(&self) {
        let mut scratch = W::Scratch::default();
        while let Some((first, entries)) = self.take_untried() {
            for (i, entry) in entries.iter_mut().enumerate() {
                if entry.status == Status::Pending {
                    self.attempt(&mut scratch, first + i, entry);
                }
            }
        }
        // A worker that finds none to try again may go: whoever puts one there comes for it.
        while let Some((due, Deferred { index, entry })) = self.take_deferred() {
            match self.settings.stop.sleep_until(due) {
                Ok(()) => self.attempt(&mut scratch, index, entry),
                Err(why) => entry.stop(self.settings.mode, &self.paths[index], why),
            }
        }
    }

    fn attempt(&self, scratch: &mut W::Scratch, index: usize, entry: &'e mut Entry) {
        let path = &*self.paths[index];
        if let Some(why) = self.settings.stop.why() {
            return entry.stop(self.settings.mode, path, why);
        }
        entry.attempts += 1;
        match self.work.attempt(scratch, self.settings, index, path, entry) {
            Ok(()) => entry.succeed(),
            Err(error) => {
                if let Some(due) = entry.fail(self.settings, path, error, W::RESUMES) {
                    self.deferred().put(due, Deferred { index, entry });
                }
            }
        }
    }

    fn take_untried(&self) -> Option<I::Item> {
        self.untried.lock().unwrap_or_else(PoisonError::into_inner).next()
    }

    fn take_deferred(&self) -> Option<(Instant, Deferred<'e>)> {
        self.deferred().take()
    }

    fn deferred(&self) -> std::sync::MutexGuard<'_, Heap<'e>> {
        self.deferred.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'e> Heap<'e> {
    fn put(&mut self, due: Instant, file: Deferred<'e>) {
        self.due.push(Reverse((due, self.files.len())));
        self.files.push(Some(file));
    }

    fn take(&mut self) -> Option<(Instant, Deferred<'e>)> {
        let Reverse((due, i)) = self.due.pop()?;
        self.files[i].take().map(|file| (due, file))
    }
}
