//! One suite for every coordinator: the same bytes as the obvious loop, and one outcome a file.

use inrush_coordinator::{CancelToken, Coordinator, PerFile, SharedMutex};

use crate::script::{Order, Plan, Script, per_file, shared_mutex};

/// Files of every size around a chunk.
fn around(chunk_bytes: usize, write_bytes: usize) -> Vec<Plan> {
    let many = 5 * chunk_bytes;
    [0, 1, chunk_bytes - 1, chunk_bytes, chunk_bytes + 1, 2 * chunk_bytes, many, many + 3]
        .map(|bytes| Plan::new(bytes, write_bytes))
        .to_vec()
}

macro_rules! conformance {
    ($($name:ident: $each:ident;)*) => {
        $(
            mod $name {
                use super::*;

                #[test]
                fn chunks_of_one_byte_make_the_same_files() {
                    $each(1, |coordinator, order| {
                        for write_bytes in [1, 2, 100] {
                            Script::new(around(1, write_bytes)).run_and_check(coordinator, order);
                        }
                    });
                }

                #[test]
                fn chunks_that_cut_across_writes_make_the_same_files() {
                    $each(7, |coordinator, order| {
                        for write_bytes in [1, 2, 3, 7, 8, 15, 1000] {
                            Script::new(around(7, write_bytes)).run_and_check(coordinator, order);
                        }
                    });
                }

                #[test]
                fn chunks_of_the_default_size_make_the_same_files() {
                    let chunk_bytes = PerFile::CHUNK_BYTES;
                    $each(chunk_bytes, |coordinator, order| {
                        for write_bytes in [997, 1 << 20] {
                            let plans = around(chunk_bytes, write_bytes);
                            Script::new(plans).run_and_check(coordinator, order);
                        }
                    });
                }

                #[test]
                fn no_files_are_a_run_without_outcomes() {
                    $each(7, |coordinator, order| {
                        Script::new(Vec::new()).run_and_check(coordinator, order);
                    });
                }

                #[test]
                fn fewer_files_than_jobs_are_all_made() {
                    $each(7, |coordinator, order| {
                        for n_files in 1..=3 {
                            let plans = vec![Plan::new(100, 10); n_files];
                            Script::new(plans).run_and_check(coordinator, order);
                        }
                    });
                }

                #[test]
                fn many_files_have_one_outcome_each() {
                    $each(7, |coordinator, order| {
                        let plans = (0..100).map(|i| Plan::new(i % 40, 10)).collect();
                        Script::new(plans).run_and_check(coordinator, order);
                    });
                }

                #[test]
                fn a_coordinator_can_run_again() {
                    $each(7, |coordinator, order| {
                        for _ in 0..3 {
                            Script::new(around(7, 5)).run_and_check(coordinator, order);
                        }
                    });
                }
            }
        )*
    };
}

conformance! {
    a_pipeline_per_file: per_file;
    a_shared_mutex: shared_mutex;
}

#[test]
fn nothing_is_taken_for_one() {
    let per_file = PerFile::new(0).chunk_bytes(0).lane_bytes(0).direct_bytes(0);
    Script::new(around(7, 5)).run_and_check(&per_file, Order::Chunks(1));
    let shared_mutex = SharedMutex::new(0).chunk_bytes(0);
    Script::new(around(7, 5)).run_and_check(&shared_mutex, Order::WholeFiles);
}

#[test]
fn small_files_are_written_by_the_thread_that_generates_them() {
    // One job runs on the calling thread alone, so only a hand-over would bring another in.
    let this = std::thread::current().id();
    let job = Threads::new(1000);
    PerFile::new(1).chunk_bytes(100).direct_bytes(1000).run(&job, &CancelToken::default());
    assert!(job.seen().iter().all(|thread| *thread == this));
    PerFile::new(1).chunk_bytes(100).direct_bytes(500).run(&job, &CancelToken::default());
    assert!(job.seen().iter().any(|thread| *thread != this));
}

use threads::Threads;

mod threads {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};
    use std::thread::{self, ThreadId};

    use inrush_coordinator::{Job, Output};
    use inrush_writers::{Sink, Stream, WriteError};

    /// One file, and the threads that wrote it.
    pub(super) struct Threads {
        bytes: usize,
        seen: Seen,
    }

    #[derive(Clone, Default)]
    struct Seen(Arc<Mutex<Vec<ThreadId>>>);

    impl Threads {
        pub(super) fn new(bytes: usize) -> Self {
            Self { bytes, seen: Seen::default() }
        }

        pub(super) fn seen(&self) -> Vec<ThreadId> {
            self.seen.0.lock().unwrap().clone()
        }
    }

    impl Write for Seen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(thread::current().id());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Job for Threads {
        fn n_files(&self) -> usize {
            1
        }

        fn sink(&self, _: usize) -> Result<Box<dyn Sink>, WriteError> {
            Ok(Box::new(Stream::new("threads", self.seen.clone())))
        }

        fn generate(&self, _: usize, out: &mut dyn Output) -> io::Result<()> {
            out.write_all(&vec![0; self.bytes])
        }
    }
}
