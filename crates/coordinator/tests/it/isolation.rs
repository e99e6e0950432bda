//! An error or a panic in one file ends that file alone.

use std::fmt::Debug;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use inrush_coordinator::{CancelToken, Coordinator, FileError, Job, Output, PerFile, SharedMutex};
use inrush_writers::{Sink, WriteError};

use crate::script::{How, Order, Plan, Script, Step, per_file, shared_mutex};

const CHUNK_BYTES: usize = 7;
/// Many chunks, and not a whole number of them.
const BYTES: usize = 45;

/// Runs `bad` among good files, on its own, over and over on the same workers, and before a good
/// file on the same worker.
fn check(coordinator: &(impl Coordinator + Debug), order: Order, bad: &Plan) {
    let good = Plan::new(BYTES, 10);
    let among = [&good, &good, bad, &good, bad, bad, &good, &good];
    Script::new(among.map(Plan::clone).to_vec()).run_and_check(coordinator, order);
    Script::new(vec![bad.clone(); 9]).run_and_check(coordinator, order);
}

/// Every way in which a file can fail.
fn bad_plans() -> Vec<Plan> {
    let plan = Plan::new(BYTES, 10);
    let mut plans = Vec::new();
    for how in [How::Error, How::Panic] {
        plans.push(plan.clone().with(Step::Open, how));
        plans.push(plan.clone().with(Step::Finish, how));
        plans.extend((0..=BYTES).map(|byte| plan.clone().with(Step::Generate(byte), how)));
        plans.extend((0..BYTES).map(|byte| plan.clone().with(Step::Write(byte), how)));
    }
    plans
}

macro_rules! isolation {
    ($($name:ident: $coordinators:expr;)*) => {
        $(
            mod $name {
                use super::*;

                #[test]
                fn a_fault_anywhere_ends_its_file_alone() {
                    for bad in bad_plans() {
                        $coordinators(&mut |coordinator, order| check(coordinator, order, &bad));
                    }
                }

                #[test]
                fn a_sink_that_fails_to_abort_changes_nothing() {
                    for how in [How::Error, How::Panic] {
                        for bad in bad_plans().into_iter().step_by(5) {
                            let bad = bad.with(Step::Abort, how);
                            $coordinators(&mut |coordinator, order| {
                                check(coordinator, order, &bad);
                            });
                        }
                    }
                }

                #[test]
                fn a_generator_that_passes_over_errors_does_not_make_a_file_whole() {
                    for mut bad in bad_plans().into_iter().step_by(3) {
                        bad.stubborn = true;
                        $coordinators(&mut |coordinator, order| check(coordinator, order, &bad));
                    }
                }

                #[test]
                fn the_first_of_two_faults_is_the_one_reported() {
                    for write in (0..BYTES).step_by(4) {
                        for generate in (0..=BYTES).step_by(3) {
                            let bad = Plan::new(BYTES, 10)
                                .with(Step::Write(write), How::Error)
                                .with(Step::Generate(generate), How::Panic);
                            $coordinators(&mut |coordinator, order| {
                                check(coordinator, order, &bad);
                            });
                        }
                    }
                }

                #[test]
                fn a_panic_in_ended_is_passed_on_once_all_files_are_made() {
                    $coordinators(&mut |coordinator, _| {
                        let mut job = Script::new(vec![Plan::new(BYTES, 10); 9]);
                        job.ended_panics = true;
                        let ended = catch_unwind(AssertUnwindSafe(|| job.run(coordinator)));
                        assert!(ended.is_err());
                        assert_eq!(job.told().len(), 9);
                    });
                }
            }
        )*
    };
}

type CheckPerFile<'a> = &'a mut dyn FnMut(&PerFile, Order);

/// A few of the settings, as there are many faults: with and without a hand-over, and one in the
/// middle of the file; each lane at its smallest and with room for the whole file.
fn some_per_file(check: CheckPerFile<'_>) {
    for (jobs, lane_bytes, direct_bytes) in
        [(1, 0, 0), (1, 1000, 0), (1, 0, 14), (2, 1000, 14), (2, 0, 0), (3, 0, u64::MAX)]
    {
        let coordinator = PerFile::new(jobs)
            .chunk_bytes(CHUNK_BYTES)
            .lane_bytes(lane_bytes)
            .direct_bytes(direct_bytes);
        check(&coordinator, Order::Chunks(CHUNK_BYTES));
    }
}

fn some_shared_mutex(check: &mut dyn FnMut(&SharedMutex, Order)) {
    shared_mutex(CHUNK_BYTES, check);
}

isolation! {
    a_pipeline_per_file: some_per_file;
    a_shared_mutex: some_shared_mutex;
}

#[test]
fn every_setting_survives_a_job_of_all_faults_at_once() {
    let good = Plan::new(BYTES, 10);
    let plans: Vec<_> = bad_plans().into_iter().flat_map(|bad| [bad, good.clone()]).collect();
    per_file(CHUNK_BYTES, |coordinator, order| {
        Script::new(plans.clone()).run_and_check(coordinator, order);
    });
    shared_mutex(CHUNK_BYTES, |coordinator, order| {
        Script::new(plans.clone()).run_and_check(coordinator, order);
    });
}

/// Generators that write while they unwind, as an encoder does that ends its stream when it is
/// dropped.
struct Unwinding(Script);

struct Trailer<'a>(&'a mut dyn Output);

impl Drop for Trailer<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = self.0.write_all(&[0; 100]);
        }
    }
}

impl Job for Unwinding {
    fn n_files(&self) -> usize {
        self.0.n_files()
    }

    fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError> {
        self.0.sink(file)
    }

    fn generate(&self, file: usize, out: &mut dyn Output) -> io::Result<()> {
        let trailer = Trailer(out);
        self.0.generate(file, trailer.0)
    }
}

#[test]
fn a_generator_that_writes_while_it_unwinds_does_not_end_the_process() {
    let good = Plan::new(BYTES, 10);
    let sink = good.clone().with(Step::Write(20), How::Panic);
    let generator = good.clone().with(Step::Generate(20), How::Panic);
    let both = generator.clone().with(Step::Write(25), How::Panic);
    let plans = [sink, generator, both, good];
    let check = |coordinator: &dyn Coordinator| {
        let job = Unwinding(Script::new(plans.to_vec()));
        let report = coordinator.run(&job, &CancelToken::default());
        let results: Vec<_> = report.outcomes.iter().map(|outcome| &outcome.result).collect();
        for result in &results[..3] {
            assert!(matches!(result, Err(FileError::Panicked(_))), "{result:?}");
        }
        assert!(results[3].is_ok());
    };
    some_per_file(&mut |coordinator, _| check(coordinator));
    some_shared_mutex(&mut |coordinator, _| check(coordinator));
}
