//! The subjects that write one large file.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use inrush_dataset::{BytesSpec, CancelToken, Destination, ObjectSpec, RunOptions, Sizes, run};
use inrush_writers::{Direct, Durability, File, Sink, Written};

use super::Cell;

/// What one write hands over, as the command's chunks of bytes do.
const CHUNK_BYTES: usize = 256 << 10;

/// Lets `subject` write a file of `mib` MiB below `folder`.
pub(super) fn write(cell: Cell, mib: u64, subject: &str, folder: &Path) -> Result<()> {
    let path = folder.join(format!("{subject}.bin"));
    match subject {
        "inrush-bytes" => return job(mib, folder),
        "dd" => dd(matches!(cell, Cell::Direct(_)), mib, &path)?,
        "file" => {
            fill(Box::new(File::create(&path, Durability::None)?), mib)?;
        }
        "direct" => {
            let is_direct = fill(Box::new(Direct::create(&path, Durability::None)?), mib)?.direct;
            ensure!(is_direct, "the file system has no direct I/O");
        }
        _ => bail!("`{subject}` writes no large files"),
    }
    let bytes = std::fs::metadata(&path).context("find the file")?.len();
    ensure!(bytes == mib << 20, "`{}` has {bytes} bytes", path.display());
    Ok(())
}

fn fill(mut sink: Box<dyn Sink>, mib: u64) -> Result<Written> {
    let chunk = vec![0; CHUNK_BYTES];
    for _ in 0..(mib << 20) / CHUNK_BYTES as u64 {
        sink.write(&chunk)?;
    }
    Ok(sink.finish()?)
}

/// The command's job: the bytes are made, hashed and entered in a manifest as well.
fn job(mib: u64, folder: &Path) -> Result<()> {
    let spec = BytesSpec::new(1, Sizes::Fixed(mib << 20), &ObjectSpec::new(0))?.into();
    let mut options = RunOptions::new(Destination::Folder(folder.to_owned()));
    options.direct = true;
    let summary = run(&spec, &options, &CancelToken::default(), &())?;
    ensure!(summary.failures.is_empty(), "failed: {:?}", summary.failures);
    ensure!(summary.cached == 0, "the file system has no direct I/O");
    ensure!(summary.bytes == mib << 20, "{} bytes", summary.bytes);
    Ok(())
}

/// Zeros, so that making them costs nothing. Its start counts.
fn dd(is_direct: bool, mib: u64, path: &Path) -> Result<()> {
    let mut dd = Command::new("dd");
    dd.args(["if=/dev/zero", "bs=1M", &format!("count={mib}")]);
    dd.arg(format!("of={}", path.display()));
    if is_direct {
        dd.arg("oflag=direct");
    }
    let status = dd.stderr(Stdio::null()).status().context("start `dd`")?;
    ensure!(status.success(), "`dd` failed: {status}");
    Ok(())
}
