//! CSV: rows straight from Arrow's buffers into one block of text at a time.

mod block;
mod cells;
mod numbers;

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::{DataType, SchemaRef, TimeUnit};

use crate::codec::TextWriter;
use crate::format::Encoder;
use block::Block;
use cells::Cells;

/// The text that is handed to the writer at a time: large enough that the call is free, small
/// enough to stay in the first levels of cache.
const BLOCK_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct CsvEncoder<'a> {
    out: TextWriter<'a>,
    block: Block,
}

impl<'a> CsvEncoder<'a> {
    pub(crate) fn new(schema: SchemaRef, out: TextWriter<'a>) -> io::Result<Self> {
        let mut block = Block::new();
        for (i, field) in schema.fields().iter().enumerate() {
            if !is_supported(field.data_type()) {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    format!("CSV has no form for column `{}`: {}", field.name(), field.data_type()),
                ));
            }
            block.reserve(2 * field.name().len() + 3);
            if i > 0 {
                block.byte(b',');
            }
            cells::write_text(&mut block, field.name().as_bytes(), false);
        }
        block.reserve(1);
        block.byte(b'\n');
        Ok(Self { out, block })
    }
}

fn is_supported(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32
            | DataType::UInt64
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal128(_, 0..=38)
            | DataType::Boolean
            | DataType::Date32
            | DataType::Timestamp(TimeUnit::Microsecond, _)
            | DataType::Utf8
    )
}

impl Encoder for CsvEncoder<'_> {
    fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let columns: Vec<Cells<'_>> = batch.columns().iter().map(Cells::new).collect();
        // Cells of fixed size, and a separator each; text asks for its own room.
        let fixed_bytes: usize = columns.iter().map(|column| column.fixed_bytes() + 1).sum();
        for row in 0..batch.num_rows() {
            self.block.reserve(fixed_bytes);
            let mut separator = None;
            for column in &columns {
                if let Some(separator) = separator {
                    self.block.byte(separator);
                }
                separator = Some(b',');
                column.write(row, &mut self.block, fixed_bytes);
            }
            self.block.byte(b'\n');
            if self.block.len() >= BLOCK_BYTES {
                self.out.write_all(self.block.bytes())?;
                self.block.clear();
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.write_all(self.block.bytes())?;
        self.out.finish()
    }
}
