//! What the encoder of every format does.

use std::io;

use arrow_array::RecordBatch;

/// Turns batches into the bytes of one file.
pub trait Encoder {
    /// Encodes the rows of `batch`, which has the schema the encoder was made for.
    ///
    /// # Errors
    /// What the writer underneath returned; the file is then unusable.
    fn write(&mut self, batch: &RecordBatch) -> io::Result<()>;

    /// Writes what is still held, and the end of the file.
    ///
    /// # Errors
    /// As for [`write`](Self::write). Dropping an encoder instead leaves a file without an end.
    fn finish(self: Box<Self>) -> io::Result<()>;
}
