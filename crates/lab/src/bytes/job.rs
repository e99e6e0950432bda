//! The subjects that write files: the command's job, and a loop that writes one buffer.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use inrush_dataset::{
    BytesSpec, CancelToken, Destination, ObjectSpec, RunOptions, Sizes, peak_rss_bytes, run, verify,
};

use super::{Cell, Rate};
use crate::process;

/// What is written into a folder: enough for a second or so, and it has to fit into memory.
const FOLDER: (u64, u64) = (4, 256 << 20);
/// What is made to go nowhere by each job in flight.
const NULL: (u64, u64) = (4, 1 << 30);
const WRITE_BYTES: usize = 256 << 10;

/// Does the job of `cell` in this process.
///
/// # Errors
/// Where a file cannot be written, or is not what it should be.
pub(super) fn job(cell: Cell, folder: &Path) -> Result<Rate> {
    let (jobs, objects, size) = match cell {
        Cell::Null(jobs) => (jobs, jobs * NULL.0, NULL.1),
        Cell::Folder(jobs) => (jobs, FOLDER.0, FOLDER.1),
        Cell::Flight(objects) if objects < 500 => (objects, objects, 100_000_000),
        Cell::Flight(objects) => (objects, objects, 1 << 30),
        _ => bail!("{cell} is no job"),
    };
    let spec = BytesSpec::new(objects, Sizes::Fixed(size), &ObjectSpec::new(0))?.into();
    let writes = matches!(cell, Cell::Folder(_));
    let destination =
        if writes { Destination::Folder(folder.to_owned()) } else { Destination::Null };
    let mut options = RunOptions::new(destination);
    options.jobs = Some(usize::try_from(jobs)?);
    let rate = timed(|| Ok(run(&spec, &options, &CancelToken::default(), &())?.bytes))?;
    ensure!(rate.bytes == objects * size, "{} bytes are not what was asked for", rate.bytes);
    if writes {
        let report = verify(&options.destination, None, &CancelToken::default(), &())?;
        ensure!(report.mismatches.is_empty(), "wrong: {:?}", report.mismatches);
    }
    Ok(rate)
}

/// Writes one buffer again and again into as many files of the same size.
///
/// # Errors
/// Where a file cannot be written.
pub(super) fn raw_write(cell: Cell, folder: &Path) -> Result<Rate> {
    ensure!(cell == Cell::Folder(1), "{cell} writes nothing, or by many threads");
    let buffer = vec![0xA5; WRITE_BYTES];
    timed(|| {
        let (files, size) = FOLDER;
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
pub(super) fn dd(folder: &Path) -> Result<Rate> {
    timed(|| {
        let (files, size) = FOLDER;
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
