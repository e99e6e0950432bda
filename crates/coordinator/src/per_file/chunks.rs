//! What a generator writes into: bytes collected in chunks, straight to the sink at first and
//! through the lane once the file has turned out large.

use std::io::{self, Write};

use inrush_writers::{Sink, Written};

use super::chunk::Chunk;
use super::writer::{Lane, Room};
use crate::outcome::stop_generating;
use crate::{CancelToken, FileError, Output, guard};

/// The generator's end of one file.
#[derive(Debug)]
pub(super) struct ChunkWriter<'a> {
    lane: &'a mut Lane,
    cancel: &'a CancelToken,
    chunk: Chunk,
    route: Route,
    /// Bytes that may still go to the sink before it is handed over.
    direct_left: u64,
}

#[derive(Debug)]
enum Route {
    /// The sink is here.
    Direct(Box<dyn Sink>),
    /// The sink is with the writer at the end of the lane.
    Lane,
    /// The sink is gone, as it failed, and so is the chunk.
    Ended(FileError),
}

impl<'a> ChunkWriter<'a> {
    pub(super) fn new(
        sink: Box<dyn Sink>,
        lane: &'a mut Lane,
        cancel: &'a CancelToken,
        direct_bytes: u64,
    ) -> Self {
        let chunk = lane.chunk();
        Self { lane, cancel, chunk, route: Route::Direct(sink), direct_left: direct_bytes }
    }

    /// Passes the full chunk on and takes an empty one.
    fn pass_on(&mut self) -> io::Result<()> {
        if self.cancel.is_cancelled() {
            return Err(stop_generating());
        }
        if let Route::Direct(sink) = &mut self.route {
            if self.direct_left >= self.chunk.bytes().len() as u64 {
                self.direct_left -= self.chunk.bytes().len() as u64;
                if let Err(error) = guard::write(&mut **sink, self.chunk.bytes()) {
                    return Err(self.end(error));
                }
                self.chunk.clear();
                return Ok(());
            }
            self.hand_over();
            if let Route::Direct(_) = self.route {
                return self.pass_on();
            }
        }
        match self.lane.exchange(std::mem::replace(&mut self.chunk, Chunk::none())) {
            Room::Chunk(chunk) => {
                self.chunk = chunk;
                Ok(())
            }
            Room::Ended(error) => {
                self.route = Route::Ended(error);
                Err(stop_generating())
            }
        }
    }

    /// Gives the sink to the writer, or keeps it for good where no thread can be had.
    fn hand_over(&mut self) {
        let route = std::mem::replace(&mut self.route, Route::Lane);
        if let Route::Direct(sink) = route
            && let Err(sink) = self.lane.open(sink)
        {
            self.direct_left = u64::MAX;
            self.route = Route::Direct(sink);
        }
    }

    /// Aborts a sink that failed here, and remembers why.
    fn end(&mut self, error: FileError) -> io::Error {
        if let Route::Direct(sink) = std::mem::replace(&mut self.route, Route::Ended(error)) {
            guard::abort(sink);
        }
        self.lane.put_back(std::mem::replace(&mut self.chunk, Chunk::none()));
        stop_generating()
    }

    /// Ends the file well.
    pub(super) fn finish(mut self) -> Result<Written, FileError> {
        if self.cancel.is_cancelled() {
            return Err(self.abort(FileError::Cancelled));
        }
        match std::mem::replace(&mut self.route, Route::Lane) {
            Route::Direct(mut sink) => {
                let written = guard::write(&mut *sink, self.chunk.bytes());
                self.lane.put_back(self.chunk);
                match written {
                    Ok(()) => guard::finish(sink),
                    Err(error) => {
                        guard::abort(sink);
                        Err(error)
                    }
                }
            }
            Route::Lane => self.lane.finish(self.chunk),
            Route::Ended(error) => Err(error),
        }
    }

    /// Ends the file badly and says why: because the sink failed, because of a panic, because the
    /// run was stopped, or because of `reason`.
    pub(super) fn abort(self, reason: FileError) -> FileError {
        let stopped = self.cancel.is_cancelled();
        let failure = match self.route {
            Route::Ended(error) => Some(error),
            Route::Direct(sink) => {
                guard::abort(sink);
                self.lane.put_back(self.chunk);
                None
            }
            Route::Lane => {
                self.lane.put_back(self.chunk);
                self.lane.abort()
            }
        };
        failure.unwrap_or(match reason {
            FileError::Generate(_) if stopped => FileError::Cancelled,
            reason => reason,
        })
    }
}

impl ChunkWriter<'_> {
    /// Makes room for at least one byte.
    fn make_room(&mut self) -> io::Result<()> {
        if let Route::Ended(_) = self.route {
            return Err(stop_generating());
        }
        if self.chunk.is_full() {
            self.pass_on()?;
        }
        Ok(())
    }
}

impl Write for ChunkWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.make_room()?;
        Ok(self.chunk.fill(bytes.len(), |room| room.copy_from_slice(&bytes[..room.len()])))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for ChunkWriter<'_> {
    fn fill(&mut self, limit: usize, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<usize> {
        self.make_room()?;
        Ok(self.chunk.fill(limit, fill))
    }
}
