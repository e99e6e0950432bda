//! The model `file-sets`: its parameters, its measures, and one sample.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::round::{Round, Said};
use super::{broken as wrong, calls, ours as set, tasks};
use crate::allocations::Allocated;
use crate::process::timed;
use crate::roster::Roster;
use crate::terms::{broken, control, less, more, neither, number, ours, peer, words};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject, tmpfs};

/// From how many files on a round is long enough to need no other before it.
const ENOUGH_FOR_ONE_ROUND: u64 = 50_000;
/// What is made and read back takes longer than what is measured, where files are few.
const MOST_ROUNDS: u64 = 1_000;

static ABOUT: About = About {
    name: "file-sets",
    summary: "Calls that write 12 bytes to each of many files, each call in a fresh folder, threads and all; \
         making and removing the folder and reading the files back are left out, and so is the first \
         call, unless it has 50,000 files or more.",
    parameters: &[
        number("files", "how many files", 1_000, 1, 1_000_000),
        words("place", "files in memory, or in the folder of the run", &["tmpfs", "folder"]),
        words(
            "mode",
            "what becomes of bytes that are there: followed, removed, or replaced at once",
            &["append", "truncate", "atomic"],
        ),
        words("existing", "whether the files are there", &["new", "old"]),
        words("retries", "whether what failed is tried again", &["on", "off"]),
        number("faulty_per_mille", "files in a thousand whose first write fails", 0, 0, 1_000),
        number("threads", "how many threads write; 0: as there are processors", 0, 0, 1_024),
    ],
    measures: &[
        less("us_per_file", "time for a file, us"),
        more("files_per_s", "files a second"),
        less("wall_s", "time of a call, s"),
        less("cpu_us_per_file", "processor time for a file, us"),
        less("allocations_per_file", "allocations for a file"),
        less("allocated_bytes_per_file", "bytes allocated for a file"),
        neither("files", "files of a call"),
        neither("attempts", "attempts of a call"),
        neither("files_failed", "files of a call that failed"),
    ],
};

type Write = fn(&Round) -> Result<Said>;

static SUBJECTS: Roster<Write> = Roster(&[
    (control("raw-loop"), calls::raw_loop),
    (ours("file-set"), set::write_all),
    (ours("file-set-batches"), set::write_batches),
    (peer("std-bufwriter"), calls::std_bufwriter),
    (peer("tokio-fs"), tasks::tokio_fs),
    (broken("forgets-a-file"), wrong::forgets_a_file),
    (broken("writes-twice"), wrong::writes_twice),
    (broken("leaves-a-part"), wrong::leaves_a_part),
]);

/// Calls that write to many files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileSets;

impl Model for FileSets {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        let is_set = subject.starts_with("file-set");
        if !is_set && cell.word("retries") == "off" {
            return Some("it has no retries that could be off".to_owned());
        }
        if !is_set && cell.number("faulty_per_mille") > 0 {
            return Some("its writes cannot be made to fail".to_owned());
        }
        (cell.word("place") == "tmpfs").then(tmpfs::absence).flatten()
    }

    fn writes(&self) -> bool {
        true
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, duration, folder, .. } = request;
        let write = SUBJECTS.find(subject)?;
        if cell.word("place") == "tmpfs" {
            let folder = tmpfs::folder().map_err(Fault::skipped)?;
            return rounds(cell, *duration, write, folder.path());
        }
        let folder = folder.as_deref();
        let folder = folder.ok_or_else(|| Fault::Skipped("it needs a folder".to_owned()))?;
        rounds(cell, *duration, write, folder)
    }
}

/// Calls until they have taken `duration`.
fn rounds(cell: &Cell, duration: Duration, write: Write, folder: &Path) -> Result<Shown, Fault> {
    let is_shown_first = cell.number("files") < ENOUGH_FOR_ONE_ROUND;
    let mut all = All::default();
    if is_shown_first {
        all.add(cell, write, &folder.join("first"))?;
        all = All::default();
    }
    while all.rounds < MOST_ROUNDS && all.wall_s < duration.as_secs_f64() {
        all.add(cell, write, &folder.join(format!("round-{}", all.rounds)))?;
    }
    Ok(all.shown())
}

/// The sums of all rounds.
#[derive(Clone, Copy, Debug, Default)]
struct All {
    rounds: u64,
    files: u64,
    attempts: u64,
    failed: u64,
    wall_s: f64,
    cpu_s: f64,
    allocated: Option<Allocated>,
}

impl All {
    /// One round more, in a folder that is gone afterwards.
    fn add(&mut self, cell: &Cell, write: Write, folder: &Path) -> Result<(), Fault> {
        let round = Round::new(cell, folder.to_owned()).map_err(Fault::skipped)?;
        let before = Allocated::now();
        let (said, wall_s, cpu_s) = timed(|| write(&round)).map_err(Fault::wrong)?;
        let allocated = Allocated::now().zip(before).map(|(after, before)| after.since(&before));
        round.check(said).map_err(Fault::wrong)?;
        fs::remove_dir_all(folder).context("remove a folder").map_err(Fault::skipped)?;
        self.rounds += 1;
        self.files += round.paths.len() as u64;
        self.attempts += said.attempts;
        self.failed += said.failed;
        self.wall_s += wall_s;
        self.cpu_s += cpu_s;
        self.allocated = allocated.map(|allocated| {
            let sum = self.allocated.unwrap_or_default();
            Allocated { times: sum.times + allocated.times, bytes: sum.bytes + allocated.bytes }
        });
        Ok(())
    }

    fn shown(&self) -> Shown {
        let (files, rounds) = (self.files as f64, self.rounds as f64);
        let mut shown = Shown::default();
        shown.set("us_per_file", self.wall_s * 1e6 / files);
        shown.set("files_per_s", files / self.wall_s);
        shown.set("wall_s", self.wall_s / rounds);
        shown.set("cpu_us_per_file", self.cpu_s * 1e6 / files);
        if let Some(Allocated { times, bytes }) = self.allocated {
            shown.set("allocations_per_file", times as f64 / files);
            shown.set("allocated_bytes_per_file", bytes as f64 / files);
        }
        shown.set("files", files / rounds);
        shown.set("attempts", self.attempts as f64 / rounds);
        shown.set("files_failed", self.failed as f64 / rounds);
        shown
    }
}
