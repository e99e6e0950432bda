//! Shards: the same files as one run, whoever makes them, in whatever order, and however often they
//! are interrupted.

use std::fs;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use inrush_dataset::{
    CancelToken, Codec, Existing, FileFormat, Progress, run, verify, verify_shard,
};

use crate::jobs::{FILES, Place, bytes, csv, marc, same, shard, table};

#[test]
fn any_sharding_merges_to_what_one_run_writes() {
    let zstd = FileFormat::csv().with_codec(Codec::Zstd);
    for spec in [csv(3), table(FileFormat::parquet(), 3), table(zstd, 3), bytes(), marc()] {
        let reference = Place::folder();
        let root = reference.make(&spec, None).root;
        for count in [1, 2, 3, 7, 64] {
            for place in Place::both() {
                // The last first: no order is needed.
                for index in (0..count).rev() {
                    place.make(&spec, Some(shard(index, count)));
                }
                let merge = place.merged();
                assert_eq!((merge.shards, merge.files), (u64::from(count), FILES));
                assert_eq!(merge.root, root);
                same(&place, &reference);
            }
        }
    }
}

#[test]
fn shards_write_to_one_place_at_the_same_time() {
    const SHARDS: u32 = 4;
    for spec in [csv(1), bytes()] {
        let reference = Place::folder();
        reference.make(&spec, None);
        for place in Place::both() {
            let start = Barrier::new(SHARDS as usize);
            thread::scope(|scope| {
                for index in 0..SHARDS {
                    let (place, spec, start) = (&place, &spec, &start);
                    scope.spawn(move || {
                        start.wait();
                        let summary = place.make(spec, Some(shard(index, SHARDS)));
                        assert_eq!(summary.files, (FILES + 3 - u64::from(index)) / 4);
                    });
                }
            });
            place.merged();
            same(&place, &reference);
            let report = verify(&place.destination, None, &CancelToken::default(), &());
            assert!(report.expect("it can be verified").mismatches.is_empty());
        }
    }
}

#[test]
fn a_shard_writes_its_own_files_and_its_own_manifest_only() {
    for place in Place::both() {
        let summary = place.make(&csv(0), Some(shard(1, 4)));
        assert_eq!((summary.files, summary.shard), (3, Some(shard(1, 4))));
        let expected = [
            "_manifest-00001-of-00004.jsonl",
            "seed7-00001-of-00011.csv",
            "seed7-00005-of-00011.csv",
            "seed7-00009-of-00011.csv",
        ];
        assert_eq!(place.names(), expected);
        let lines = place.lines(expected[0]);
        assert_eq!(lines[0]["shard"], serde_json::json!({"index": 1, "count": 4}));
        assert_eq!(lines[4]["files"], 3);
    }
}

#[test]
fn a_shard_without_files_writes_a_complete_manifest_of_none() {
    for place in Place::both() {
        let summary = place.make(&csv(0), Some(shard(20, 32)));
        assert_eq!((summary.files, summary.bytes), (0, 0));
        assert_eq!(place.names(), ["_manifest-00020-of-00032.jsonl"]);
        let lines = place.lines("_manifest-00020-of-00032.jsonl");
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["files"], 0);
        let report =
            verify_shard(&place.destination, shard(20, 32), None, &CancelToken::default(), &());
        assert!(report.expect("it can be verified").mismatches.is_empty());
    }
}

/// Stops the run once so many files are whole.
struct StopAfter {
    cancel: CancelToken,
    left: AtomicU64,
}

impl StopAfter {
    fn files(n_files: u64) -> Self {
        Self { cancel: CancelToken::default(), left: AtomicU64::new(n_files) }
    }
}

impl Progress for StopAfter {
    fn file_ended(&self, _: &str, _: bool) {
        // ORDERING: Relaxed, as the number is all there is to know.
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.cancel.cancel();
        }
    }
}

#[test]
fn a_shard_that_was_stopped_is_resumed_beside_others() {
    let spec = csv(5);
    let reference = Place::folder();
    reference.make(&spec, None);
    for place in Place::both() {
        let mut options = place.options(Some(shard(0, 2)), Existing::Refuse);
        options.jobs = Some(1);
        let stop = StopAfter::files(2);
        let stopped = run(&spec, &options, &stop.cancel, &stop).expect("it is no refusal");
        let done = stopped.files;
        assert!((2..6).contains(&done) && stopped.root.is_none(), "{stopped:?}");
        assert_eq!(stopped.failures.len() as u64, 6 - done);
        place.make(&spec, Some(shard(1, 2)));
        let merge = place.merge().expect("it is no refusal");
        assert_eq!(merge.unfinished.len(), 1, "{:?}", merge.unfinished);
        assert_eq!(place.resume(&spec, Some(shard(0, 2))).resumed, done);
        assert_eq!(place.resume(&spec, Some(shard(1, 2))).resumed, 5);
        place.merged();
        same(&place, &reference);
    }
}

#[test]
fn a_shard_folds_and_removes_its_own_notes_only() {
    let spec = csv(5);
    let reference = Place::folder();
    reference.make(&spec, None);
    for existing in [Existing::Resume, Existing::Overwrite] {
        let place = Place::store();
        place.make_all(&spec, 3);
        place.kill(shard(0, 3));
        place.kill(shard(2, 3));
        let notes = |place: &Place| {
            place.names().into_iter().filter(|name| name.starts_with("_manifest.d/")).count()
        };
        assert_eq!(notes(&place), 7);
        let merge = place.merge().expect("it is no refusal");
        assert_eq!(merge.unfinished.len(), 2, "{:?}", merge.unfinished);
        if existing == Existing::Overwrite {
            // Stopped before its first file: what was noted before is gone all the same.
            let stopped = CancelToken::default();
            stopped.cancel();
            let options = place.options(Some(shard(2, 3)), existing);
            let summary = run(&spec, &options, &stopped, &()).expect("it is no refusal");
            assert_eq!((summary.files, notes(&place)), (0, 4));
        }
        let summary = place.attempt(&spec, Some(shard(2, 3)), existing).expect("no refusal");
        let kept = if existing == Existing::Resume { 3 } else { 0 };
        assert_eq!((summary.files, summary.resumed), (3, kept));
        assert_eq!(notes(&place), 4);
        assert_eq!(place.resume(&spec, Some(shard(0, 3))).resumed, 4);
        place.merged();
        same(&place, &reference);
    }
}

#[test]
fn what_one_run_left_undone_shards_finish() {
    let spec = bytes();
    let reference = Place::folder();
    reference.make(&spec, None);
    for place in Place::both() {
        let mut options = place.options(None, Existing::Refuse);
        options.jobs = Some(1);
        let stop = StopAfter::files(4);
        let stopped = run(&spec, &options, &stop.cancel, &stop).expect("it is no refusal");
        assert!((4..FILES).contains(&stopped.files), "{stopped:?}");
        let merge = place.merge().expect("it is no refusal");
        assert_eq!((merge.shards, merge.unfinished.len(), merge.root), (0, 1, None));
        let kept: u64 =
            (0..3).map(|index| place.resume(&spec, Some(shard(index, 3))).resumed).sum();
        assert_eq!(kept, stopped.files);
        let report = verify(&place.destination, None, &CancelToken::default(), &());
        let error = report.expect_err("what is complete are shards").to_string();
        assert!(error.contains("3 of 3 are there; all are complete"), "{error}");
        place.merged();
        same(&place, &reference);
    }
}

#[test]
fn a_file_that_is_lost_after_merging_is_made_again_by_its_shard() {
    let spec = csv(2);
    let reference = Place::folder();
    reference.make(&spec, None);
    for place in Place::both() {
        place.make_all(&spec, 3);
        place.merged();
        fs::remove_file(place.path.join(place.file(7))).expect("the file is removed");
        let summary = place.resume(&spec, Some(shard(1, 3)));
        assert_eq!((summary.files, summary.resumed), (4, 3));
        assert_eq!(place.merged().shards, 1);
        same(&place, &reference);
    }
}

#[test]
fn a_shard_that_is_overwritten_leaves_the_others_alone() {
    let spec = csv(2);
    let reference = Place::folder();
    reference.make(&spec, None);
    for place in Place::both() {
        place.make_all(&spec, 3);
        let before = place.files();
        let own = place.file(4);
        fs::write(place.path.join(&own), "damaged").expect("the file is damaged");
        place.attempt(&spec, Some(shard(1, 3)), Existing::Overwrite).expect("it is no refusal");
        let after = place.files();
        for (name, content) in &before {
            assert!(name == "_manifest-00001-of-00003.jsonl" || after[name] == *content, "{name}");
        }
        place.merged();
        same(&place, &reference);
    }
}

#[test]
fn all_shards_overwritten_are_another_job() {
    let reference = Place::folder();
    reference.make(&csv(9), None);
    for place in Place::both() {
        let schema = inrush_tables::Schema::builtin("seed7").expect("the schema parses");
        let more = inrush_dataset::TableSpec::new(&schema, 50, 20, FileFormat::csv());
        place.make_all(&more.expect("the spec is valid").into(), 3);
        for index in 0..3 {
            let shard = Some(shard(index, 3));
            place.attempt(&csv(9), shard, Existing::Overwrite).expect("it is no refusal");
        }
        place.merged();
        same(&place, &reference);
    }
}

#[test]
fn unfinished_files_of_other_shards_stay() {
    let place = Place::folder();
    let part = |name: &str| format!(".{name}.inrush-part");
    let theirs =
        [part("seed7-00002-of-00011.csv"), part("_manifest-00002-of-00003.jsonl"), part("else")];
    let ours = [part("seed7-00004-of-00011.csv"), part("_manifest-00001-of-00003.jsonl")];
    for name in theirs.iter().chain(&ours) {
        fs::write(place.path.join(name), "half").expect("the part is written");
    }
    place.make(&csv(0), Some(shard(1, 3)));
    let names = place.names();
    assert!(theirs.iter().all(|name| names.contains(name)), "{names:?}");
    assert!(!ours.iter().any(|name| names.contains(name)), "{names:?}");
}

#[test]
fn a_shard_is_verified_before_and_after_merging() {
    let cancel = CancelToken::default();
    for place in Place::both() {
        place.make_all(&csv(4), 4);
        let verified = |index| {
            let report = verify_shard(&place.destination, shard(index, 4), None, &cancel, &());
            report.expect("it can be verified")
        };
        let bad = place.file(6);
        let path = place.path.join(&bad);
        let mut content = fs::read(&path).expect("the file is there");
        content[20] ^= 1;
        fs::write(&path, content).expect("the file is damaged");
        for merged in [false, true] {
            let (sound, damaged) = (verified(1), verified(2));
            assert_eq!((sound.files, sound.mismatches.len()), (3, 0), "merged: {merged}");
            assert_eq!((damaged.files, damaged.mismatches.len()), (2, 1), "merged: {merged}");
            assert_eq!(damaged.mismatches[0].name, bad);
            if !merged {
                place.merged();
            }
        }
    }
}

#[test]
fn an_unmerged_place_says_what_is_missing() {
    for place in Place::both() {
        for index in [1, 2, 6] {
            place.make(&csv(4), Some(shard(index, 7)));
        }
        let report = verify(&place.destination, None, &CancelToken::default(), &());
        let error = report.expect_err("there is no manifest of the whole").to_string();
        for part in ["not merged", "3 of 7", "shard 0/7: no manifest", "shards 3/7 to 5/7: no"] {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
    }
}
