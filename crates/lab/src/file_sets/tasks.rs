//! As a program for tokio would write them: a task for each file.

use anyhow::{Context, Result};
use inrush_writers::Mode;
use tokio::io::AsyncWriteExt;

use super::calls::part;
use super::round::{MESSAGE, Round, Said};

/// Tasks at a time.
const TASKS: usize = 64;

/// By `tokio::fs`, on a runtime of its own, which is part of the call.
pub(super) fn tokio_fs(round: &Round) -> Result<Said> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(round.threads)
        .build()
        .context("start tokio")?;
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for path in &round.paths {
            while tasks.len() >= TASKS {
                tasks.join_next().await.context("there is a task")???;
            }
            let (path, mode) = (path.clone(), round.mode);
            tasks.spawn(async move {
                let part = (mode == Mode::Atomic).then(|| part(&path));
                let mut options = tokio::fs::OpenOptions::new();
                match mode {
                    Mode::Append => options.append(true),
                    _ => options.write(true).truncate(true),
                };
                let mut file = options.create(true).open(part.as_deref().unwrap_or(&path)).await?;
                file.write_all(MESSAGE).await?;
                file.flush().await?;
                drop(file);
                match part {
                    Some(part) => tokio::fs::rename(part, path).await,
                    None => Ok(()),
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(Said { attempts: round.paths.len() as u64, failed: 0 })
    })
}
