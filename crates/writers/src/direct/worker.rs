//! A thread that puts blocks, so that one is written while the next is filled.
//!
//! A worker has at most one block at a time. Each `give` is answered by one `take_back`, so neither
//! channel, of room for one message, ever makes the worker wait to answer.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::block::Block;
use super::pen::Pen;
use super::target::Target;

#[derive(Debug)]
struct Job {
    block: Block,
    offset: u64,
}

/// A block that was put, or was not.
#[derive(Debug)]
pub(super) struct Done {
    /// To be filled again.
    pub(super) block: Block,
    /// What the system said.
    pub(super) result: io::Result<()>,
    /// Whether all that this worker was given went past the page cache.
    pub(super) direct: bool,
}

/// The caller's end. Dropping it waits for the thread.
#[derive(Debug)]
pub(super) struct Worker {
    /// Present until the worker is dropped.
    jobs: Option<SyncSender<Job>>,
    done: Receiver<Done>,
    is_busy: bool,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread, unless the system refuses it.
    pub(super) fn start<T: Target + Send + Sync + 'static>(mut pen: Pen<T>) -> Option<Self> {
        let (jobs, inbox) = sync_channel::<Job>(1);
        let (outbox, done) = sync_channel(1);
        let thread = thread::Builder::new().name("inrush-direct".to_owned()).spawn(move || {
            for Job { block, offset } in inbox {
                let result = pen.put(block.bytes(), offset);
                let direct = pen.alignment().is_some();
                if outbox.send(Done { block, result, direct }).is_err() {
                    break;
                }
            }
        });
        Some(Self { jobs: Some(jobs), done, is_busy: false, thread: Some(thread.ok()?) })
    }

    /// Waits for the block that it was given last; `None` where there is none.
    pub(super) fn take_back(&mut self) -> io::Result<Option<Done>> {
        if !std::mem::take(&mut self.is_busy) {
            return Ok(None);
        }
        self.done.recv().map(Some).map_err(|_| gone())
    }

    /// Has `block` put at `offset`. The one before it was taken back.
    pub(super) fn give(&mut self, block: Block, offset: u64) -> io::Result<()> {
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(Job { block, offset }).map_err(|_| gone())?;
        self.is_busy = true;
        Ok(())
    }
}

/// A broken invariant, but no reason to take the caller down.
fn gone() -> io::Error {
    io::Error::other("the thread that writes has ended")
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, the block it had was missed above.
            let _ = thread.join();
        }
    }
}
