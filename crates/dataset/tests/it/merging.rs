//! Merging: what it refuses, and that whatever happens on the way it can be done once more.

use std::fs;

use inrush_dataset::{CancelToken, Destination, Error, Existing, Merge, Mismatch, merge};
use serde_json::json;

use crate::jobs::{Place, bytes, csv, same, shard};

const FIRST: &str = "_manifest-00000-of-00003.jsonl";
const SECOND: &str = "_manifest-00001-of-00003.jsonl";

fn sharded(place: Place) -> Place {
    place.make_all(&csv(0), 3);
    place
}

/// Merging finds `parts` in this order, and changes nothing.
#[track_caller]
fn finds(place: &Place, of: impl Fn(&Merge) -> &[Mismatch], parts: &[(&str, &str)]) {
    let before = place.files();
    let merge = place.merge().expect("it is in the report");
    assert!(merge.root.is_none(), "{merge:?}");
    let found = of(&merge);
    assert_eq!(found.len(), parts.len(), "{merge:?}");
    for (fault, (name, problem)) in found.iter().zip(parts) {
        assert!(fault.name.contains(name) && fault.problem.contains(problem), "{merge:?}");
    }
    assert!(before == place.files(), "something was changed");
}

fn unfinished(merge: &Merge) -> &[Mismatch] {
    &merge.unfinished
}

fn mismatches(merge: &Merge) -> &[Mismatch] {
    assert!(merge.unfinished.is_empty(), "{merge:?}");
    &merge.mismatches
}

#[track_caller]
fn refused(place: &Place, parts: &[&str]) -> Error {
    let before = place.files();
    let error = place.merge().expect_err("merging is refused");
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is not in: {error}");
    }
    assert!(before == place.files(), "something was changed");
    error
}

#[test]
fn shards_that_are_missing_are_named() {
    for place in Place::both() {
        for index in [1, 4, 5, 9] {
            place.make(&csv(0), Some(shard(index, 12)));
        }
        let gaps = [
            ("shard 0/12", "no manifest"),
            ("shards 2/12 to 3/12", "no manifest"),
            ("shards 6/12 to 8/12", "no manifest"),
            ("shards 10/12 to 11/12", "no manifest"),
        ];
        finds(&place, unfinished, &gaps);
    }
}

#[test]
fn shards_that_are_not_complete_are_named() {
    for place in Place::both().map(sharded) {
        let path = place.path.join(SECOND);
        let text = fs::read_to_string(&path).expect("the manifest is there");
        let lines: Vec<&str> = text.lines().collect();
        fs::write(&path, format!("{}\n{}\n", lines[0], lines[1])).expect("it is written");
        finds(&place, unfinished, &[("shard 1/3", "not complete")]);
        // As a process leaves it that was killed in its first moments.
        fs::write(&path, "").expect("it is written");
        finds(&place, unfinished, &[("shard 1/3", "not complete")]);
        place.resume(&csv(0), Some(shard(1, 3)));
        place.merged();
    }
}

#[test]
fn shards_of_different_jobs_are_refused_with_the_difference() {
    for place in Place::both() {
        place.make(&csv(0), Some(shard(0, 2)));
        place.attempt(&csv(5), Some(shard(1, 2)), Existing::Overwrite).expect("no refusal");
        let parts = ["00001-of-00002", "00000-of-00002", "seed (5 there, 0 here)"];
        let error = refused(&place, &parts);
        assert!(matches!(error, Error::ShardsDiffer { .. }), "{error:?}");
        place.attempt(&bytes(), Some(shard(1, 2)), Existing::Overwrite).expect("no refusal");
        refused(&place, &["differs in job"]);
    }
}

#[test]
fn shards_beside_a_whole_of_another_job_are_refused() {
    for place in Place::both().map(sharded) {
        let other = Place::folder();
        other.make(&csv(5), None);
        let name = "_manifest.jsonl";
        fs::copy(other.path.join(name), place.path.join(name)).expect("it is copied");
        refused(&place, &["/_manifest.jsonl", FIRST, "seed (5 there, 0 here)"]);
    }
}

#[test]
fn shards_of_different_numbers_are_refused() {
    for place in Place::both().map(sharded) {
        let other = Place::folder();
        other.make(&csv(0), Some(shard(1, 4)));
        let name = "_manifest-00001-of-00004.jsonl";
        fs::copy(other.path.join(name), place.path.join(name)).expect("it is copied");
        let error = refused(&place, &["shard 1/4", "one of 3"]);
        assert!(matches!(error, Error::OtherSharding { .. }), "{error:?}");
    }
}

#[test]
fn a_file_of_another_shard_is_an_overlap_or_a_stray() {
    for place in Place::both().map(sharded) {
        let (mut twice, name) = (None, place.file(4));
        place.rewrite(SECOND, |_, entries| {
            twice = entries.iter().find(|entry| entry.name == name).cloned();
        });
        let twice = twice.expect("the second shard has made it");
        place.rewrite(FIRST, |_, entries| entries.push(twice));
        finds(
            &place,
            mismatches,
            &[(name.as_str(), "00000-of-00003.jsonl`, and in `_manifest-00001")],
        );
        place.rewrite(SECOND, |_, entries| entries.retain(|entry| entry.name != name));
        let faults = [
            (name.as_str(), "planned, but not in `_manifest-00001"),
            (name.as_str(), "belongs to shard 1/3 alone"),
        ];
        finds(&place, mismatches, &faults);
    }
}

#[test]
fn a_file_that_no_shard_names_is_missed() {
    for place in Place::both().map(sharded) {
        let name = place.file(4);
        place.rewrite(SECOND, |_, entries| entries.retain(|entry| entry.name != name));
        finds(&place, mismatches, &[(name.as_str(), "planned, but not in")]);
    }
}

#[test]
fn a_file_that_is_not_planned_is_named() {
    for place in Place::both().map(sharded) {
        place.rewrite(SECOND, |_, entries| {
            let mut more = entries[0].clone();
            more.name = "seed7-00099-of-00100.csv".to_owned();
            entries.push(more);
        });
        finds(&place, mismatches, &[("seed7-00099-of-00100.csv", "not in the plan")]);
    }
}

#[test]
fn files_that_are_gone_or_have_another_length_are_named() {
    for place in Place::both().map(sharded) {
        let (gone, cut) = (place.file(2), place.file(6));
        fs::remove_file(place.path.join(&gone)).expect("the file is removed");
        fs::write(place.path.join(&cut), "short").expect("the file is cut");
        let faults = [(gone.as_str(), "is missing"), (cut.as_str(), "5 bytes, but")];
        finds(&place, mismatches, &faults);
        // The way out.
        place.resume(&csv(0), Some(shard(2, 3)));
        place.resume(&csv(0), Some(shard(0, 3)));
        place.merged();
    }
}

#[test]
fn a_manifest_that_contradicts_itself_is_named() {
    for place in Place::both().map(sharded) {
        let text = fs::read_to_string(place.path.join(SECOND)).expect("the manifest is there");
        place.rewrite(SECOND, |header, _| header["shard"]["index"] = json!(2));
        finds(&place, mismatches, &[(SECOND, "shard 1/3 by its name, of 2/3")]);
        let restore = |text: &str| fs::write(place.path.join(SECOND), text).expect("written");
        restore(&text);
        place.rewrite(SECOND, |header, _| header["spec_hash"] = json!("0"));
        finds(&place, mismatches, &[(SECOND, "hash")]);
        restore(&text.replacen("\"files\":4", "\"files\":5", 1));
        finds(&place, mismatches, &[(SECOND, "totals")]);
        restore(&text);
        place.rewrite(SECOND, |_, entries| entries[0].rows += 1);
        finds(&place, mismatches, &[(place.file(1).as_str(), "rows, the plan")]);
        restore("{}\n");
        let error = refused(&place, &[SECOND, "line 1"]);
        assert!(matches!(error, Error::Manifest { .. }), "{error:?}");
    }
}

#[test]
fn where_there_is_nothing_to_merge_that_is_said() {
    for place in Place::both() {
        let error = refused(&place, &["no manifest"]);
        assert!(matches!(error, Error::NoManifest { .. }), "{error:?}");
    }
    let nowhere = merge(&Destination::Null, &CancelToken::default());
    let error = nowhere.expect_err("nothing is kept there").to_string();
    assert!(error.contains("keeps nothing that could be merged"), "{error}");
}

#[test]
fn a_single_run_counts_as_merged() {
    for place in Place::both() {
        let root = place.make(&csv(0), None).root;
        let before = place.files();
        let merge = place.merged();
        assert_eq!((merge.shards, merge.files, merge.root), (0, 11, root));
        assert!(before == place.files(), "something was changed");
        fs::remove_file(place.path.join(place.file(3))).expect("the file is removed");
        finds(&place, mismatches, &[("00003", "is missing")]);
    }
}

#[test]
fn merging_once_more_changes_nothing() {
    for place in Place::both().map(sharded) {
        let root = place.merged().root;
        let before = place.files();
        let again = place.merged();
        assert_eq!((again.shards, again.root), (0, root));
        assert!(before == place.files(), "something was changed");
    }
}

#[test]
fn a_merge_that_ended_halfway_is_finished() {
    let reference = Place::folder();
    reference.make(&csv(0), None);
    for place in Place::both().map(sharded) {
        let manifests = [FIRST, SECOND]
            .map(|name| (name, fs::read(place.path.join(name)).expect("the manifest is there")));
        place.merged();
        // As if it had ended before any of them was removed but the third, or one.
        for left in [&manifests[..], &manifests[1..]] {
            for (name, text) in left {
                fs::write(place.path.join(name), text).expect("the manifest is written");
            }
            assert_eq!(place.merged().shards, left.len() as u64);
            same(&place, &reference);
        }
        let (name, text) = &manifests[1];
        fs::write(place.path.join(name), text).expect("the manifest is written");
        place.rewrite(SECOND, |_, entries| entries[0].xxh3 = "0".repeat(16));
        finds(&place, mismatches, &[(place.file(1).as_str(), "disagree")]);
    }
}

#[test]
fn a_merge_that_is_stopped_changes_nothing() {
    for place in Place::both().map(sharded) {
        let before = place.files();
        let cancel = CancelToken::default();
        cancel.cancel();
        let merge = merge(&place.destination, &cancel).expect("it is in the report");
        assert!(merge.stopped && merge.root.is_none(), "{merge:?}");
        assert!(before == place.files(), "something was changed");
        place.merged();
    }
}
