//! Calls that do what they must not, each in one way.

use std::fs;

use anyhow::{Context, Result};

use super::calls::std_bufwriter;
use super::round::{Round, Said};

/// Forgets the last file.
pub(super) fn forgets_a_file(round: &Round) -> Result<Said> {
    let said = std_bufwriter(round)?;
    fs::remove_file(last(round)?)?;
    Ok(said)
}

/// Writes the last file twice.
pub(super) fn writes_twice(round: &Round) -> Result<Said> {
    let said = std_bufwriter(round)?;
    let bytes = fs::read(last(round)?)?;
    fs::write(last(round)?, [&bytes[..], super::round::MESSAGE].concat())?;
    Ok(said)
}

/// Leaves what was not finished.
pub(super) fn leaves_a_part(round: &Round) -> Result<Said> {
    let said = std_bufwriter(round)?;
    fs::write(round.folder.join("0.txt.part"), "")?;
    Ok(said)
}

fn last(round: &Round) -> Result<&std::path::PathBuf> {
    round.paths.last().context("there is a file")
}
