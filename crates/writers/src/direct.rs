//! A file that is written past the page cache, and appears whole or not at all.
//!
//! Bytes are copied into a block that begins where the device wants it to. A block that is full goes
//! to a thread that writes it, while the next is filled: two blocks per file, used in turn.
//!
//! The bytes behind the last border of a block cannot be written past the page cache. The flag that
//! asks for it is taken off the open file, and they go through it: another way would be to write
//! padding and cut it off, but padding may run into a limit that the file itself keeps within. The
//! same step, taken earlier, is how a file goes on where the file system refuses direct writes.

mod block;
mod pen;
mod target;
mod worker;

use std::fs;
use std::io;
use std::mem;
use std::path::Path;

use rustix::fs::OFlags;

use self::block::Block;
use self::pen::Pen;
use self::worker::Worker;
use crate::part::{Part, open_part};
use crate::{Action, Durability, Sink, WriteError, Written};

/// What one write to the disk takes, in bytes. Less leaves a disk waiting between two writes; more
/// gains nothing. Nor do several writes at once, as those that make a file longer wait for one
/// another, or space that is reserved ahead of them.
const BLOCK_BYTES: usize = 2 << 20;

/// Writes past the page cache to `.NAME.inrush-part` beside the file and renames it at the end.
///
/// It takes no memory from what else is cached, and its speed is that of the disk from the first
/// byte. It holds two blocks of 2 MiB per file, and a thread from the first full block on, which
/// ends with the file: files of less than that are better written by [`File`](crate::File).
///
/// A byte that is accepted has been copied into a block. That it could not be written is found out
/// later: by a later `write`, whose [`accepted`](WriteError::accepted) counts what it copied before
/// it heard of it, or by `finish`. Nothing of the file stays then, so it does not matter which of
/// the accepted bytes had reached the disk. Interrupted calls and such as would have to wait are
/// tried again here, so no error of `write` is [transient](WriteError::is_transient).
///
/// [`Durability`] means what it means for a [`File`](crate::File): writing past the page cache forces
/// neither the file's length and place on the disk nor what the device itself caches.
///
/// Where the file system has no direct I/O the bytes go through the page cache, and
/// [`Written::direct`] says so. It is not had on systems other than Linux.
#[derive(Debug)]
pub struct Direct {
    // Dropped in this order: the thread ends, the file is closed, the part is removed.
    /// Started with the first full block.
    worker: Option<Worker>,
    pen: Pen<fs::File>,
    part: Part,
    /// What the next bytes are copied to.
    block: Block,
    /// Where the block begins in the file, in bytes.
    offset: u64,
    /// Whether the file system refused nothing so far.
    direct: bool,
    /// Whether bytes were lost, so that the file may not be finished.
    failed: bool,
}

impl Direct {
    /// The memory of an open file.
    pub const BUFFER_BYTES: u64 = 2 * BLOCK_BYTES as u64;

    /// Begins the file that will be `path`, in a folder that exists.
    ///
    /// # Errors
    /// [`WriteError`] where the temporary file cannot be created.
    pub fn create(path: &Path, durability: Durability) -> Result<Self, WriteError> {
        Self::create_by(path, durability, BLOCK_BYTES, target::open_direct)
    }

    /// As [`create`](Self::create), for tests: with smaller blocks, and with `open` in place of what
    /// the file system says to direct I/O.
    #[doc(hidden)]
    pub fn create_by(
        path: &Path,
        durability: Durability,
        block_bytes: usize,
        open: impl FnOnce(&Path) -> io::Result<fs::File>,
    ) -> Result<Self, WriteError> {
        let mut is_refused = false;
        let (part, file) = Part::create(path, durability, |part| {
            open(part).or_else(|error| {
                if !target::is_refusal(&error) {
                    return Err(error);
                }
                is_refused = true;
                // Some file systems create the file before they refuse the flag.
                open_part(part, OFlags::empty()).inspect_err(|_| drop(fs::remove_file(part)))
            })
        })?;
        let alignment = if is_refused { None } else { target::alignment(&file, block_bytes) };
        let mut pen = Pen::new(file, alignment);
        if alignment.is_none() && !is_refused {
            pen.use_page_cache().map_err(|source| part.error(Action::Create, source))?;
        }
        Ok(Self {
            worker: None,
            direct: alignment.is_some(),
            pen,
            part,
            block: Block::new(block_bytes, alignment.unwrap_or(1)),
            offset: 0,
            failed: false,
        })
    }

    /// Sends the full block on its way, and has an empty one in its place.
    fn hand_over(&mut self) -> io::Result<()> {
        let written = self.wait()?;
        if self.worker.is_none() {
            self.worker = Worker::start(self.pen.another());
        }
        let offset = self.offset;
        self.offset += self.block.bytes().len() as u64;
        if let Some(worker) = &mut self.worker {
            let empty = written.unwrap_or_else(|| self.block.another());
            return worker.give(mem::replace(&mut self.block, empty), offset);
        }
        // The system has no thread left, so this one does it.
        self.pen.put(self.block.bytes(), offset)?;
        self.direct &= self.pen.alignment().is_some();
        self.block.clear();
        Ok(())
    }

    /// Waits until the block that was handed over is written; it comes back empty.
    fn wait(&mut self) -> io::Result<Option<Block>> {
        let Some(worker) = &mut self.worker else { return Ok(None) };
        let Some(done) = worker.take_back()? else { return Ok(None) };
        done.result?;
        self.direct &= done.direct;
        let mut block = done.block;
        block.clear();
        Ok(Some(block))
    }

    /// Writes what no full block was made of: up to the last border as before, then the rest.
    fn write_tail(&mut self) -> io::Result<()> {
        self.wait()?;
        let bytes = self.block.bytes();
        let border =
            self.pen.alignment().map_or(0, |alignment| bytes.len() - bytes.len() % alignment);
        let (whole, tail) = bytes.split_at(border);
        self.pen.put(whole, self.offset)?;
        self.direct &= self.pen.alignment().is_some();
        if !tail.is_empty() {
            self.pen.use_page_cache()?;
            self.pen.put(tail, self.offset + border as u64)?;
        }
        Ok(())
    }
}

impl Sink for Direct {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if self.failed {
            let source = io::Error::other("written to after an error");
            return Err(self.part.error(Action::Write, source));
        }
        let mut accepted = 0;
        while accepted < bytes.len() {
            accepted += self.block.fill(&bytes[accepted..]);
            if self.block.is_full()
                && let Err(source) = self.hand_over()
            {
                self.failed = true;
                return Err(WriteError { accepted, ..self.part.error(Action::Write, source) });
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        if self.failed {
            let source = io::Error::other("finished after an error");
            return Err(self.part.error(Action::Close, source));
        }
        self.write_tail().map_err(|source| self.part.error(Action::Write, source))?;
        let bytes = self.offset + self.block.bytes().len() as u64;
        let Self { worker, pen, part, direct, .. } = *self;
        drop(worker);
        let Some(file) = pen.into_target() else {
            // The thread held the only other one, and has ended.
            return Err(part.error(Action::Close, io::Error::other("still being written")));
        };
        part.publish(file)?;
        Ok(Written { direct, ..Written::new(bytes) })
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        let Self { worker, pen, part, .. } = *self;
        drop(worker);
        drop(pen);
        part.remove()
    }
}
