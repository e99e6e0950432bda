//! Verifying a folder: every file is generated once more and held against what is there.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use inrush_coordinator::{CancelToken, Coordinator, FileError, Job, Outcome, Output, PerFile};
use inrush_writers::{Action, Checksum, Null, Sink, WriteError};
use serde::Serialize;

use crate::job::{FileToMake, FilesJob};
use crate::manifest::{Entry, MANIFEST_NAME, Manifest, Totals, checksum_text};
use crate::merge::unmerged;
use crate::place::Place;
use crate::share::{Owner, Share};
use crate::{Destination, Error, Progress, Shard, plan};

/// How a verification went.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// The shard that was verified, if it was one: all that follows is of its files.
    pub shard: Option<Shard>,
    /// Files that are as they should be.
    pub files: u64,
    /// Rows in these files.
    pub rows: u64,
    /// Bytes in these files.
    pub bytes: u64,
    /// Wall-clock time in seconds.
    pub seconds: f64,
    /// Whether the files were generated once more. Where another version wrote them, only sizes,
    /// checksums and footers are checked.
    pub regenerated: bool,
    /// What one of the rows is called; none where files have no rows.
    #[serde(skip)]
    pub row_noun: Option<&'static str>,
    /// The version that wrote the folder.
    pub tool: String,
    /// Whether the verification was stopped before its end.
    pub stopped: bool,
    /// What is not as it should be.
    pub mismatches: Vec<Mismatch>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// The file, or the manifest.
    pub name: String,
    /// What is wrong, and where.
    pub problem: String,
}

/// Verifies the files of `destination` by its manifest, `jobs` files at a time (as many as there are
/// processors if absent).
///
/// Each file is checked for its rows, its length, its checksum, and byte for byte against a second
/// generation; a Parquet file in a folder also for the rows that its footer states.
///
/// # Errors
/// Where there is nothing that could be verified, or no manifest, or one that cannot be read, or
/// only those of shards. What is wrong with the files is in the report.
pub fn verify(
    destination: &Destination,
    jobs: Option<usize>,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Verification, Error> {
    verify_share(destination, None, jobs, cancel, progress)
}

/// Verifies the files of `shard`, as [`verify`] does those of all: by its own manifest, or, where that
/// is merged or never was, by the manifest of the whole job.
///
/// # Errors
/// As [`verify`].
pub fn verify_shard(
    destination: &Destination,
    shard: Shard,
    jobs: Option<usize>,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Verification, Error> {
    verify_share(destination, Some(shard), jobs, cancel, progress)
}

fn verify_share(
    destination: &Destination,
    shard: Option<Shard>,
    jobs: Option<usize>,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Verification, Error> {
    let started = Instant::now();
    let place = destination.place_of_files("verified")?;
    let mut manifest = manifest_for(&*place, shard)?;
    let spec = manifest.header.spec.clone();
    let open = spec.open()?;
    if manifest.totals.is_none() {
        let noted = place.notes(&Share::new(&open, manifest.header.shard))?;
        manifest.entries.extend(noted);
        manifest.keep_the_latest();
    }
    let share = Share::new(&open, shard);
    let files = FilesJob::files(&share, |_| true);
    let mut mismatches = manifest_faults(&manifest, &share);
    let entries: HashMap<&str, &Entry> =
        manifest.entries.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let regenerated = spec.is_reproducible_here();
    let report = Mutex::new(Verification {
        shard,
        files: 0,
        rows: 0,
        bytes: 0,
        seconds: 0.0,
        regenerated,
        row_noun: spec.row_noun(),
        tool: spec.tool().to_owned(),
        stopped: false,
        mismatches: Vec::new(),
    });
    let check = |file: &FileToMake, outcome: &Outcome| -> Result<u64, String> {
        let path = place.path(&file.name);
        let written = outcome.result.as_ref().map_err(|error| {
            let path = path.as_deref().filter(|_| is_of_the_bytes(error));
            match path.and_then(|path| open.source.hint(file.index, path)) {
                Some(hint) => format!("{}; {hint}", problem(error)),
                None => problem(error),
            }
        })?;
        let entry = entries.get(file.name.as_str()).ok_or("is not in the manifest")?;
        if entry.bytes != written.bytes {
            let bytes = written.bytes;
            return Err(format!("{bytes} bytes, but the manifest says {}", entry.bytes));
        }
        let xxh3 = checksum_text(written.xxh3.unwrap_or_default());
        if entry.xxh3 != xxh3 {
            return Err(format!("checksum {xxh3}, but the manifest says {}", entry.xxh3));
        }
        if entry.rows != file.rows {
            return Err(format!("the manifest says {} rows, the plan {}", entry.rows, file.rows));
        }
        if let Some(path) = &path {
            open.source.check(file.index, path)?;
        }
        Ok(file.rows)
    };
    let on_end = |file: &FileToMake, outcome: &Outcome| {
        let checked = check(file, outcome);
        let is_whole = checked.is_ok();
        {
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            match checked {
                Ok(rows) => {
                    report.files += 1;
                    report.rows += rows;
                    report.bytes += outcome.result.as_ref().map_or(0, |written| written.bytes);
                }
                Err(_) if cancel.is_cancelled() => {}
                Err(problem) => {
                    report.mismatches.push(Mismatch { name: file.name.clone(), problem });
                }
            }
        }
        progress.file_ended(&file.name, is_whole);
    };
    let job = FilesJob {
        source: &*open.source,
        files,
        open_sink: &|name| -> Result<Box<dyn Sink>, WriteError> {
            Ok(Box::new(Checksum::new(place.compare(name)?)))
        },
        on_end: &on_end,
        progress,
    };
    progress.begin(job.files.len() as u64, job.work());
    let jobs = jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let coordinator = plan::per_file(&*open.source, jobs, None);
    if regenerated {
        coordinator.run(&job, cancel);
    } else {
        coordinator.run(&ReadJob { job: &job, place: &*place }, cancel);
    }
    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner).clone();
    mismatches.append(&mut report.mismatches);
    mismatches.sort_by(|a, b| a.name.cmp(&b.name));
    report.mismatches = mismatches;
    report.stopped = cancel.is_cancelled();
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Whether a file is there and can be read, but does not hold what it should.
fn is_of_the_bytes(error: &FileError) -> bool {
    matches!(error, FileError::Write(error) if error.source.kind() == io::ErrorKind::InvalidData)
}

fn problem(error: &FileError) -> String {
    match error {
        FileError::Write(error) if error.action == Action::Compare => match error.source.kind() {
            io::ErrorKind::NotFound => "is missing".to_owned(),
            _ => error.source.to_string(),
        },
        other => other.to_string(),
    }
}

/// The manifest that names the files of `shard`, or all.
fn manifest_for(place: &dyn Place, shard: Option<Shard>) -> Result<Manifest, Error> {
    if let Some(shard) = shard {
        let name = shard.manifest_name();
        if let Some(manifest) = place.manifest(&name)? {
            manifest.check_shard(&place.at(&name), shard)?;
            return Ok(manifest);
        }
    }
    match place.manifest(MANIFEST_NAME)? {
        Some(manifest) if manifest.totals.is_some() => Ok(manifest),
        found => match unmerged(place)? {
            Some(shards) => Err(shards),
            None => found.ok_or_else(|| Error::NoManifest { path: place.location().to_owned() }),
        },
    }
}

/// What is wrong with the manifest itself, by which the files of `share` are verified.
fn manifest_faults(manifest: &Manifest, share: &Share<'_>) -> Vec<Mismatch> {
    let mut faults = Vec::new();
    let mut fault = |name: &str, problem: String| {
        faults.push(Mismatch { name: name.to_owned(), problem });
    };
    let of_manifest = Share::new(share.spec, manifest.header.shard);
    let name = of_manifest.manifest_name();
    if manifest.header.spec_hash != manifest.header.spec.hash() {
        fault(&name, "the hash of the specification does not match it".to_owned());
    }
    match &manifest.totals {
        None => {
            let (whole, all) = (manifest.entries.len(), of_manifest.n_files());
            fault(&name, format!("the job is not complete: {whole} of {all} files; resume it"));
        }
        Some(totals) if *totals != Totals::of(&manifest.entries) => {
            fault(&name, "the totals do not match the files listed".to_owned());
        }
        Some(_) => {}
    }
    for entry in &manifest.entries {
        match of_manifest.owner(&entry.name) {
            Owner::Ours => {}
            Owner::Theirs => fault(&entry.name, format!("is in `{name}`, but of another shard")),
            Owner::Nobody => {
                fault(&entry.name, "is in the manifest, but not in the plan".to_owned());
            }
        }
    }
    faults
}

/// The same files, read instead of generated.
struct ReadJob<'a> {
    job: &'a FilesJob<'a>,
    place: &'a dyn Place,
}

impl Job for ReadJob<'_> {
    fn n_files(&self) -> usize {
        self.job.n_files()
    }

    fn sink(&self, _file: usize) -> Result<Box<dyn Sink>, WriteError> {
        Ok(Box::new(Checksum::new(Box::new(Null::default()))))
    }

    fn generate(&self, file: usize, out: &mut dyn Output) -> io::Result<()> {
        let mut source = self.place.read(&self.job.files[file].name)?;
        let mut block = vec![0; PerFile::CHUNK_BYTES];
        loop {
            match source.read(&mut block)? {
                0 => return Ok(()),
                n => out.write_all(&block[..n])?,
            }
        }
    }

    fn ended(&self, outcome: &Outcome) {
        self.job.ended(outcome);
    }
}
