//! Who is told how a run goes on.

/// Told of progress, from any thread. `()` does not want to know.
pub trait Progress: Sync {
    /// The run begins: so many files and so much work are still to be done.
    fn begin(&self, files: u64, work: Work) {
        let _ = (files, work);
    }

    /// So many more rows or bytes, as [`Work`] counts, were generated.
    fn advance(&self, amount: u64) {
        let _ = amount;
    }

    /// A file ended.
    fn file_ended(&self, name: &str, whole: bool) {
        let _ = (name, whole);
    }
}

/// What a run has to do, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Work {
    /// Rows of tables.
    Rows(u64),
    /// Bytes.
    Bytes(u64),
}

impl Progress for () {}
