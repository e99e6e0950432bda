//! Running a job: the plan, the destination, the coordinator, and the account of it.

use std::collections::HashSet;
use std::fs;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use inrush_coordinator::{CancelToken, Coordinator, Outcome, Report, SharedMutex};
use inrush_writers::{Action, Checksum, MemoryStore, Null, Stream, WriteError, Written};

use crate::bucket::Bucket;
use crate::folder::Folder;
use crate::job::{FileToMake, FilesJob, OpenSink};
use crate::manifest::{Entry, checksum_text};
use crate::place::{Ledger, Place, Ready};
use crate::share::Share;
use crate::{
    CoordinatorKind, Destination, Error, Failure, Progress, RunOptions, Spec, Summary, plan,
    process,
};

/// Writes the files of `spec`, or those of one shard of it, as `options` say.
///
/// The files that failed are in the summary; the others are whole. A run that `cancel` stops ends
/// in the same way, with the files that it kept from being made among the failures.
///
/// # Errors
/// Where nothing could be written at all: the schema, the folder, the memory, the manifest.
pub fn run(
    spec: &Spec,
    options: &RunOptions,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Summary, Error> {
    let started = Instant::now();
    let open = spec.open()?;
    if options.chunk_bytes == Some(0) {
        return Err(Error::Invalid("a chunk has at least one byte".to_owned()));
    }
    if options.direct && !matches!(options.destination, Destination::Folder(_)) {
        let there = &options.destination;
        return Err(Error::Invalid(format!("{there} has no page cache to write past")));
    }
    let share = Share::new(&open, options.shard);
    let jobs = plan::jobs(&share, options)?;
    let run = Run { share, options, jobs, cancel, progress, started };
    match &options.destination {
        Destination::Folder(path) => run.to_place(&Folder::new(path, options)),
        Destination::Objects(url) => run.to_place(&Bucket::open(url, options.store())?),
        Destination::Stdout if share.n_files() > 1 => Err(Error::Invalid(format!(
            "standard output takes one file, not {}: name a folder",
            share.n_files()
        ))),
        Destination::Stdout => run.without_manifest(&|_| {
            let name = Path::new("standard output");
            let fd = std::io::stdout().as_fd().try_clone_to_owned();
            let fd = fd.map_err(|source| WriteError::new(Action::Create, name, source))?;
            Ok(Box::new(Stream::new("standard output", fs::File::from(fd))))
        }),
        Destination::Memory => {
            let store = MemoryStore::default();
            run.without_manifest(&|name| Ok(Box::new(Checksum::new(Box::new(store.sink(name))))))
        }
        Destination::Null => run.without_manifest(&|_| Ok(Box::new(Null::default()))),
    }
}

struct Run<'a> {
    share: Share<'a>,
    options: &'a RunOptions,
    jobs: usize,
    cancel: &'a CancelToken,
    progress: &'a dyn Progress,
    started: Instant,
}

/// What is counted while files end.
#[derive(Debug, Default)]
struct Account {
    files: u64,
    rows: u64,
    bytes: u64,
    /// Files that did not go past the page cache.
    cached: u64,
    failures: Vec<Failure>,
    /// The first failure to note a whole file in the manifest.
    ledger_error: Option<Error>,
}

impl Account {
    fn add(&mut self, file: &FileToMake, written: Written) {
        self.files += 1;
        self.rows += file.rows;
        self.bytes += written.bytes;
        self.cached += u64::from(!written.direct);
    }
}

impl Run<'_> {
    fn to_place(&self, place: &dyn Place) -> Result<Summary, Error> {
        let Ready { ledger, kept, lock: _lock } =
            place.ready(&self.share, self.options.existing)?;
        let kept_names: HashSet<&str> = kept.iter().map(|entry| entry.name.as_str()).collect();
        let files = FilesJob::files(&self.share, |name| !kept_names.contains(name));
        let ledger = Mutex::new(ledger);
        let (mut account, report) = self.make(
            files,
            &|name| Ok(Box::new(Checksum::new(place.sink(name)?))),
            &|file, written, outcome| {
                let entry = Entry {
                    name: file.name.clone(),
                    rows: file.rows,
                    bytes: written.bytes,
                    xxh3: checksum_text(written.xxh3.unwrap_or_default()),
                    attempts: 1,
                    seconds: outcome.elapsed.as_secs_f64(),
                };
                lock(&ledger).add(entry)
            },
        );
        let new_bytes = account.bytes;
        for entry in &kept {
            account.files += 1;
            account.rows += entry.rows;
            account.bytes += entry.bytes;
        }
        let root = self.end_ledger(ledger, &mut account)?;
        Ok(self.summary(account, &report, kept.len() as u64, new_bytes, root))
    }

    /// Commits the manifest of a complete job; suspends that of any other.
    fn end_ledger(
        &self,
        ledger: Mutex<Box<dyn Ledger>>,
        account: &mut Account,
    ) -> Result<Option<String>, Error> {
        let mut ledger = ledger.into_inner().unwrap_or_else(PoisonError::into_inner);
        if account.files == self.share.n_files() {
            return Ok(Some(ledger.commit()?.root));
        }
        // An entry that could not be noted before, as on a full disk, may find room now that the
        // failed files are gone.
        if let Err(error) = ledger.suspend() {
            return Err(account.ledger_error.take().unwrap_or(error));
        }
        Ok(None)
    }

    fn without_manifest(&self, open_sink: &OpenSink<'_>) -> Result<Summary, Error> {
        let files = FilesJob::files(&self.share, |_| true);
        let (account, report) = self.make(files, open_sink, &|_, _, _| Ok(()));
        let bytes = account.bytes;
        Ok(self.summary(account, &report, 0, bytes, None))
    }

    fn make(
        &self,
        files: Vec<FileToMake>,
        open_sink: &OpenSink<'_>,
        on_whole: &(dyn Fn(&FileToMake, Written, &Outcome) -> Result<(), Error> + Sync),
    ) -> (Account, Report) {
        let account = Mutex::new(Account::default());
        let on_end = |file: &FileToMake, outcome: &Outcome| {
            let noted = match &outcome.result {
                Ok(written) => on_whole(file, *written, outcome),
                Err(_) => Ok(()),
            };
            {
                let mut account = lock(&account);
                match &outcome.result {
                    Ok(written) => account.add(file, *written),
                    Err(error) => {
                        account.failures.push(Failure::new(file.name.clone(), error));
                    }
                }
                if let Err(error) = noted {
                    account.ledger_error.get_or_insert(error);
                }
            }
            if outcome.result.is_err() && self.options.fail_fast {
                self.cancel.cancel();
            }
            self.progress.file_ended(&file.name, outcome.result.is_ok());
        };
        let job = FilesJob {
            source: &*self.share.spec.source,
            files,
            open_sink,
            on_end: &on_end,
            progress: self.progress,
        };
        self.progress.begin(job.files.len() as u64, job.work());
        let report = self.coordinator().run(&job, self.cancel);
        let begun: HashSet<usize> = report.outcomes.iter().map(|outcome| outcome.file).collect();
        let mut account = std::mem::take(&mut *lock(&account));
        for (i, file) in job.files.iter().enumerate() {
            if !begun.contains(&i) {
                let stopped = inrush_coordinator::FileError::Cancelled;
                account.failures.push(Failure::new(file.name.clone(), &stopped));
            }
        }
        account.failures.sort_by(|a, b| a.name.cmp(&b.name));
        (account, report)
    }

    fn coordinator(&self) -> Box<dyn Coordinator> {
        let (source, chunk_bytes) = (&*self.share.spec.source, self.options.chunk_bytes);
        match self.options.coordinator {
            CoordinatorKind::PerFile => Box::new(plan::per_file(source, self.jobs, chunk_bytes)),
            CoordinatorKind::SharedMutex => {
                let chunk_bytes = chunk_bytes.unwrap_or(source.default_chunk_bytes());
                Box::new(SharedMutex::new(self.jobs).chunk_bytes(chunk_bytes))
            }
        }
    }

    fn summary(
        &self,
        account: Account,
        report: &Report,
        resumed: u64,
        new_bytes: u64,
        root: Option<String>,
    ) -> Summary {
        let seconds = self.started.elapsed().as_secs_f64();
        Summary {
            shard: self.share.shard,
            files: account.files,
            rows: account.rows,
            bytes: account.bytes,
            resumed,
            cached: if self.options.direct { account.cached } else { 0 },
            seconds,
            bytes_per_s: new_bytes as f64 / seconds.max(1e-9),
            peak_rss_bytes: process::peak_rss_bytes(),
            jobs: self.jobs,
            stalls: report.stalls,
            root,
            failures: account.failures,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while an entry is noted leaves a journal that is whole up to it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
