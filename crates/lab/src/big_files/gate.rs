//! What must be true of a large file before a sample counts.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use inrush_dataset::{CancelToken, Destination, verify};

use super::ways::NAME;

/// The file of a sink or of `dd` has so many bytes, all the same.
pub(super) fn is_full_of(byte: u8, bytes: u64, folder: &Path) -> Result<()> {
    let mut file = File::open(folder.join(NAME)).context("find the file")?;
    let length = file.metadata().context("look at the file")?.len();
    ensure!(length == bytes, "the file has {length} bytes, not {bytes}");
    let mut buffer = vec![0; 256 << 10];
    let mut at = 0;
    loop {
        let n = file.read(&mut buffer).context("read the file")?;
        if n == 0 {
            return Ok(());
        }
        if let Some(other) = buffer[..n].iter().position(|&found| found != byte) {
            let (at, found) = (at + other as u64, buffer[other]);
            ensure!(found == byte, "byte {at} is {found:#04x}, not {byte:#04x}");
        }
        at += n as u64;
    }
}

/// The file of a job is what the job makes once more.
pub(super) fn is_of_job(bytes: u64, folder: &Path) -> Result<()> {
    let destination = Destination::Folder(folder.to_owned());
    let report = verify(&destination, None, &CancelToken::default(), &())?;
    ensure!(report.mismatches.is_empty(), "{:?}", report.mismatches);
    let found = (report.files, report.bytes);
    ensure!(found == (1, bytes), "files and bytes are {found:?}, not (1, {bytes})");
    Ok(())
}
