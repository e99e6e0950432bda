//! The samples of all cells, one process after another.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::subject::{Setting, rate};
use super::{Answer, BytesSample, Cell, Rate, SUBJECTS, Subject, job};
use crate::turns::turns;
use crate::{Disturbance, Stop, Usage};

/// How often a sample is taken that others have disturbed, before the next subject has its turn.
const ATTEMPTS: u32 = 3;

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The cell.
    pub cell: Cell,
    /// The subject's name.
    pub subject: String,
    /// Where files go: an empty folder.
    pub folder: PathBuf,
}

impl Request {
    /// A request.
    pub fn new(cell: Cell, subject: &str, folder: PathBuf) -> Self {
        Self { cell, subject: subject.to_owned(), folder }
    }
}

/// Does a request in this process.
///
/// # Errors
/// Where there is no such subject, or it did not do what it should.
pub fn measure(request: &Request) -> Result<Answer> {
    let name = &request.subject;
    let subject = Subject::find(name).with_context(|| format!("no subject `{name}`"))?;
    let (rate, disturbance) = Disturbance::during(|| shown(subject, request));
    Ok(Answer { disturbance, rate: rate? })
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

/// What is to be measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The cells, in order.
    pub cells: Vec<Cell>,
    /// The subjects, in order.
    pub subjects: Vec<&'static Subject>,
    /// Repetitions of each subject; each cell's own number if absent.
    pub repetitions: Option<u32>,
}

impl Plan {
    /// All subjects in these cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, subjects: SUBJECTS.iter().collect(), repetitions: None }
    }

    /// Repetitions of each subject in `cell`.
    pub fn repetitions(&self, cell: &Cell) -> u32 {
        self.repetitions.unwrap_or_else(|| cell.default_repetitions())
    }

    /// The subjects of a cell, each repetition beginning with another.
    fn turns(&self, cell: &Cell, repetition: u32) -> Vec<&'static Subject> {
        let asked = self.subjects.iter().filter(|subject| cell.asks(subject));
        turns(asked.copied().collect(), repetition)
    }
}

/// Takes the samples of `plan`: all cells once, in each all subjects in turn, then all again.
/// `process` measures a subject in a process of its own; `taken` hears of every sample; `stop` ends
/// the run after the sample at hand.
///
/// # Errors
/// Where a subject is wrong or a process cannot be started, or `stop` is set.
pub fn samples(
    plan: &Plan,
    stop: &Stop,
    process: impl Fn(Cell, &Subject) -> Result<Answer>,
    mut taken: impl FnMut(&BytesSample),
) -> Result<Vec<BytesSample>> {
    let mut samples: Vec<BytesSample> = Vec::new();
    let most = plan.cells.iter().map(|cell| plan.repetitions(cell)).max().unwrap_or(0);
    for repetition in 0..most {
        for cell in plan.cells.iter().filter(|cell| repetition < plan.repetitions(cell)) {
            for subject in plan.turns(cell, repetition) {
                for _ in 0..ATTEMPTS {
                    stop.check()?;
                    let answer = process(*cell, subject)
                        .with_context(|| format!("`{}` at {cell}", subject.name))?;
                    let position = samples.len() as u32;
                    let sample =
                        BytesSample::new(*cell, subject.name, repetition, position, answer);
                    taken(&sample);
                    let is_disturbed = sample.rejected.is_some();
                    samples.push(sample);
                    if !is_disturbed {
                        break;
                    }
                }
            }
        }
    }
    Ok(samples)
}
