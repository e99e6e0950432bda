//! The thread at the far end of a lane: it owns the sink while a file is too large to be written
//! by its generator.
//!
//! | message  | direction | means |
//! |----------|-----------|-------|
//! | `Open`   | there     | the sink of the next file is yours |
//! | `Chunk`  | there     | write these bytes |
//! | `Finish` | there     | the file is whole: finish the sink |
//! | `Abort`  | there     | the file is not wanted: abort the sink |
//! | `Empty`  | back      | a chunk to be filled again |
//! | `Ended`  | back      | how the file ended; exactly one for each `Open` |
//!
//! A sink that fails ends its file at once. The chunks that are still under way for it come back
//! unwritten, and its `Finish` or `Abort` is passed over. There are never more chunks than the
//! lane holds, so the way back never blocks.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use inrush_sync::{LaneReceiver, LaneSender, Shape, lane};
use inrush_writers::{Sink, Written};

use super::chunk::Chunk;
use crate::{FileError, Stalls, guard};

#[derive(Debug)]
enum There {
    Open(Box<dyn Sink>),
    Chunk(Chunk),
    Finish,
    Abort,
}

#[derive(Debug)]
enum Back {
    Empty(Chunk),
    Ended(Result<Written, FileError>),
}

/// A generator thread's own lane: its chunks, and the writer once a file has needed one.
#[derive(Debug)]
pub(super) struct Lane {
    chunk_bytes: usize,
    max_chunks: usize,
    n_chunks: usize,
    spare: Vec<Chunk>,
    writer: Option<Writer>,
    writer_blocked: Duration,
}

#[derive(Debug)]
struct Writer {
    there: LaneSender<There>,
    back: Inbox<Back>,
    thread: JoinHandle<Duration>,
}

/// The messages of a lane, one at a time.
#[derive(Debug)]
struct Inbox<M> {
    lane: LaneReceiver<M>,
    message: Vec<M>,
}

impl<M> Inbox<M> {
    fn new(lane: LaneReceiver<M>) -> Self {
        Self { lane, message: Vec::with_capacity(1) }
    }

    /// The next message, or none when the sender is gone.
    fn receive(&mut self) -> Option<M> {
        self.lane.recv_into(&mut self.message, 1).ok()?;
        self.message.pop()
    }

    /// The next message, if there is one now.
    fn try_receive(&mut self) -> Option<M> {
        self.lane.drain_into(&mut self.message, 1);
        self.message.pop()
    }
}

/// What a generator gets when it asks for a chunk.
pub(super) enum Room {
    /// An empty chunk.
    Chunk(Chunk),
    /// The file has ended instead: its sink failed.
    Ended(FileError),
}

impl Lane {
    pub(super) fn new(chunk_bytes: usize, max_chunks: usize) -> Self {
        Self {
            chunk_bytes,
            max_chunks,
            n_chunks: 0,
            spare: Vec::new(),
            writer: None,
            writer_blocked: Duration::ZERO,
        }
    }

    /// An empty chunk for a file that has no writer yet.
    pub(super) fn chunk(&mut self) -> Chunk {
        // The last file has ended, so what is still under way for it are chunks.
        match self.room() {
            Room::Chunk(chunk) => chunk,
            Room::Ended(_) => unreachable!("a file ends once"),
        }
    }

    /// Takes back a chunk that was not sent.
    pub(super) fn put_back(&mut self, mut chunk: Chunk) {
        chunk.clear();
        self.spare.push(chunk);
    }

    /// Hands `sink` to the writer; gives it back where there is none and none can be started.
    pub(super) fn open(&mut self, sink: Box<dyn Sink>) -> Result<(), Box<dyn Sink>> {
        if self.writer.is_none() {
            self.writer = Writer::start(self.max_chunks);
        }
        match &mut self.writer {
            Some(writer) => {
                writer.send(There::Open(sink));
                Ok(())
            }
            None => Err(sink),
        }
    }

    /// Sends a full chunk and returns an empty one, or the news that the file has ended.
    pub(super) fn exchange(&mut self, chunk: Chunk) -> Room {
        self.writer().send(There::Chunk(chunk));
        self.room()
    }

    /// Waits for a chunk only where the lane has none left to make.
    fn room(&mut self) -> Room {
        if let Some(ended) = self.collect() {
            return Room::Ended(ended);
        }
        if let Some(chunk) = self.spare.pop() {
            return Room::Chunk(chunk);
        }
        if self.n_chunks < self.max_chunks {
            return Room::Chunk(self.new_chunk());
        }
        let blocked = Instant::now();
        let back = self.writer().receive();
        self.writer_blocked += blocked.elapsed();
        match back {
            Back::Empty(chunk) => Room::Chunk(chunk),
            Back::Ended(result) => Room::Ended(failure(result)),
        }
    }

    /// Sends the last chunk of a file and waits for its end.
    pub(super) fn finish(&mut self, last: Chunk) -> Result<Written, FileError> {
        self.writer().send(There::Chunk(last));
        self.writer().send(There::Finish);
        self.wait_for_end()
    }

    /// Gives the file up and waits until its sink is gone; returns the failure of the sink where
    /// that came first.
    pub(super) fn abort(&mut self) -> Option<FileError> {
        self.writer().send(There::Abort);
        match self.wait_for_end() {
            Ok(_) | Err(FileError::Cancelled) => None,
            Err(failure) => Some(failure),
        }
    }

    fn wait_for_end(&mut self) -> Result<Written, FileError> {
        let blocked = Instant::now();
        loop {
            match self.writer().receive() {
                Back::Empty(chunk) => self.spare.push(chunk),
                Back::Ended(result) => {
                    self.writer_blocked += blocked.elapsed();
                    return result;
                }
            }
        }
    }

    /// Takes in every chunk that has come back, and the news that the sink has failed, if it has.
    fn collect(&mut self) -> Option<FileError> {
        let writer = self.writer.as_mut()?;
        loop {
            match writer.back.try_receive()? {
                Back::Empty(chunk) => self.spare.push(chunk),
                Back::Ended(result) => return Some(failure(result)),
            }
        }
    }

    fn new_chunk(&mut self) -> Chunk {
        self.n_chunks += 1;
        Chunk::new(self.chunk_bytes)
    }

    fn writer(&mut self) -> &mut Writer {
        self.writer.as_mut().expect("a file that was opened has a writer")
    }

    /// Ends the writer and returns the time that was lost on both sides.
    pub(super) fn close(self) -> Stalls {
        let generator_starved = match self.writer {
            Some(writer) => {
                drop(writer.there);
                writer.thread.join().expect("the writer catches the panics of sinks")
            }
            None => Duration::ZERO,
        };
        Stalls { generator_starved, writer_blocked: self.writer_blocked }
    }
}

/// An end that came before it was asked for is a failure.
fn failure(result: Result<Written, FileError>) -> FileError {
    result.err().unwrap_or(FileError::Cancelled)
}

impl Writer {
    /// Starts the thread, unless the system refuses it.
    fn start(max_chunks: usize) -> Option<Self> {
        // Beside the chunks, a lane carries the opening and the end of a file, and the end of a
        // failed one before it; the way back, how a file ended.
        let (there, inbox) = lane(shape(max_chunks + 3));
        let (outbox, back) = lane(shape(max_chunks + 1));
        let thread = thread::Builder::new()
            .name("inrush-write".to_owned())
            .spawn(move || write_files(Inbox::new(inbox), outbox))
            .ok()?;
        Some(Self { there, back: Inbox::new(back), thread })
    }

    fn send(&mut self, message: There) {
        self.there.send(message).unwrap_or_else(|_| unreachable!("the writer outlives its lane"));
    }

    fn receive(&mut self) -> Back {
        self.back.receive().expect("the writer outlives its lane")
    }
}

/// The memory of a lane that always has room for `messages`: a block in which one has not been
/// received yet does not count.
fn shape(messages: usize) -> Shape {
    Shape { blocks: messages.div_ceil(BLOCK_MESSAGES) + 1, block_items: BLOCK_MESSAGES }
}

const BLOCK_MESSAGES: usize = 8;

/// The writer's life: files one after another until the lane is closed. Returns the time spent
/// waiting for chunks while a file was open.
fn write_files(mut inbox: Inbox<There>, mut outbox: LaneSender<Back>) -> Duration {
    let mut sink: Option<Box<dyn Sink>> = None;
    let mut starved = Duration::ZERO;
    loop {
        let waiting = Instant::now();
        let Some(message) = inbox.receive() else { return starved };
        if sink.is_some() {
            starved += waiting.elapsed();
        }
        let back = match message {
            There::Open(opened) => {
                sink = Some(opened);
                continue;
            }
            There::Chunk(mut chunk) => {
                if let Some(open) = &mut sink
                    && let Err(error) = guard::write(&mut **open, chunk.bytes())
                {
                    if let Some(failed) = sink.take() {
                        guard::abort(failed);
                    }
                    let _ = outbox.send(Back::Ended(Err(error)));
                }
                chunk.clear();
                Back::Empty(chunk)
            }
            There::Finish => match sink.take() {
                Some(open) => Back::Ended(guard::finish(open)),
                None => continue,
            },
            There::Abort => match sink.take() {
                Some(open) => {
                    guard::abort(open);
                    Back::Ended(Err(FileError::Cancelled))
                }
                None => continue,
            },
        };
        // The generator that is gone needs neither chunks nor news.
        let _ = outbox.send(back);
    }
}
