//! Random jobs on random coordinators end as one obvious loop would end them.

use inrush_coordinator::{PerFile, SharedMutex};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::script::{End, How, Order, Plan, Script, Step};

fn how() -> impl Strategy<Value = How> {
    prop_oneof![Just(How::Error), Just(How::Panic)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Open),
        3 => (0..300_usize).prop_map(Step::Generate),
        3 => (0..300_usize).prop_map(Step::Write),
        1 => Just(Step::Finish),
        1 => Just(Step::Abort),
    ]
}

prop_compose! {
    fn plan()(
        bytes in 0..300_usize,
        write_bytes in 1..100_usize,
        faults in prop_oneof![Just(Vec::new()), vec((step(), how()), 0..4)],
        stubborn in any::<bool>(),
    ) -> Plan {
        Plan { bytes, write_bytes, faults, stubborn }
    }
}

prop_compose! {
    fn per_file()(
        jobs in 0..9_usize,
        chunk_bytes in 1..100_usize,
        lane_bytes in 0..400_usize,
        direct_bytes in prop_oneof![Just(0), 0..400_u64, Just(u64::MAX)],
    ) -> (PerFile, Order) {
        let coordinator = PerFile::new(jobs)
            .chunk_bytes(chunk_bytes)
            .lane_bytes(lane_bytes)
            .direct_bytes(direct_bytes);
        (coordinator, Order::Chunks(chunk_bytes))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_pipeline_per_file_is_the_obvious_loop(
        plans in vec(plan(), 0..20),
        (coordinator, order) in per_file(),
    ) {
        Script::new(plans).run_and_check(&coordinator, order);
    }

    #[test]
    fn a_shared_mutex_is_the_obvious_loop(
        plans in vec(plan(), 0..20),
        jobs in 0..9_usize,
        chunk_bytes in 0..100_usize,
    ) {
        let coordinator = SharedMutex::new(jobs).chunk_bytes(chunk_bytes);
        Script::new(plans).run_and_check(&coordinator, Order::WholeFiles);
    }

    #[test]
    fn a_stop_anywhere_leaves_whole_files_and_reasons(
        mut plans in vec(plan(), 1..20),
        stops in vec((any::<prop::sample::Index>(), step()), 1..3),
        (coordinator, order) in per_file(),
        shared in any::<bool>(),
    ) {
        for (file, step) in stops {
            let plan = file.get_mut(&mut plans);
            if plan.faults.iter().all(|(at, _)| *at != step) {
                plan.faults.push((step, How::CancelToken));
            }
        }
        let job = Script::new(plans.clone());
        let (ends, order) = if shared {
            (job.check(&job.run(&SharedMutex::new(3).chunk_bytes(9))), Order::WholeFiles)
        } else {
            (job.check(&job.run(&coordinator)), order)
        };
        for (file, end) in ends {
            let expected = plans[file].expected(file, order);
            // A generator that passes over the stop may come to a fault of its own instead.
            let may_differ = end == End::Cancelled || plans[file].stubborn && end != End::Whole;
            prop_assert!(may_differ || end == expected, "file {file}: {end:?}");
        }
        // A stop that nobody came to stops nothing.
        prop_assert!(job.cancel.is_cancelled() || job.told().len() == plans.len());
    }
}
