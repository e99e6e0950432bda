//! Jobs as a library runs them: shards of them, and what becomes of their manifests.

mod claims;
mod jobs;
mod merging;
mod shards;
