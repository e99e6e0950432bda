//! What one run has to do with a job: the files that are its own, and the names that are not.

use crate::Shard;
use crate::manifest::{Header, MANIFEST_NAME};
use crate::spec::OpenSpec;

/// The part of a job that one run makes: all files, or those of a shard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share<'a> {
    pub(crate) spec: &'a OpenSpec,
    pub(crate) shard: Option<Shard>,
}

/// Whose a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A file of this run.
    Ours,
    /// A file of another shard.
    Theirs,
    /// No file of the job.
    Nobody,
}

impl<'a> Share<'a> {
    pub(crate) fn new(spec: &'a OpenSpec, shard: Option<Shard>) -> Self {
        Self { spec, shard }
    }

    /// The indexes of its files, in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = u64> {
        let all = Shard::owner(0, 1);
        self.shard.unwrap_or(all).files(self.spec.source.n_files())
    }

    /// How many files it has.
    pub(crate) fn n_files(&self) -> u64 {
        let all = self.spec.source.n_files();
        self.shard.map_or(all, |shard| shard.n_files(all))
    }

    /// Whose the file `name` is.
    pub(crate) fn owner(&self, name: &str) -> Owner {
        match self.spec.source.file_of(name) {
            None => Owner::Nobody,
            Some(file) if self.shard.is_none_or(|shard| shard.owns(file)) => Owner::Ours,
            Some(_) => Owner::Theirs,
        }
    }

    /// The name of its manifest.
    pub(crate) fn manifest_name(&self) -> String {
        self.shard.map_or_else(|| MANIFEST_NAME.to_owned(), Shard::manifest_name)
    }

    /// The first line of its manifest.
    pub(crate) fn header(&self) -> Header {
        Header::new(&self.spec.spec, self.shard)
    }
}
