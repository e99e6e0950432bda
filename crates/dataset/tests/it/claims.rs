//! What a shard refuses to write beside, and what keeps others away while it writes.

use std::fs;

use inrush_dataset::{Error, Existing};

use crate::jobs::{Place, bytes, csv, shard};

use Existing::{Overwrite, Refuse, Resume};

#[track_caller]
fn refused(place: &Place, existing: Existing, parts: &[&str]) -> Error {
    let before = place.files();
    let result = place.attempt(&csv(0), Some(shard(1, 3)), existing);
    let error = result.expect_err("the shard is refused");
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is not in: {error}");
    }
    assert!(before == place.files(), "something was changed");
    error
}

#[test]
fn a_whole_of_another_job_is_never_written_into() {
    for spec in [csv(7), bytes()] {
        for place in Place::both() {
            place.make(&spec, None);
            let differs = if spec == csv(7) { "seed (7 there, 0 here)" } else { "job" };
            for existing in [Refuse, Resume, Overwrite] {
                let error = refused(&place, existing, &["_manifest.jsonl", "differs in", differs]);
                assert!(matches!(error, Error::OtherJob { .. }), "{error:?}");
            }
        }
    }
}

#[test]
fn a_shard_of_another_job_is_refused_unless_it_may_be_overwritten_too() {
    for place in Place::both() {
        place.make(&csv(7), Some(shard(2, 3)));
        for existing in [Refuse, Resume] {
            let parts = ["_manifest-00002-of-00003.jsonl", "seed (7 there, 0 here)"];
            refused(&place, existing, &parts);
        }
        place.attempt(&csv(0), Some(shard(1, 3)), Overwrite).expect("it is no refusal");
        place.attempt(&csv(0), Some(shard(0, 3)), Overwrite).expect("it is no refusal");
        // The one that was left is found at the latest by the merge.
        let error = place.merge().expect_err("one is of another job").to_string();
        assert!(error.contains("00002-of-00003") && error.contains("seed (7 there"), "{error}");
    }
}

#[test]
fn shards_of_another_number_are_refused() {
    for place in Place::both() {
        place.make(&csv(0), Some(shard(1, 4)));
        for existing in [Refuse, Resume, Overwrite] {
            let error = refused(&place, existing, &["shard 1/4", "one of 3"]);
            assert!(matches!(error, Error::OtherSharding { .. }), "{error:?}");
        }
    }
}

#[test]
fn a_shard_that_was_made_is_refused_unless_told_what_to_do() {
    for place in Place::both() {
        place.make(&csv(0), Some(shard(1, 3)));
        refused(&place, Refuse, &["is not empty", "_manifest-00001-of-00003.jsonl"]);
        place.make(&csv(0), Some(shard(0, 3)));
        place.make(&csv(0), Some(shard(2, 3)));
        place.merged();
        refused(&place, Refuse, &["is not empty", "_manifest.jsonl"]);
    }
}

#[test]
fn its_own_manifest_of_another_job_is_not_resumed() {
    for place in Place::both() {
        place.make(&csv(7), Some(shard(1, 3)));
        refused(&place, Resume, &["00001-of-00003", "seed (7 there, 0 here)"]);
    }
}

#[test]
fn data_of_somebody_else_is_refused() {
    for place in Place::both() {
        fs::write(place.path.join("precious.txt"), "mine").expect("the file is written");
        refused(&place, Refuse, &["not empty", "precious.txt"]);
        refused(&place, Resume, &["no manifest", "precious.txt"]);
        place.attempt(&csv(0), Some(shard(1, 3)), Overwrite).expect("it is no refusal");
        let kept = fs::read_to_string(place.path.join("precious.txt"));
        assert_eq!(kept.expect("it is there"), "mine");
    }
}

#[test]
fn files_of_ours_that_no_manifest_names_are_refused_and_those_of_others_are_not() {
    for place in Place::both() {
        let name = "seed7-00004-of-00011.csv";
        fs::write(place.path.join(name), "whose?").expect("the file is written");
        refused(&place, Refuse, &["not empty", name]);
        refused(&place, Resume, &["no manifest", name]);
        place.make(&csv(0), Some(shard(0, 3)));
        // Now it is known to be a place of the job.
        place.resume(&csv(0), Some(shard(1, 3)));
    }
}

#[test]
fn a_manifest_under_the_name_of_another_shard_is_refused() {
    for place in Place::both() {
        place.make(&csv(0), Some(shard(0, 3)));
        let path = |shard: &str| place.path.join(format!("_manifest-{shard}-of-00003.jsonl"));
        fs::rename(path("00000"), path("00001")).expect("the manifest is renamed");
        refused(&place, Resume, &["its name says shard 1/3", "0/3"]);
    }
}

#[test]
fn a_whole_run_neither_resumes_nor_mixes_with_shards() {
    for place in Place::both() {
        place.make_all(&csv(0), 3);
        let error = place.attempt(&csv(0), None, Resume).expect_err("there is no manifest");
        let parts = ["not merged", "3 of 3", "all are complete"];
        assert!(parts.iter().all(|part| error.to_string().contains(part)), "{error}");
        let error = place.attempt(&csv(0), None, Refuse).expect_err("it is not empty");
        assert!(matches!(error, Error::NotEmpty { .. }), "{error:?}");
        // Whoever overwrites all leaves nothing of theirs.
        place.attempt(&csv(7), None, Overwrite).expect("it is no refusal");
        let reference = Place::folder();
        reference.make(&csv(7), None);
        assert_eq!(place.names(), reference.names());
    }
}

#[test]
fn shards_keep_whole_runs_and_merges_away_and_each_other_only_from_the_same() {
    let place = Place::folder();
    place.make_all(&csv(0), 3);
    let folder = fs::File::open(&place.path).expect("the folder opens");
    folder.lock_shared().expect("nobody holds it");
    let busy = |result: Result<(), Error>| {
        assert!(matches!(result, Err(Error::Busy { .. })), "{result:?}");
    };
    busy(place.merge().map(drop));
    busy(place.attempt(&csv(0), None, Overwrite).map(drop));
    place.resume(&csv(0), Some(shard(2, 3)));
    let manifest = fs::OpenOptions::new()
        .append(true)
        .open(place.path.join("_manifest-00001-of-00003.jsonl"))
        .expect("the manifest opens");
    manifest.lock().expect("nobody holds it");
    busy(place.attempt(&csv(0), Some(shard(1, 3)), Resume).map(drop));
    place.resume(&csv(0), Some(shard(2, 3)));
    drop(manifest);
    folder.unlock().expect("it is ours");
    folder.lock().expect("nobody holds it");
    busy(place.attempt(&csv(0), Some(shard(1, 3)), Resume).map(drop));
    drop(folder);
    place.merged();
}
