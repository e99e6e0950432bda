//! Processes that do the same at the same time: each says in a folder that it is ready, and waits
//! there until all are.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::makers::Made;
use crate::Fault;

/// How long the others may take to be ready.
const LIMIT: Duration = Duration::from_secs(30);
/// Between two looks. It delays all of them alike, within the time that their overlap allows.
const LOOK: Duration = Duration::from_micros(100);

const READY: &str = "ready-";
const MADE: &str = "made-";
const GO: &str = "go";

/// Says that this process is ready, and waits for the others.
pub(super) fn await_others(folder: &Path) -> Result<()> {
    leave(folder, READY, b"")?;
    let since = Instant::now();
    while !folder.join(GO).exists() {
        if since.elapsed() > LIMIT {
            bail!("the other processes were not ready within {} s", LIMIT.as_secs());
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Leaves what this process made where [`together`] finds it.
pub(super) fn tell(folder: &Path, made: &Made) -> Result<()> {
    leave(folder, MADE, &serde_json::to_vec(made).context("put a result into JSON")?)
}

/// Starts so many processes, lets them go once all are ready, and returns what each has left. `start`
/// runs one to its end, which calls [`await_others`] and [`tell`] with its folder.
pub(super) fn together(
    processes: usize,
    start: impl Fn(&Path) -> Result<(), Fault> + Sync,
) -> Result<Vec<Made>, Fault> {
    let folder = tempfile::tempdir().context("make a folder to meet in").map_err(Fault::skipped)?;
    let (path, start) = (folder.path(), &start);
    thread::scope(|scope| {
        let started: Vec<_> = (0..processes).map(|_| scope.spawn(move || start(path))).collect();
        // One that has ended before the others began has failed.
        while count(path, READY) < processes && !started.iter().any(|one| one.is_finished()) {
            thread::sleep(LOOK);
        }
        fs::write(path.join(GO), "").context("let them go").map_err(Fault::skipped)?;
        let ends = started.into_iter().map(|one| {
            one.join().unwrap_or_else(|_| Err(Fault::Skipped("no process started".to_owned())))
        });
        // All are to have ended before a fault is told.
        ends.collect::<Vec<_>>().into_iter().collect::<Result<(), Fault>>()
    })?;
    let made = left(path).map_err(Fault::skipped)?;
    match made.len() == processes {
        true => Ok(made),
        false => {
            Err(Fault::Skipped(format!("{} of {processes} processes told a result", made.len())))
        }
    }
}

fn leave(folder: &Path, kind: &str, content: &[u8]) -> Result<()> {
    let file = tempfile::Builder::new().prefix(kind).tempfile_in(folder);
    let left = file.and_then(|file| {
        fs::write(file.path(), content)?;
        file.keep().map_err(|error| error.error)
    });
    left.map(drop).with_context(|| format!("leave a file in `{}`", folder.display()))
}

fn names(folder: &Path, kind: &str) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_of_kind = |entry: &fs::DirEntry| {
        entry.file_name().to_str().is_some_and(|name| name.starts_with(kind))
    };
    entries.filter(is_of_kind).map(|entry| entry.path()).collect()
}

fn count(folder: &Path, kind: &str) -> usize {
    names(folder, kind).len()
}

fn left(folder: &Path) -> Result<Vec<Made>> {
    let read = |path: std::path::PathBuf| -> Result<Made> {
        let bytes = fs::read(&path).with_context(|| format!("read `{}`", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("read `{}`", path.display()))
    };
    names(folder, MADE).into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn none_goes_before_all_are_ready() {
        let n_ready = AtomicUsize::new(0);
        let one = |folder: &Path| -> Result<(), Fault> {
            // ORDERING: SeqCst, as a test has time.
            n_ready.fetch_add(1, Ordering::SeqCst);
            await_others(folder).map_err(Fault::skipped)?;
            let made = Made { turns: Vec::new(), cpu_s: n_ready.load(Ordering::SeqCst) as f64 };
            tell(folder, &made).map_err(Fault::skipped)
        };
        let made = together(3, one).expect("all told");
        assert_eq!(made.iter().map(|made| made.cpu_s).collect::<Vec<_>>(), [3.0; 3]);
    }

    #[test]
    fn one_that_fails_ends_all() {
        let n_started = AtomicUsize::new(0);
        let one = |folder: &Path| -> Result<(), Fault> {
            // ORDERING: SeqCst, as a test has time.
            match n_started.fetch_add(1, Ordering::SeqCst) {
                0 => Err(Fault::Wrong("its bytes are others".to_owned())),
                _ => await_others(folder).map_err(Fault::skipped),
            }
        };
        assert_eq!(together(2, one), Err(Fault::Wrong("its bytes are others".to_owned())));
        let silent = together(1, |folder| await_others(folder).map_err(Fault::skipped));
        assert!(matches!(silent, Err(Fault::Skipped(why)) if why.starts_with("0 of 1")));
    }
}
