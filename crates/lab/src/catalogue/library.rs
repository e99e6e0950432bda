//! What a library can do with records.

use anyhow::Result;

use super::book::Book;

/// A library, with some books in the form of its own records.
pub(super) trait Library {
    /// Writes the records that are built.
    fn write(&self, out: &mut Vec<u8>) -> Result<()>;

    /// Builds a record of each book and writes it.
    fn build(&self, books: &[Book], out: &mut Vec<u8>) -> Result<()>;

    /// Reads records one after the other, keeps none, and returns how many fields they have.
    fn read(&self, bytes: &[u8]) -> Result<u64>;

    /// Reads all records into memory, and returns how many fields they have.
    fn keep(&self, bytes: &[u8]) -> Result<u64>;

    /// The books that it reads.
    fn books(&self, bytes: &[u8]) -> Result<Vec<Book>>;
}
