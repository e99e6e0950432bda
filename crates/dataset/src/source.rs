//! What makes the bytes of files: one source for each kind of job.

mod bytes;
mod marc;
mod table;

use std::fmt::Debug;
use std::io;
use std::path::Path;

use inrush_coordinator::{Output, PerFile};

use crate::{Progress, RunOptions};

pub(crate) use bytes::BytesSource;
pub(crate) use marc::MarcSource;
pub(crate) use table::TableSource;

/// The longest beginning of a file name: with its number, its ending and the mark of a temporary
/// file it stays below the 255 bytes that file systems allow.
const MAX_STEM_BYTES: usize = 150;

/// Whole files that the baseline holds for each job: one being generated, which may have grown to
/// twice its size, one queued and one being written.
const WHOLE_FILES_PER_JOB: u64 = 4;

/// A generator of files, each a pure function of its index.
pub(crate) trait Source: Debug + Sync {
    /// How many files there are.
    fn n_files(&self) -> u64;

    /// What the names of files begin with.
    fn stem(&self) -> &str;

    /// What they end with, behind a dot.
    fn extension(&self) -> &'static str;

    /// The rows of a file; none where it has no rows.
    fn rows(&self, file: u64) -> u64;

    /// The length of a file, where it is known before it is made.
    fn known_bytes(&self, file: u64) -> Option<u64>;

    /// Writes all bytes of a file.
    fn generate(&self, file: u64, out: &mut dyn Output, progress: &dyn Progress) -> io::Result<()>;

    /// The size of a chunk unless told otherwise.
    fn default_chunk_bytes(&self) -> usize {
        PerFile::CHUNK_BYTES
    }

    /// Whether making a chunk costs so little beside writing it that a second thread per file
    /// would have nothing to gain.
    fn is_fast(&self) -> bool;

    /// An upper estimate of the memory of one file in flight.
    fn bytes_per_job(&self, options: &RunOptions) -> u64;

    /// What a file at `path` says of itself that its bytes do not.
    fn check(&self, file: u64, path: &Path) -> Result<(), String>;

    /// What else there is to say of a file whose bytes are wrong.
    fn hint(&self, file: u64, path: &Path) -> Option<String>;

    /// The name of a file: `orders-00003-of-00010.parquet`.
    fn file_name(&self, file: u64) -> String {
        let replace = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' };
        let mut stem: String = self.stem().chars().map(replace).collect();
        stem.truncate(stem.floor_char_boundary(MAX_STEM_BYTES));
        format!("{stem}-{file:05}-of-{:05}.{}", self.n_files(), self.extension())
    }

    /// The file that has this name.
    fn file_of(&self, name: &str) -> Option<u64> {
        let (head, _) = name.rsplit_once("-of-")?;
        let (_, number) = head.rsplit_once('-')?;
        let file = number.parse().ok().filter(|&file| file < self.n_files())?;
        (self.file_name(file) == name).then_some(file)
    }
}
