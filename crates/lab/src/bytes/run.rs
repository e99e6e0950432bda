//! One sample, in a process of its own.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::job::{self, Job};
use super::registry::{OBJECT_BYTES, Objects};
use super::subject::{Setting, rate};
use super::{Answer, Cell, Rate, Subject};
use crate::{Usage, survey};

/// What a process is asked to do.
pub type Request = survey::Request<Cell>;

/// Does a request in this process.
///
/// # Errors
/// Where there is no such subject, or it did not do what it should.
pub fn measure(request: &Request) -> Result<Answer> {
    let name = &request.subject;
    let subject = Subject::find(name).with_context(|| format!("no subject `{name}`"))?;
    Answer::of(|| shown(subject, request))
}

fn shown(subject: &Subject, request: &Request) -> Result<Option<Rate>> {
    let cell = request.cell;
    let filled = |bytes: u64, n_threads: usize| {
        let chunk_bytes = usize::try_from(bytes)?;
        let made = (0..n_threads as u64).map(|i| (subject.make)(&Setting::new(chunk_bytes, i)));
        let made: Option<Vec<_>> = made.collect();
        made.map(|subjects| rate(subjects, chunk_bytes, cell.duration())).transpose()
    };
    match cell {
        Cell::Chunk(bytes) => filled(bytes, 1),
        Cell::All(bytes) => filled(bytes, thread::available_parallelism().map_or(1, usize::from)),
        Cell::Object(bytes) => {
            let object = subject.object.context("it makes no objects")?;
            let chunk_bytes = usize::try_from(bytes)?;
            let wanted = Objects { object_bytes: OBJECT_BYTES, chunk_bytes, thread: 0 };
            objects(object(&wanted)?, cell.duration()).map(Some)
        }
        _ => jobs(subject.name, cell, &request.folder).map(Some),
    }
}

/// What is written into a folder: enough for a second or so, and it has to fit into memory.
const FOLDER: Job = Job { objects: 4, object_bytes: 256 << 20, jobs: 1 };

fn jobs(subject: &str, cell: Cell, folder: &Path) -> Result<Rate> {
    let (job, folder) = match cell {
        Cell::Null(jobs) => (Job { objects: jobs * 4, object_bytes: 1 << 30, jobs }, None),
        Cell::Folder(jobs) => (Job { jobs, ..FOLDER }, Some(folder)),
        Cell::Flight(n @ ..500) => (Job { objects: n, object_bytes: 100_000_000, jobs: n }, None),
        Cell::Flight(n) => (Job { objects: n, object_bytes: 1 << 30, jobs: n }, None),
        _ => bail!("{cell} is no job"),
    };
    match (subject, folder) {
        ("raw-write", Some(folder)) if job.jobs == 1 => job::raw_write(&job, folder),
        ("dd", Some(folder)) if job.jobs == 1 => job::dd(&job, folder),
        ("inrush-bytes", _) => job::job(&job, folder),
        _ => bail!("`{subject}` writes nothing, or not with many jobs"),
    }
}

/// The rate of objects, of which one is made beforehand.
fn objects(mut next: super::registry::NextObject, duration: Duration) -> Result<Rate> {
    next()?;
    let before = Usage::now().context("read the usage of the process")?;
    let started = Instant::now();
    let mut bytes = 0;
    while started.elapsed() < duration {
        bytes += next()?;
    }
    let wall_s = started.elapsed().as_secs_f64();
    let cpu_s = Usage::now().context("read the usage of the process")?.since(&before).cpu_s();
    Ok(Rate { bytes, wall_s, cpu_s, peak_rss_bytes: None })
}
