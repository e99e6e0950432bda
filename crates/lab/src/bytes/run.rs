//! One sample, in a process of its own.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::subject::{Setting, rate};
use super::{Answer, Cell, Rate, Subject, job};
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
            objects(object(usize::try_from(bytes)?)?, cell.duration()).map(Some)
        }
        _ if subject.name == "raw-write" => job::raw_write(cell, &request.folder).map(Some),
        _ if subject.name == "dd" => job::dd(&request.folder).map(Some),
        _ if subject.name == "inrush-bytes" => job::job(cell, &request.folder).map(Some),
        _ => bail!("`{}` writes no files", subject.name),
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
