//! The subjects that write the same few bytes to many files.

use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use inrush_writers::{Action, Fault, Faults, FileSet, Mode, RetryPolicy};
use rustix::fs::{Mode as Permissions, OFlags};
use tokio::io::AsyncWriteExt;

/// The message of the report that the question goes back to.
const MESSAGE: &[u8] = b"test message";

/// What every file of a round is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round<'a> {
    pub(super) folder: &'a Path,
    pub(super) paths: &'a [PathBuf],
    pub(super) n_threads: usize,
    /// Whether one file in twenty fails once.
    pub(super) is_faulty: bool,
}

impl Round<'_> {
    /// Lets `subject` write all files.
    pub(super) fn write(&self, subject: &str) -> Result<()> {
        match subject {
            "raw-loop" => self.on_threads(raw_loop),
            "std-bufwriter" => self.on_threads(std_bufwriter),
            "tokio-fs" => self.tokio(),
            "file-set" => self.file_set(|set| set),
            "file-set-no-retry" => self.file_set(|set| set.retry(RetryPolicy::NEVER)),
            "file-set-truncate" => self.file_set(|set| set.mode(Mode::Truncate)),
            "file-set-atomic" => self.file_set(|set| set.mode(Mode::Atomic)),
            "file-set-batches" => {
                let set = FileSet::append(self.paths).workers(self.n_threads);
                set.write_batches([[MESSAGE]])?;
                Ok(())
            }
            _ => bail!("`{subject}` writes no sets of files"),
        }
    }

    fn file_set(&self, with: impl FnOnce(FileSet) -> FileSet) -> Result<()> {
        let mut set = with(FileSet::append(self.paths).workers(self.n_threads));
        if self.is_faulty {
            set = set.faults(Faults::new(|step| {
                let is_hit = step.file % 20 == 7 && step.nth == 0 && step.action == Action::Write;
                is_hit.then_some(Fault::Errno(rustix::io::Errno::AGAIN.raw_os_error()))
            }));
        }
        let report = set.write_all(MESSAGE)?;
        let n_hit = if self.is_faulty { self.paths.len().div_ceil(20) } else { 0 };
        ensure!(report.attempts() == (self.paths.len() + n_hit) as u64, "{report}");
        Ok(())
    }

    /// An equal share of the files to each thread.
    fn on_threads(&self, write: fn(&Path, &[PathBuf]) -> Result<()>) -> Result<()> {
        if self.n_threads == 1 {
            return write(self.folder, self.paths);
        }
        let share = self.paths.len().div_ceil(self.n_threads);
        thread::scope(|scope| {
            let threads: Vec<_> = (self.paths.chunks(share))
                .map(|paths| scope.spawn(|| write(self.folder, paths)))
                .collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("it does not panic"))
        })
    }

    /// As a program for tokio would: a task for each file, as many at a time as it has threads.
    fn tokio(&self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(self.n_threads)
            .build()
            .context("start tokio")?;
        runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for path in self.paths {
                while tasks.len() >= 64 {
                    tasks.join_next().await.context("there is a task")???;
                }
                let path = path.clone();
                tasks.spawn(async move {
                    let mut options = tokio::fs::OpenOptions::new();
                    let mut file = options.append(true).create(true).open(&path).await?;
                    file.write_all(MESSAGE).await?;
                    file.flush().await
                });
            }
            while let Some(done) = tasks.join_next().await {
                done??;
            }
            Ok(())
        })
    }

    /// Every file has the message once, and there is no other. Returns how many bytes these are.
    pub(super) fn check(&self) -> Result<u64> {
        for path in self.paths {
            let found = fs::read(path).with_context(|| format!("read `{}`", path.display()))?;
            ensure!(found == MESSAGE, "`{}` holds {} bytes", path.display(), found.len());
        }
        let n_files = fs::read_dir(self.folder).context("list the folder")?.count();
        ensure!(n_files == self.paths.len(), "{n_files} files in the folder");
        Ok((n_files * MESSAGE.len()) as u64)
    }
}

/// The bare calls, by names relative to the folder: `openat`, `write`, `close`.
fn raw_loop(folder: &Path, paths: &[PathBuf]) -> Result<()> {
    let folder =
        rustix::fs::open(folder, OFlags::DIRECTORY | OFlags::CLOEXEC, Permissions::empty())?;
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::CLOEXEC;
    for path in paths {
        let name = path.file_name().context("it has a name")?;
        let file = rustix::fs::openat(&folder, name, flags, Permissions::from_raw_mode(0o666))?;
        ensure!(rustix::io::write(&file, MESSAGE)? == MESSAGE.len(), "a short write");
    }
    Ok(())
}

/// With a buffer for every file, as the report's program does it.
fn std_bufwriter(_: &Path, paths: &[PathBuf]) -> Result<()> {
    for path in paths {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        let mut file = BufWriter::with_capacity(4 << 10, file);
        file.write_all(MESSAGE)?;
        file.flush()?;
    }
    Ok(())
}
