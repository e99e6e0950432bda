//! The subjects that write files: the command's job, and a loop that writes one buffer.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use inrush_dataset::{
    BytesSpec, CancelToken, Destination, ObjectSpec, RunOptions, Sizes, peak_rss_bytes, run, verify,
};

use super::Rate;
use crate::process;

const WRITE_BYTES: usize = 256 << 10;

/// How many objects a job makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// All of them.
    pub(super) objects: u64,
    /// The size of each.
    pub(super) object_bytes: u64,
    /// Those in flight at once.
    pub(super) jobs: u64,
}

/// Does the command's job in this process: into a folder, or to nowhere.
///
/// # Errors
/// Where a file cannot be written, or is not what it should be.
pub(super) fn job(job: &Job, folder: Option<&Path>) -> Result<Rate> {
    let Job { objects, object_bytes, jobs } = *job;
    let spec = BytesSpec::new(objects, Sizes::Fixed(object_bytes), &ObjectSpec::new(0))?.into();
    let destination =
        folder.map_or(Destination::Null, |folder| Destination::Folder(folder.to_owned()));
    let mut options = RunOptions::new(destination);
    options.jobs = Some(usize::try_from(jobs)?);
    let rate = timed(|| Ok(run(&spec, &options, &CancelToken::default(), &())?.bytes))?;
    let wanted = objects * object_bytes;
    ensure!(rate.bytes == wanted, "{} bytes are not what was asked for", rate.bytes);
    if folder.is_some() {
        let report = verify(&options.destination, None, &CancelToken::default(), &())?;
        ensure!(report.mismatches.is_empty(), "wrong: {:?}", report.mismatches);
    }
    Ok(rate)
}

/// Writes one buffer again and again into as many files of the same size.
///
/// # Errors
/// Where a file cannot be written.
pub(super) fn raw_write(job: &Job, folder: &Path) -> Result<Rate> {
    let buffer = vec![0xA5; WRITE_BYTES];
    timed(|| {
        let (files, size) = (job.objects, job.object_bytes);
        for i in 0..files {
            let path = folder.join(format!("raw-{i}"));
            let mut file =
                File::create_new(&path).with_context(|| format!("create `{}`", path.display()))?;
            for _ in 0..size / WRITE_BYTES as u64 {
                file.write_all(&buffer)?;
            }
        }
        Ok(files * size)
    })
}

/// Lets `dd` write zeros into as many files of the same size, one after the other. Its start counts.
///
/// # Errors
/// Where it cannot be started, or a file cannot be written.
pub(super) fn dd(job: &Job, folder: &Path) -> Result<Rate> {
    timed(|| {
        let (files, size) = (job.objects, job.object_bytes);
        for i in 0..files {
            let status = Command::new("dd")
                .args(["if=/dev/zero", &format!("bs={WRITE_BYTES}")])
                .arg(format!("count={}", size / WRITE_BYTES as u64))
                .arg(format!("of={}", folder.join(format!("dd-{i}")).display()))
                .stderr(Stdio::null())
                .status()
                .context("start `dd`")?;
            ensure!(status.success(), "`dd` failed: {status}");
        }
        Ok(files * size)
    })
}

fn timed(work: impl FnOnce() -> Result<u64>) -> Result<Rate> {
    let (bytes, wall_s, cpu_s) = process::timed(work)?;
    Ok(Rate { bytes, wall_s, cpu_s, peak_rss_bytes: peak_rss_bytes() })
}
