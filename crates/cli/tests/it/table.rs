//! The main job: files from a schema, the same bytes however they are made.

use std::fs;
use std::path::Path;

use inrush_formats::parquet_rows;
use tempfile::tempdir;

use crate::inrush::{command, data_files, inrush, manifest, root, run, text};

const ALL_TYPES: &str = "CREATE TABLE everything (
    id BIGSERIAL PRIMARY KEY,
    code CHAR(8) NOT NULL UNIQUE,
    email VARCHAR(80) UNIQUE,
    tiny TINYINT, small SMALLINT, medium MEDIUMINT, plain INT, wide BIGINT UNSIGNED,
    f FLOAT, d DOUBLE PRECISION, price DECIMAL(10,2) NOT NULL,
    ok BOOLEAN, day DATE, at TIMESTAMP, local DATETIME,
    note TEXT COMMENT 'inrush: null=50%'
);";

fn table(folder: &Path, more: &[&str]) {
    let base = ["table", "--schema", "builtin:seed7", "--out", text(folder)];
    inrush(&[&base, more].concat()).exits(0);
}

#[test]
fn ten_parquet_files_hold_all_rows_and_verify() {
    let folder = tempdir().expect("a temporary folder");
    table(folder.path(), &["--rows", "10003", "--files", "10"]);
    let files = data_files(folder.path());
    assert_eq!(files.len(), 10);
    let rows: Vec<u64> = files
        .keys()
        .map(|name| parquet_rows(&folder.path().join(name)).expect("a footer"))
        .collect();
    assert_eq!(rows, [1001, 1001, 1001, 1000, 1000, 1000, 1000, 1000, 1000, 1000]);
    let verified = inrush(&["verify", text(folder.path())]).exits(0);
    assert!(verified.stdout().starts_with("10 files verified: 10,003 rows"));
}

#[test]
fn the_bytes_do_not_depend_on_jobs_coordinator_chunk_or_memory() {
    let reference = tempdir().expect("a temporary folder");
    let base = ["--rows", "9000", "--files", "4", "--format", "csv", "--seed", "5"];
    table(reference.path(), &base);
    for more in [
        ["--jobs", "1", "--chunk", "1"],
        ["--jobs", "8", "--chunk", "1MiB"],
        ["--coordinator", "mutex", "--chunk", "7"],
        ["--mem", "64MiB", "--fsync", "dir"],
    ] {
        let folder = tempdir().expect("a temporary folder");
        table(folder.path(), &[&base[..], &more].concat());
        assert_eq!(data_files(folder.path()), data_files(reference.path()), "{more:?}");
        assert_eq!(root(folder.path()), root(reference.path()), "{more:?}");
    }
}

#[test]
fn another_seed_gives_other_bytes() {
    let (one, two) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    table(one.path(), &["--rows", "100", "--seed", "1"]);
    table(two.path(), &["--rows", "100", "--seed", "2"]);
    assert_ne!(root(one.path()), root(two.path()));
}

#[test]
fn every_type_goes_into_every_format_and_codec() {
    let folder = tempdir().expect("a temporary folder");
    let schema = folder.path().join("everything.sql");
    fs::write(&schema, ALL_TYPES).expect("the schema is written");
    for (format, codec, extension) in [
        ("parquet", "none", "parquet"),
        ("parquet", "snappy", "parquet"),
        ("parquet", "zstd", "parquet"),
        ("parquet", "lz4", "parquet"),
        ("parquet", "gzip", "parquet"),
        ("csv", "none", "csv"),
        ("csv", "gzip", "csv.gz"),
        ("csv", "zstd", "csv.zst"),
    ] {
        let out = folder.path().join(format!("{format}-{codec}"));
        let base = ["table", "--schema", text(&schema), "--rows", "3000", "--files", "2"];
        let more = ["--format", format, "--compression", codec, "--out", text(&out)];
        inrush(&[&base[..], &more].concat()).exits(0);
        let names: Vec<String> = data_files(&out).into_keys().collect();
        assert_eq!(names[1], format!("everything-00001-of-00002.{extension}"));
        inrush(&["verify", text(&out)]).exits(0);
    }
}

#[test]
fn zero_rows_are_valid_empty_files() {
    let folder = tempdir().expect("a temporary folder");
    let (csv, parquet) = (folder.path().join("csv"), folder.path().join("parquet"));
    table(&csv, &["--rows", "0", "--files", "2", "--format", "csv"]);
    table(&parquet, &["--rows", "0", "--files", "2"]);
    for bytes in data_files(&csv).values() {
        assert_eq!(bytes, b"id,name,email,age,score,active,created_at\n");
    }
    for name in data_files(&parquet).keys() {
        assert_eq!(parquet_rows(&parquet.join(name)).expect("a footer"), 0);
    }
    inrush(&["verify", text(&parquet)]).exits(0);
}

#[test]
fn standard_output_takes_one_file_and_the_summary_goes_to_standard_error() {
    let args = ["table", "--schema", "builtin:seed7", "--rows", "50", "--format", "csv"];
    let piped = inrush(&[&args[..], &["--out", "-", "--json"]].concat()).exits(0);
    assert_eq!(piped.stdout().lines().count(), 51);
    let summary: serde_json::Value =
        serde_json::from_str(&piped.stderr()).expect("the summary is JSON");
    assert_eq!(summary["rows"], 50);
    let folder = tempdir().expect("a temporary folder");
    table(folder.path(), &["--rows", "50", "--format", "csv"]);
    let whole = &data_files(folder.path())["seed7-00000-of-00001.csv"];
    assert_eq!(piped.output.stdout, *whole);
    inrush(&[&args[..], &["--files", "2", "--out", "-"]].concat())
        .exits(2)
        .says(&["one file", "folder"]);
}

#[test]
fn the_manifest_says_all_that_is_needed() {
    let folder = tempdir().expect("a temporary folder");
    table(folder.path(), &["--rows", "30", "--files", "3", "--seed", "9"]);
    let lines = manifest(folder.path());
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0]["spec"]["seed"], 9);
    assert!(lines[0]["spec"]["schema"].as_str().expect("a text").contains("created_at"));
    assert_eq!(lines[2]["name"], "seed7-00001-of-00003.parquet");
    assert_eq!(lines[2]["rows"], 10);
    assert_eq!(lines[4]["rows"], 30);
}

#[test]
fn the_summary_in_json_has_what_scripts_read() {
    for out in ["null:", "memory:"] {
        let args = ["table", "--schema", "builtin:seed7", "--rows", "2000", "--files", "4"];
        let run = inrush(&[&args[..], &["--out", out, "--json"]].concat()).exits(0);
        let summary: serde_json::Value =
            serde_json::from_str(&run.stdout()).expect("the summary is JSON");
        assert_eq!(summary["files"], 4);
        assert_eq!(summary["rows"], 2000);
        assert!(summary["bytes"].as_u64().expect("a number") > 10_000);
        assert!(summary["peak_rss_bytes"].as_u64().expect("a number") > 1 << 20);
        assert!(summary["stalls"]["writer_blocked_s"].is_number());
        assert!(summary["stalls"]["generator_starved_s"].is_number());
        assert_eq!(summary["failures"], serde_json::json!([]));
        assert!(summary["seconds"].is_number() && summary["bytes_per_s"].is_number());
    }
}

#[test]
fn quiet_prints_nothing_and_no_progress_goes_to_a_pipe() {
    let args = ["table", "--schema", "builtin:seed7", "--rows", "200000", "--out", "null:"];
    assert!(inrush(&args).exits(0).stderr().is_empty());
    let quiet = run(command().args(args).arg("--quiet")).exits(0);
    assert!(quiet.stderr().is_empty() && quiet.stdout().is_empty());
}
