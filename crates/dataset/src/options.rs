//! How to run a job: nothing here changes a byte of the files.

use inrush_writers::{Durability, ObjectStoreOptions};

use crate::{Destination, Shard};

/// How a job is run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunOptions {
    /// Where the files go.
    pub destination: Destination,
    /// The part of the job that this run makes; all of it if absent.
    pub shard: Option<Shard>,
    /// Files in flight; as many as there are processors if absent.
    pub jobs: Option<usize>,
    /// A cap on memory in bytes, kept by lowering `jobs`; none if absent.
    pub mem: Option<u64>,
    /// What stands between generators and sinks.
    pub coordinator: CoordinatorKind,
    /// The size of a chunk in bytes; if absent, 64 KiB for tables and 256 KiB for bytes.
    pub chunk_bytes: Option<usize>,
    /// How far each file is forced to the disk.
    pub durability: Durability,
    /// Whether files go past the page cache, where the folder's file system can do that.
    pub direct: bool,
    /// The size of the parts that an object store is sent; 8 MiB if absent.
    pub part_bytes: Option<usize>,
    /// How many of them may be on their way at once; 16 if absent.
    pub max_in_flight: Option<usize>,
    /// What to do where the folder is not empty.
    pub existing: Existing,
    /// Whether the first failure stops the run.
    pub fail_fast: bool,
}

impl RunOptions {
    /// The defaults: all processors, a pipeline per file, an empty folder.
    pub fn new(destination: Destination) -> Self {
        Self {
            destination,
            shard: None,
            jobs: None,
            mem: None,
            coordinator: CoordinatorKind::PerFile,
            chunk_bytes: None,
            durability: Durability::None,
            direct: false,
            part_bytes: None,
            max_in_flight: None,
            existing: Existing::Refuse,
            fail_fast: false,
        }
    }
}

impl RunOptions {
    /// How an object store is written to.
    pub(crate) fn store(&self) -> ObjectStoreOptions {
        let mut options = ObjectStoreOptions::default();
        if let Some(part_bytes) = self.part_bytes {
            options.part_bytes = part_bytes;
        }
        if let Some(max_in_flight) = self.max_in_flight {
            options.max_in_flight = max_in_flight;
        }
        options
    }
}

/// The coordinators by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoordinatorKind {
    /// A pipeline per file in flight.
    PerFile,
    /// One queue of whole files behind a mutex.
    SharedMutex,
}

/// What to do where the folder holds files already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse to touch it.
    Refuse,
    /// Keep the files that an earlier run of the same specification finished.
    Resume,
    /// Remove what an earlier run wrote, and write anew; other files stay unless they are in the
    /// way. A shard removes what the same shard wrote, and leaves those of others to them.
    Overwrite,
}
