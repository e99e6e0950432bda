//! The model `byte-jobs`: its parameters, its measures, and one sample.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::{BYTES_PER_S, CPU_S_PER_GB, PEAK_RSS_BYTES, shown};
use crate::bytes::job::{self, Job};
use crate::model::{About, Model, Request, Shown};
use crate::terms::{number, words};
use crate::{Cell, Fault, Role, Subject};

/// What a job makes in a second, about, which says how long a run will be.
const TO_NOWHERE: u64 = 30_000_000_000;
const TO_FILES: u64 = 1_500_000_000;

static ABOUT: About = About {
    name: "byte-jobs",
    summary: "The command's job for incompressible objects, from its plan to its last file; what it wrote is \
         made again and compared, outside the measured time. Its length is that of its work.",
    parameters: &[
        number("objects", "how many objects", 4, 1, 1_000_000),
        number("object_bytes", "the size of each", 256 << 20, 1, 1 << 40),
        number("jobs", "objects in flight at once", 1, 1, 10_000),
        words("target", "where they go", &["null", "folder"]),
    ],
    measures: &[BYTES_PER_S, CPU_S_PER_GB, PEAK_RSS_BYTES],
};

const fn subject(name: &'static str, role: Role) -> Subject {
    Subject { name, role }
}

const SUBJECTS: [Subject; 3] = [
    subject("inrush-bytes", Role::Ours),
    subject("raw-write", Role::Control),
    subject("dd", Role::Control),
];

/// Whole jobs of the command.
#[derive(Clone, Copy, Debug)]
pub struct ByteJobs;

impl Model for ByteJobs {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.to_vec()
    }

    fn refusal(&self, cell: &Cell, subject: &str) -> Option<String> {
        if subject == "inrush-bytes" {
            return None;
        }
        if cell.word("target") != "folder" {
            return Some("it makes nothing that could go nowhere".to_owned());
        }
        (cell.number("jobs") != 1).then(|| "it writes one file after the other".to_owned())
    }

    /// An estimate: the work is the same in a quick run.
    fn duration(&self, cell: &Cell) -> Duration {
        let job = job_of(cell);
        let processors = thread::available_parallelism().map_or(1, |n| n.get() as u64);
        let per_s = match cell.word("target") {
            "folder" => TO_FILES,
            _ => TO_NOWHERE * job.jobs.min(processors),
        };
        let bytes = job.objects.saturating_mul(job.object_bytes);
        Duration::from_millis((bytes.saturating_mul(1000) / per_s).clamp(10, 600_000))
    }

    fn writes(&self) -> bool {
        true
    }

    fn measure(&self, request: &Request) -> Result<Shown, Fault> {
        let Request { cell, subject, folder, .. } = request;
        let folder = match (cell.word("target"), folder) {
            ("folder", Some(folder)) => Some(folder.as_path()),
            ("folder", None) => {
                return Err(Fault::Skipped("there is no folder to write to".to_owned()));
            }
            _ => None,
        };
        let rate = rate(subject, &job_of(cell), folder).map_err(Fault::wrong)?;
        let mut shown = shown(&rate, rate.bytes);
        if subject == "dd" {
            // It is other processes that work.
            shown.measures.retain(|name, _| name == BYTES_PER_S.name);
        }
        Ok(shown)
    }
}

fn rate(subject: &str, job: &Job, folder: Option<&Path>) -> anyhow::Result<crate::bytes::Rate> {
    match (subject, folder) {
        ("raw-write", Some(folder)) => job::raw_write(job, folder),
        ("dd", Some(folder)) => job::dd(job, folder),
        ("inrush-bytes", _) => job::job(job, folder),
        _ => anyhow::bail!("no subject `{subject}`"),
    }
}

fn job_of(cell: &Cell) -> Job {
    let number = |parameter| cell.number(parameter).max(1);
    Job { objects: number("objects"), object_bytes: number("object_bytes"), jobs: number("jobs") }
}
