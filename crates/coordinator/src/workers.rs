//! Threads that take files one after another.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::guard::Teller;
use crate::{CancelToken, Job, Outcome, Report, Stalls};

/// Runs `make` for every file of `job` on up to `n_workers` threads; a single one is the calling
/// thread.
///
/// `worker` is called once per thread, and what it returns is that thread's own state. Where the
/// system refuses a thread, the others do its share.
pub(crate) fn run<S>(
    job: &dyn Job,
    cancel: &CancelToken,
    n_workers: usize,
    worker: impl Fn() -> S + Sync,
    make: impl Fn(&mut S, usize) -> Option<Outcome> + Sync,
    stalls: impl Fn(S) -> Stalls + Sync,
) -> Report {
    let next = AtomicUsize::new(0);
    let report = Mutex::new(Report::default());
    let work = || {
        let mut state = worker();
        let mut teller = Teller::new(job);
        while !cancel.is_cancelled() {
            // ORDERING: Relaxed, as the counter hands out indexes and guards no other data.
            let file = next.fetch_add(1, Ordering::Relaxed);
            if file >= job.n_files() {
                break;
            }
            if let Some(outcome) = make(&mut state, file) {
                teller.tell(outcome);
            }
        }
        let stalls = stalls(state);
        let mut outcomes = teller.into_outcomes();
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        report.outcomes.append(&mut outcomes);
        report.stalls += stalls;
    };
    let n_workers = n_workers.min(job.n_files()).max(1);
    thread::scope(|scope| {
        // Where there are several, the calling thread waits: a kernel that sees it work on may keep
        // a new thread on its processor for as long as a small job takes.
        let mut n_started = 0;
        let n_threads = if n_workers > 1 { n_workers } else { 0 };
        for i in 0..n_threads {
            let builder = thread::Builder::new().name(format!("inrush-generate-{i}"));
            if builder.spawn_scoped(scope, work).is_err() {
                break;
            }
            n_started += 1;
        }
        if n_started == 0 {
            work();
        }
    });
    let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.outcomes.sort_by_key(|outcome| outcome.file);
    report
}
