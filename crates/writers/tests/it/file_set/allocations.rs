//! What a call takes from the allocator, for each of its files.

use std::alloc::System;

use inrush_writers::FileSet;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use super::child::Child;
use super::given::{Folder, assert_all};

/// Counts what all threads allocate, so that a test that asks it runs alone.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn a_file_takes_two_allocations_and_512_bytes_at_most() {
    let name = "a_file_takes_two_allocations_and_512_bytes_at_most";
    if let Some(child) = Child::new(module_path!(), name) {
        return child.passes();
    }
    for n_files in [1_000, 10_000] {
        for workers in [1, 4] {
            let folder = Folder::new();
            let paths = folder.paths(n_files);
            // Retries are on unless they are turned off.
            let set = FileSet::append(&paths).workers(workers);
            let region = Region::new(ALLOCATOR);
            let report = set.write_all(b"message").unwrap();
            let change = region.change();
            assert!(report.is_complete());
            let n_allocations = change.allocations + change.reallocations;
            assert!(n_allocations <= 2 * n_files, "{n_files} files by {workers}: {change:?}");
            assert!(change.bytes_allocated <= 512 * n_files, "{n_files} files: {change:?}");
            assert!(n_allocations > 0, "nothing is counted");
            assert_all(&paths, "message");
        }
    }
}
