//! One sample: rounds of the same work, each in a folder of its own.

use std::fs;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result};

use super::sets::Round;
use super::{Cell, Rate, big, objects};
use crate::process::timed;
use crate::survey::{self, Answer};

/// What a process is asked to do.
pub type Request = survey::Request<Cell>;

/// Files of all rounds of a sample, at least: enough for the clock in memory, and for a disk's patience.
const FILES_IN_MEMORY: u64 = 40_000;
const FILES_ON_DISK: u64 = 5_000;
/// As many rounds as a set of 1,000 files in memory has.
const MOST_ROUNDS: u64 = 40;

/// From how many files on a round is long enough to need no other before it.
const ENOUGH_FOR_ONE_ROUND: u64 = 50_000;

/// Does a request in this process.
///
/// # Errors
/// Where there is no such subject, or it did not do what it should.
pub fn measure(request: &Request) -> Result<Answer<Rate>> {
    let Request { cell, subject, folder } = request;
    Answer::of(|| match *cell {
        Cell::Direct(mib) | Cell::Buffered(mib) => {
            timed(|| big::write(*cell, mib, subject, folder))
                .map(|((), wall_s, cpu_s)| Some(Rate { files: 1, bytes: mib << 20, wall_s, cpu_s }))
        }
        Cell::Object(mib) => objects::send(mib, subject).map(Some),
        Cell::Tmpfs(n_files)
        | Cell::Single(n_files)
        | Cell::Old(n_files)
        | Cell::Faulty(n_files)
        | Cell::Disk(n_files) => rounds(request, n_files).map(Some),
    })
}

/// The first of many rounds shows everything to the processor and to the system once, and does not
/// count.
fn rounds(request: &Request, n_files: u64) -> Result<Rate> {
    let Request { cell, subject, folder } = request;
    let enough = if cell.is_in_memory() { FILES_IN_MEMORY } else { FILES_ON_DISK };
    let n_rounds = match cell {
        // Its pauses are what is measured.
        Cell::Faulty(_) => 1,
        _ => enough.div_ceil(n_files).min(MOST_ROUNDS),
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let n_threads = if let Cell::Single(_) = cell { 1 } else { processors };
    let mut rate = Rate { files: 0, bytes: 0, wall_s: 0.0, cpu_s: 0.0 };
    let first = if n_files < ENOUGH_FOR_ONE_ROUND { 0 } else { 1 };
    for i in first..=n_rounds {
        let folder = folder.join(format!("round-{i}"));
        fs::create_dir(&folder).context("make a folder")?;
        let paths: Vec<PathBuf> = (0..n_files).map(|i| folder.join(format!("{i}.txt"))).collect();
        if let Cell::Old(_) = cell {
            paths.iter().try_for_each(|path| fs::write(path, "").context("make the files"))?;
        }
        let is_faulty = matches!(cell, Cell::Faulty(_));
        let round = Round { folder: &folder, paths: &paths, n_threads, is_faulty };
        let ((), wall_s, cpu_s) = timed(|| round.write(subject))?;
        let bytes = round.check()?;
        if i > 0 {
            rate.files += n_files;
            rate.bytes += bytes;
            rate.wall_s += wall_s;
            rate.cpu_s += cpu_s;
        }
        fs::remove_dir_all(&folder).context("remove the files of a round")?;
    }
    Ok(rate)
}
