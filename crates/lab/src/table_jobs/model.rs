//! The model `table-jobs`: its parameters, its measures, and one sample.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use inrush_dataset::CoordinatorKind::{self, PerFile, SharedMutex};
use inrush_dataset::{Summary, peak_rss_bytes};

use super::damage::{self, Damage};
use super::gate;
use super::job::Job;
use crate::roster::Roster;
use crate::terms::{broken, less, more, neither, number, ours, peer, words};
use crate::{About, Cell, Fault, Model, Request, Shown, Subject, Usage};

/// Up to so many rows a second run costs little, and its files are compared with those of the first.
const MOST_ROWS_TO_REPEAT: u64 = 1_000_000;

static ABOUT: About = About {
    name: "table-jobs",
    summary: "One job in a process of its own, from the reading of the schema until the manifest is whole; \
         its files are verified when the clock has stopped and the peak memory has been read.",
    parameters: &[
        number("files", "how many files", 1, 1, 100_000),
        number("rows_per_file", "rows in each", 1_000, 1, 1_000_000_000),
        words("format", "Parquet with Snappy, or CSV", &["parquet", "csv"]),
        words("target", "a folder, or nowhere", &["folder", "null"]),
        number("jobs", "files in flight at once; 0: as many as there are processors", 0, 0, 65_536),
        number("chunk_bytes", "bytes in a chunk", 64 << 10, 1, 1 << 30),
        number("failing", "how many files cannot get their names", 0, 0, 100_000),
    ],
    measures: &[
        less("wall_s", "time of the job, s"),
        more("rows_per_s", "rows a second"),
        more("bytes_per_s", "bytes a second"),
        less("cpu_s", "processor time of the job, s"),
        less("us_per_file", "time of the job for a file, us"),
        less("peak_rss_bytes", "peak memory, bytes"),
        neither("files", "whole files"),
        neither("rows", "rows in them"),
        neither("bytes", "bytes in them"),
        neither("files_failed", "files that failed"),
        neither("voluntary_switches", "switches because a thread waits"),
        neither("involuntary_switches", "switches because a turn is over"),
    ],
};

/// How a subject does a job.
#[derive(Clone, Copy)]
struct Way {
    kind: CoordinatorKind,
    /// The seed of its rows, which is 0 in whole jobs.
    seed: u64,
    /// What is done to its files before the gate.
    damage: Option<Damage>,
}

const fn whole(kind: CoordinatorKind) -> Way {
    Way { kind, seed: 0, damage: None }
}

const fn damaged(kind: CoordinatorKind, damage: Damage) -> Way {
    Way { kind, seed: 0, damage: Some(damage) }
}

static SUBJECTS: Roster<Way> = Roster(&[
    (ours("per-file"), whole(PerFile)),
    (peer("mutex"), whole(SharedMutex)),
    (broken("loses-a-file"), damaged(PerFile, damage::lose_a_file)),
    (broken("leaves-a-part"), damaged(PerFile, damage::leave_a_part)),
    (broken("cuts-a-file"), damaged(PerFile, damage::cut_a_file)),
    (broken("flips-a-bit"), damaged(SharedMutex, damage::flip_a_bit)),
    (broken("ends-early"), damaged(PerFile, damage::end_early)),
    (broken("writes-other-rows"), Way { kind: SharedMutex, seed: 1, damage: None }),
]);

/// Jobs of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableJobs;

impl Model for TableJobs {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.all()
    }

    fn refusal(&self, cell: &Cell, _: &str) -> Option<String> {
        let job = Job::new(cell);
        if job.failing > job.files {
            return Some(format!("{} of {} files cannot fail", job.failing, job.files));
        }
        if job.failing > 0 && !job.is_kept {
            return Some("no name is taken where no file is kept".to_owned());
        }
        None
    }

    /// About what the work takes: a job is done once, whatever time it is given.
    fn duration(&self, cell: &Cell) -> Duration {
        let job = Job::new(cell);
        Duration::from_micros(5_000 + job.rows() / 4 + job.files * 50)
    }

    fn writes(&self) -> bool {
        true
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Way { kind, seed, damage } = SUBJECTS.find(&request.subject)?;
        let job = Job::new(&request.cell);
        let folder = match (&request.folder, job.is_kept) {
            (_, false) => None,
            (Some(folder), true) => Some(folder.as_path()),
            (None, true) => return Err(Fault::Skipped("it needs a folder".to_owned())),
        };
        let into = folder.map(|folder| folder.join("files"));
        if let Some(into) = &into {
            job.take_names(into).map_err(Fault::skipped)?;
        }
        let (summary, shown) = clocked(|| job.run(kind, seed, into.as_deref()))?;
        if let (Some(into), Some(damage)) = (&into, damage) {
            damage(&job, into).map_err(Fault::skipped)?;
        }
        check(&job, kind, folder, &summary).map_err(Fault::wrong)?;
        Ok(shown)
    }
}

/// Does a job, and notes what it cost. The peak memory is that of the process so far, so the job
/// should be the first thing that it does.
fn clocked(job: impl FnOnce() -> Result<Summary>) -> Result<(Summary, Shown), Fault> {
    let usage = || Usage::now().context("read the usage of the process").map_err(Fault::skipped);
    let before = usage()?;
    let started = Instant::now();
    let summary = job().map_err(Fault::wrong)?;
    let wall_s = started.elapsed().as_secs_f64();
    let spent = usage()?.since(&before);
    let mut shown = Shown::default();
    if let Some(peak) = peak_rss_bytes() {
        shown.count("peak_rss_bytes", peak);
    }
    shown.set("wall_s", wall_s);
    shown.set("rows_per_s", summary.rows as f64 / wall_s);
    shown.set("bytes_per_s", summary.bytes as f64 / wall_s);
    shown.set("cpu_s", spent.cpu_s());
    let files = summary.files + summary.failures.len() as u64;
    shown.set("us_per_file", wall_s * 1e6 / files.max(1) as f64);
    shown.count("files", summary.files);
    shown.count("rows", summary.rows);
    shown.count("bytes", summary.bytes);
    shown.count("files_failed", summary.failures.len() as u64);
    shown.count("voluntary_switches", spent.voluntary_switches);
    shown.count("involuntary_switches", spent.involuntary_switches);
    Ok((summary, shown))
}

/// Verifies the files below `folder`, and where that costs little lets the other coordinator write
/// them as well.
fn check(job: &Job, kind: CoordinatorKind, folder: Option<&Path>, summary: &Summary) -> Result<()> {
    let Some(folder) = folder else {
        return gate::verify(job, None, summary).map(drop);
    };
    let entries = gate::verify(job, Some(&folder.join("files")), summary)?;
    if job.rows() > MOST_ROWS_TO_REPEAT {
        return Ok(());
    }
    let other = if kind == PerFile { SharedMutex } else { PerFile };
    let into = folder.join("again");
    job.take_names(&into)?;
    let summary = job.run(other, 0, Some(&into)).context("the other coordinator")?;
    let others = gate::verify(job, Some(&into), &summary).context("the other coordinator")?;
    gate::same(&entries, &others)
}
