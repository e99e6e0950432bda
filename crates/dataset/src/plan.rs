//! How many files may be in flight: the processors, and what the memory allows.

use std::thread;

use inrush_coordinator::PerFile;
use inrush_writers::Direct;

use crate::share::Share;
use crate::source::Source;
use crate::{Destination, Error, RunOptions};

/// What the process needs before the first file: code, tables of words, threads.
const BASE_BYTES: u64 = 16 << 20;

/// What talking to an object store needs beside the parts: threads, connections, TLS.
const STORE_BYTES: u64 = 16 << 20;

/// The number of files in flight that `options` and `share` come to, at least one.
///
/// # Errors
/// [`Error::TooLittleMemory`] where not even one fits, [`Error::Invalid`] where none are allowed.
pub(crate) fn jobs(share: &Share<'_>, options: &RunOptions) -> Result<usize, Error> {
    let jobs = match options.jobs {
        Some(0) => return Err(Error::Invalid("there must be at least one job".to_owned())),
        Some(jobs) => jobs,
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let jobs = jobs.min(usize::try_from(share.n_files()).unwrap_or(usize::MAX)).max(1);
    let Some(allowed) = options.mem else { return Ok(jobs) };
    let (base, per_sink) = match &options.destination {
        Destination::Objects(_) => {
            let store = options.store();
            let part_bytes = store.part_bytes as u64;
            (BASE_BYTES + STORE_BYTES + store.max_in_flight as u64 * part_bytes, part_bytes)
        }
        _ if options.direct => (BASE_BYTES, Direct::BUFFER_BYTES),
        _ => (BASE_BYTES, 0),
    };
    let per_job = share.spec.source.bytes_per_job(options) + per_sink;
    let affordable = allowed.saturating_sub(base) / per_job.max(1);
    match usize::try_from(affordable).unwrap_or(usize::MAX) {
        0 => Err(Error::TooLittleMemory { needed: base + per_job, allowed }),
        affordable => Ok(jobs.min(affordable)),
    }
}

/// The pipelines that suit `source`, with chunks of `chunk_bytes` if that is given.
pub(crate) fn per_file(source: &dyn Source, jobs: usize, chunk_bytes: Option<usize>) -> PerFile {
    let chunk_bytes = chunk_bytes.unwrap_or(source.default_chunk_bytes());
    let coordinator = PerFile::new(jobs).chunk_bytes(chunk_bytes);
    if source.is_fast() { coordinator.direct_bytes(u64::MAX) } else { coordinator }
}
