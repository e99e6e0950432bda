//! The bare system calls, and what `std` makes of them, an equal share of the files on each thread.

use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, ensure};
use inrush_writers::Mode;
use rustix::fs::{Mode as Permissions, OFlags};

use super::round::{MESSAGE, Round, Said};

/// By names relative to the folder: `openat`, `write`, `close`, and for a file that is to change at
/// once `renameat`.
pub(super) fn raw_loop(round: &Round) -> Result<Said> {
    on_threads(round, |round, paths| {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(&round.folder, flags, Permissions::empty())?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC | kept(round.mode);
        let permissions = Permissions::from_raw_mode(0o666);
        for path in paths {
            let name = path.file_name().context("it has a name")?;
            let part = (round.mode == Mode::Atomic).then(|| part(path));
            let opened = part.as_deref().and_then(Path::file_name).unwrap_or(name);
            let file = rustix::fs::openat(&folder, opened, flags, permissions)?;
            ensure!(rustix::io::write(&file, MESSAGE)? == MESSAGE.len(), "a short write");
            drop(file);
            if part.is_some() {
                rustix::fs::renameat(&folder, opened, &folder, name)?;
            }
        }
        Ok(())
    })
}

fn kept(mode: Mode) -> OFlags {
    if mode == Mode::Append { OFlags::APPEND } else { OFlags::TRUNC }
}

/// With a buffer for every file, as the report's program does it.
pub(super) fn std_bufwriter(round: &Round) -> Result<Said> {
    on_threads(round, |round, paths| {
        let mut options = OpenOptions::new();
        options.create(true);
        match round.mode {
            Mode::Append => options.append(true),
            _ => options.write(true).truncate(true),
        };
        for path in paths {
            let part = (round.mode == Mode::Atomic).then(|| part(path));
            let file = options.open(part.as_deref().unwrap_or(path))?;
            let mut file = BufWriter::with_capacity(4 << 10, file);
            file.write_all(MESSAGE)?;
            file.flush()?;
            drop(file);
            if let Some(part) = part {
                fs::rename(part, path)?;
            }
        }
        Ok(())
    })
}

/// The name of a file until it is whole.
pub(super) fn part(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// An equal share of the files to each thread.
pub(super) fn on_threads(
    round: &Round,
    write: impl Fn(&Round, &[PathBuf]) -> Result<()> + Sync,
) -> Result<Said> {
    let said = Said { attempts: round.paths.len() as u64, failed: 0 };
    if round.threads == 1 {
        write(round, &round.paths)?;
        return Ok(said);
    }
    let share = round.paths.len().div_ceil(round.threads);
    thread::scope(|scope| {
        let write = &write;
        let threads: Vec<_> = (round.paths.chunks(share))
            .map(|paths| scope.spawn(move || write(round, paths)))
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("it does not panic"))
    })?;
    Ok(said)
}
