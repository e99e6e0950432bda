//! The rows of a table: born as Arrow batches, dressed by an encoder.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use inrush_coordinator::{Output, PerFile};
use inrush_formats::{Format, parquet_rows};
use inrush_tables::Table;

use super::{Source, WHOLE_FILES_PER_JOB};
use crate::{CoordinatorKind, FileFormat, Progress, RunOptions, TableSpec};

/// Rows that are generated at a time: their columns stay in the first levels of cache.
const BATCH_ROWS: u64 = 1024;

/// A table that is ready to generate.
#[derive(Debug)]
pub(crate) struct TableSource {
    spec: TableSpec,
    table: Table,
    format: Format,
}

impl TableSource {
    pub(crate) fn new(spec: TableSpec, table: Table, format: Format) -> Self {
        Self { spec, table, format }
    }
}

impl Source for TableSource {
    fn n_files(&self) -> u64 {
        self.spec.files()
    }

    fn stem(&self) -> &str {
        self.spec.table()
    }

    fn extension(&self) -> &'static str {
        self.format.extension()
    }

    fn rows(&self, file: u64) -> u64 {
        let rows = self.spec.rows_of(file);
        rows.end - rows.start
    }

    fn known_bytes(&self, _file: u64) -> Option<u64> {
        None
    }

    fn generate(&self, file: u64, out: &mut dyn Output, progress: &dyn Progress) -> io::Result<()> {
        let mut encoder = self.format.encoder(Arc::clone(&self.table.arrow_schema()), out)?;
        let Range { mut start, end } = self.spec.rows_of(file);
        while start < end {
            let next = (start + BATCH_ROWS).min(end);
            encoder.write(&self.table.batch(start..next))?;
            progress.advance(next - start);
            start = next;
        }
        encoder.finish()
    }

    fn is_fast(&self) -> bool {
        false
    }

    fn bytes_per_job(&self, options: &RunOptions) -> u64 {
        let sample_rows = self.table.rows().min(BATCH_ROWS);
        let sample = self.table.batch(0..sample_rows);
        let row_bytes = RecordBatch::get_array_memory_size(&sample) as u64 / sample_rows.max(1) + 1;
        let rows_per_file = self.spec.rows().div_ceil(self.spec.files());
        // Numbers may take more room as text than in memory; encoded pages take less.
        let file_bytes = rows_per_file.saturating_mul(match self.spec.format() {
            FileFormat::Parquet { .. } => row_bytes,
            FileFormat::Csv { .. } => 2 * row_bytes,
        });
        let encoder = match self.spec.format() {
            // One row group, encoded, and as much again while its pages are put out.
            FileFormat::Parquet { row_group_rows, .. } => {
                2 * row_bytes.saturating_mul(row_group_rows.min(rows_per_file))
            }
            // A block of text, and the window of a compressor.
            FileFormat::Csv { .. } => 4 << 20,
        };
        let between = match options.coordinator {
            CoordinatorKind::PerFile => {
                let chunk = options.chunk_bytes.unwrap_or(self.default_chunk_bytes());
                let lane = PerFile::LANE_BYTES.max(2 * chunk);
                file_bytes.min(lane as u64) + chunk as u64
            }
            CoordinatorKind::SharedMutex => WHOLE_FILES_PER_JOB.saturating_mul(file_bytes),
        };
        let batch = BATCH_ROWS * row_bytes;
        encoder.saturating_add(between).saturating_add(batch)
    }

    fn check(&self, file: u64, path: &Path) -> Result<(), String> {
        if let FileFormat::Parquet { .. } = self.spec.format() {
            let stated = parquet_rows(path).map_err(|error| error.to_string())?;
            let rows = self.rows(file);
            if stated != rows {
                return Err(format!("the footer states {stated} rows, the plan {rows}"));
            }
        }
        Ok(())
    }

    fn hint(&self, _file: u64, _path: &Path) -> Option<String> {
        None
    }
}
