//! The ways to write a large file.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use inrush_dataset::{BytesSpec, CancelToken, Destination, ObjectSpec, RunOptions, Sizes, run};
use inrush_writers::{Direct, Durability, File, Sink, Written};

/// What one write hands over, as the command's chunks of bytes do.
pub(super) const CHUNK_BYTES: u64 = 256 << 10;
/// What a file of a sink is full of.
pub(super) const FILL: u8 = 0xA5;
/// What `dd` writes at a time.
const DD_BYTES: u64 = 1 << 20;
/// Its file and those of the sinks.
pub(super) const NAME: &str = "large.bin";
/// Why a file cannot be written past the page cache.
pub(super) const NO_DIRECT: &str = "the file system has no direct I/O";

/// A file of so many bytes, through the page cache.
pub(super) fn file(bytes: u64, folder: &Path) -> Result<()> {
    fill(Box::new(File::create(&folder.join(NAME), Durability::None)?), bytes).map(drop)
}

/// The same past the page cache.
pub(super) fn direct(bytes: u64, folder: &Path) -> Result<()> {
    let sink = Direct::create(&folder.join(NAME), Durability::None)?;
    ensure!(fill(Box::new(sink), bytes)?.direct, NO_DIRECT);
    Ok(())
}

/// A chunk too few.
pub(super) fn stops_early(bytes: u64, folder: &Path) -> Result<()> {
    file(bytes - CHUNK_BYTES, folder)
}

/// As long as it should be, and not what it should be.
pub(super) fn skips_a_chunk(bytes: u64, folder: &Path) -> Result<()> {
    file(bytes - CHUNK_BYTES, folder)?;
    Ok(std::fs::OpenOptions::new().write(true).open(folder.join(NAME))?.set_len(bytes)?)
}

fn fill(mut sink: Box<dyn Sink>, bytes: u64) -> Result<Written> {
    let chunk = vec![FILL; CHUNK_BYTES as usize];
    for _ in 0..bytes / CHUNK_BYTES {
        sink.write(&chunk)?;
    }
    Ok(sink.finish()?)
}

/// The command's job, through the page cache: the bytes are made, hashed and entered in a manifest as
/// well.
pub(super) fn job(bytes: u64, folder: &Path) -> Result<()> {
    run_job(bytes, folder, false)
}

/// The same past the page cache.
pub(super) fn job_direct(bytes: u64, folder: &Path) -> Result<()> {
    run_job(bytes, folder, true)
}

fn run_job(bytes: u64, folder: &Path, is_direct: bool) -> Result<()> {
    let spec = BytesSpec::new(1, Sizes::Fixed(bytes), &ObjectSpec::new(0))?.into();
    let mut options = RunOptions::new(Destination::Folder(folder.to_owned()));
    options.direct = is_direct;
    let summary = run(&spec, &options, &CancelToken::default(), &())?;
    ensure!(summary.failures.is_empty(), "failed: {:?}", summary.failures);
    ensure!(summary.cached == 0, NO_DIRECT);
    ensure!(summary.bytes == bytes, "{} bytes", summary.bytes);
    Ok(())
}

/// Zeros, so that making them costs nothing. Its start counts.
pub(super) fn dd(bytes: u64, folder: &Path) -> Result<()> {
    run_dd(bytes, folder, false)
}

/// The same past the page cache.
pub(super) fn dd_direct(bytes: u64, folder: &Path) -> Result<()> {
    run_dd(bytes, folder, true)
}

fn run_dd(bytes: u64, folder: &Path, is_direct: bool) -> Result<()> {
    let mut dd = Command::new("dd");
    dd.args(["if=/dev/zero", &format!("bs={DD_BYTES}"), &format!("count={}", bytes / DD_BYTES)]);
    dd.arg(format!("of={}", folder.join(NAME).display()));
    if is_direct {
        dd.arg("oflag=direct");
    }
    let status = dd.stderr(Stdio::null()).status().context("start `dd`")?;
    ensure!(status.success(), "`dd` failed: {status}");
    Ok(())
}
