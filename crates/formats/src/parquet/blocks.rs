//! Rows cut anew, so that the writer sees the same cuts however the batches were cut.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use parquet::errors::ParquetError;

/// Batches of any size in, blocks of one size out; only the last block may be shorter.
///
/// A block inside one batch is a slice of it; only rows that end one batch and begin the next are
/// copied. The batch of rows that wait for their block stays in memory until the next one comes.
#[derive(Debug)]
pub(super) struct Blocks {
    schema: SchemaRef,
    block_rows: usize,
    /// The rows of the block under way, fewer than `block_rows`.
    waiting: Vec<RecordBatch>,
    n_waiting: usize,
}

impl Blocks {
    pub(super) fn new(schema: SchemaRef, block_rows: usize) -> Self {
        Self { schema, block_rows, waiting: Vec::new(), n_waiting: 0 }
    }

    /// Hands `batch` on to `write`, block by block.
    pub(super) fn push(
        &mut self,
        batch: &RecordBatch,
        mut write: impl FnMut(&RecordBatch) -> Result<(), ParquetError>,
    ) -> Result<(), ParquetError> {
        let mut start = 0;
        while start < batch.num_rows() {
            let n_rows = (self.block_rows - self.n_waiting).min(batch.num_rows() - start);
            let part = batch.slice(start, n_rows);
            start += n_rows;
            if n_rows == self.block_rows {
                write(&part)?;
                continue;
            }
            self.waiting.push(part);
            self.n_waiting += n_rows;
            if self.n_waiting == self.block_rows {
                self.finish(&mut write)?;
            }
        }
        Ok(())
    }

    /// Hands on the rows that wait, if there are any.
    pub(super) fn finish(
        &mut self,
        mut write: impl FnMut(&RecordBatch) -> Result<(), ParquetError>,
    ) -> Result<(), ParquetError> {
        if self.n_waiting == 0 {
            return Ok(());
        }
        let block = concat_batches(&self.schema, &self.waiting)?;
        self.waiting.clear();
        self.n_waiting = 0;
        write(&block)
    }
}
