//! How many files may be in flight: the processors, and what the memory allows.

use std::thread;

use arrow_array::RecordBatch;
use inrush_coordinator::PerFile;

use crate::job::BATCH_ROWS;
use crate::spec::OpenSpec;
use crate::{CoordinatorKind, Error, FileFormat, RunOptions};

/// What the process needs before the first file: code, tables of words, threads.
const BASE_BYTES: u64 = 16 << 20;

/// Whole files that the baseline holds for each job: one being generated, which may have grown to
/// twice its size, one queued and one being written.
const WHOLE_FILES_PER_JOB: u64 = 4;

/// The number of files in flight that `options` and `spec` come to.
///
/// # Errors
/// [`Error::TooLittleMemory`] where not even one fits, [`Error::Invalid`] where none are allowed.
pub(crate) fn jobs(spec: &OpenSpec, options: &RunOptions) -> Result<usize, Error> {
    let jobs = match options.jobs {
        Some(0) => return Err(Error::Invalid("there must be at least one job".to_owned())),
        Some(jobs) => jobs,
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let jobs = jobs.min(usize::try_from(spec.spec.files()).unwrap_or(usize::MAX));
    let Some(allowed) = options.mem else { return Ok(jobs) };
    let per_job = bytes_per_job(spec, options);
    let affordable = allowed.saturating_sub(BASE_BYTES) / per_job.max(1);
    match usize::try_from(affordable).unwrap_or(usize::MAX) {
        0 => Err(Error::TooLittleMemory { needed: BASE_BYTES + per_job, allowed }),
        affordable => Ok(jobs.min(affordable)),
    }
}

/// An upper estimate of the memory of one file in flight, from a sample of its rows.
fn bytes_per_job(spec: &OpenSpec, options: &RunOptions) -> u64 {
    let sample_rows = spec.table.rows().min(BATCH_ROWS);
    let sample = spec.table.batch(0..sample_rows);
    let row_bytes = RecordBatch::get_array_memory_size(&sample) as u64 / sample_rows.max(1) + 1;
    let rows_per_file = spec.spec.rows().div_ceil(spec.spec.files());
    // Numbers may take more room as text than in memory; encoded pages take less.
    let file_bytes = rows_per_file.saturating_mul(match spec.spec.format() {
        FileFormat::Parquet { .. } => row_bytes,
        FileFormat::Csv { .. } => 2 * row_bytes,
    });
    let encoder = match spec.spec.format() {
        // One row group, encoded, and as much again while its pages are put out.
        FileFormat::Parquet { row_group_rows, .. } => {
            2 * row_bytes.saturating_mul(row_group_rows.min(rows_per_file))
        }
        // A block of text, and the window of a compressor.
        FileFormat::Csv { .. } => 4 << 20,
    };
    let between = match options.coordinator {
        CoordinatorKind::PerFile => {
            let lane = PerFile::LANE_BYTES.max(2 * options.chunk_bytes);
            file_bytes.min(lane as u64) + options.chunk_bytes as u64
        }
        CoordinatorKind::SharedMutex => WHOLE_FILES_PER_JOB.saturating_mul(file_bytes),
    };
    let batch = BATCH_ROWS * row_bytes;
    encoder.saturating_add(between).saturating_add(batch)
}
