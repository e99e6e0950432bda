//! What must be true of what a library wrote, or read.

use anyhow::{Context, Result, bail, ensure};

use super::book::Book;
use super::library::Library;
use super::mrrc::Mrrc;
use super::ours::Ours;

/// What was written is the books that it was made of, by two libraries that read it.
pub(crate) fn check_written(books: &[Book], bytes: &[u8]) -> Result<()> {
    check_read(&Ours::new(&[])?, books, bytes)?;
    check_read(&Mrrc::new(&[])?, books, bytes)
}

/// What a library reads is the books that the file was made of.
pub(super) fn check_read(library: &dyn Library, books: &[Book], bytes: &[u8]) -> Result<()> {
    let found = library.books(bytes).context("it cannot be read")?;
    ensure!(found.len() == books.len(), "{} of {} records", found.len(), books.len());
    for (i, (found, book)) in found.into_iter().zip(books).enumerate() {
        // `mrrc` keeps fields by tag.
        let (found, book) = (found.sorted(), book.clone().sorted());
        if found != book {
            bail!("record {i} is {found:?}, not {book:?}");
        }
    }
    Ok(())
}
