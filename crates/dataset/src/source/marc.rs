//! Catalogue records, encoded into a block that the chunks are cut from.

use std::io;
use std::ops::Range;
use std::path::Path;

use inrush_coordinator::{Output, PerFile};
use inrush_marc::Generator;

use super::{Source, WHOLE_FILES_PER_JOB};
use crate::{CoordinatorKind, MarcSpec, Progress, RunOptions};

/// Bytes that are encoded before they are handed on: they stay in the first levels of cache.
const BLOCK_BYTES: usize = 32 << 10;

/// More than the mean length of a record, for an estimate of memory.
const RECORD_BYTES: u64 = 1_000;

/// The memory of a thread beside its chunks: words, the record at hand, its block.
const THREAD_BYTES: u64 = 256 << 10;

/// Records that are ready to be generated.
#[derive(Debug)]
pub(crate) struct MarcSource {
    spec: MarcSpec,
    seed: u64,
}

impl MarcSource {
    pub(crate) fn new(spec: MarcSpec, seed: u64) -> Self {
        Self { spec, seed }
    }
}

impl Source for MarcSource {
    fn n_files(&self) -> u64 {
        self.spec.files()
    }

    fn stem(&self) -> &str {
        "marc"
    }

    fn extension(&self) -> &'static str {
        "mrc"
    }

    fn rows(&self, file: u64) -> u64 {
        let records = self.spec.records_of(file);
        records.end - records.start
    }

    fn known_bytes(&self, _file: u64) -> Option<u64> {
        None
    }

    fn generate(&self, file: u64, out: &mut dyn Output, progress: &dyn Progress) -> io::Result<()> {
        let mut generator = Generator::new(self.seed);
        let mut block = Vec::new();
        let Range { start, end } = self.spec.records_of(file);
        let mut first = start;
        for index in start..end {
            let record = generator.record(index);
            record.encode(&mut block).map_err(io::Error::other)?;
            if block.len() >= BLOCK_BYTES || index + 1 == end {
                out.write_all(&block)?;
                block.clear();
                progress.advance(index + 1 - first);
                first = index + 1;
            }
        }
        Ok(())
    }

    fn is_fast(&self) -> bool {
        false
    }

    fn bytes_per_job(&self, options: &RunOptions) -> u64 {
        let file_bytes =
            RECORD_BYTES.saturating_mul(self.spec.records().div_ceil(self.spec.files()));
        match options.coordinator {
            CoordinatorKind::PerFile => {
                let chunk = options.chunk_bytes.unwrap_or(self.default_chunk_bytes());
                let lane = PerFile::LANE_BYTES.max(2 * chunk) as u64;
                file_bytes.min(lane) + chunk as u64 + THREAD_BYTES
            }
            CoordinatorKind::SharedMutex => WHOLE_FILES_PER_JOB.saturating_mul(file_bytes),
        }
    }

    fn check(&self, _file: u64, _path: &Path) -> Result<(), String> {
        Ok(())
    }

    fn hint(&self, _file: u64, _path: &Path) -> Option<String> {
        None
    }
}
