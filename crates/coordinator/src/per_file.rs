//! A pipeline per file in flight, and nothing shared between files.
//!
//! Each of `jobs` threads generates one file after another. A file's bytes are collected in
//! chunks. The first ones go straight from the generator's thread to the sink: a small file costs
//! no hand-over. A file that grows past `direct_bytes` gives its sink to the thread's own writer,
//! and chunks then travel through a bounded lane and come back empty, so that generating and
//! writing overlap and nothing is allocated after the lane is full.
//!
//! ```text
//! generator 1 --- chunks --> lane 1 --> writer 1 --> sink of file 1
//!             <-- empties --------------
//! generator 2 --- chunks --> lane 2 --> writer 2 --> sink of file 2
//! ```
//!
//! At most `lane_chunks` chunks exist per lane, so memory is fixed whatever the size of a file.

mod chunk;
mod chunks;
mod writer;

use std::time::Instant;

use crate::{CancelToken, Coordinator, Job, Outcome, Report, guard, workers};
use chunks::ChunkWriter;
use writer::Lane;

/// A generator and a writer per file in flight, with a bounded lane of recycled chunks between.
#[derive(Clone, Debug)]
pub struct PerFile {
    jobs: usize,
    chunk_bytes: usize,
    lane_bytes: usize,
    direct_bytes: u64,
}

impl PerFile {
    /// The default size of a chunk.
    pub const CHUNK_BYTES: usize = 64 * 1024;
    /// The default bound on the chunks of a lane, in bytes: what a row group bursts into.
    pub const LANE_BYTES: usize = 4 * 1024 * 1024;
    /// The default size up to which a file is written by its generator's own thread.
    pub const DIRECT_BYTES: u64 = 1024 * 1024;

    /// A coordinator of up to `jobs` files in flight, at least one.
    pub fn new(jobs: usize) -> Self {
        Self {
            jobs: jobs.max(1),
            chunk_bytes: Self::CHUNK_BYTES,
            lane_bytes: Self::LANE_BYTES,
            direct_bytes: Self::DIRECT_BYTES,
        }
    }

    /// Sets the size of a chunk, at least one byte.
    #[must_use]
    pub fn chunk_bytes(mut self, chunk_bytes: usize) -> Self {
        self.chunk_bytes = chunk_bytes.max(1);
        self
    }

    /// Sets the bound on the chunks of a lane; a lane holds two chunks at least.
    #[must_use]
    pub fn lane_bytes(mut self, lane_bytes: usize) -> Self {
        self.lane_bytes = lane_bytes;
        self
    }

    /// Sets the size up to which a file needs no writer thread.
    #[must_use]
    pub fn direct_bytes(mut self, direct_bytes: u64) -> Self {
        self.direct_bytes = direct_bytes;
        self
    }

    fn lane_chunks(&self) -> usize {
        (self.lane_bytes / self.chunk_bytes).max(2)
    }

    fn make(&self, job: &dyn Job, lane: &mut Lane, cancel: &CancelToken, file: usize) -> Outcome {
        let started = Instant::now();
        let result = guard::open(job, file).and_then(|sink| {
            let mut out = ChunkWriter::new(sink, lane, cancel, self.direct_bytes);
            match guard::generate(job, file, &mut out) {
                Ok(()) => out.finish(),
                Err(error) => Err(out.abort(error)),
            }
        });
        Outcome { file, result, elapsed: started.elapsed() }
    }
}

impl Coordinator for PerFile {
    fn run(&self, job: &dyn Job, cancel: &CancelToken) -> Report {
        workers::run(
            job,
            cancel,
            self.jobs,
            || Lane::new(self.chunk_bytes, self.lane_chunks()),
            |lane, file| Some(self.make(job, lane, cancel, file)),
            Lane::close,
        )
    }
}
