//! Who is told how a run goes on.

/// Told of progress, from any thread. `()` does not want to know.
pub trait Progress: Sync {
    /// The run begins: so many files and rows are still to be made.
    fn begin(&self, files: u64, rows: u64) {
        let _ = (files, rows);
    }

    /// So many more rows were generated.
    fn rows(&self, rows: u64) {
        let _ = rows;
    }

    /// A file ended.
    fn file_ended(&self, name: &str, whole: bool) {
        let _ = (name, whole);
    }
}

impl Progress for () {}
