//! Arguments that make no sense are told so, with exit code 2 and a way out.

use std::fs;

use tempfile::tempdir;

use crate::inrush::{inrush, text};

#[track_caller]
fn refused(args: &[&str], parts: &[&str]) {
    let base = ["table", "--out", "null:"];
    inrush(&[&base, args].concat()).exits(2).says(parts);
}

#[test]
fn what_is_missing_is_named() {
    refused(&["--rows", "10"], &["--schema is missing", "for example"]);
    refused(&["--schema", "builtin:seed7"], &["--rows is missing"]);
    inrush(&["table", "--schema", "builtin:seed7", "--rows", "1"]).exits(2).says(&["--out"]);
}

#[test]
fn a_schema_that_is_not_there_is_named() {
    refused(&["--schema", "no/such.sql", "--rows", "1"], &["no/such.sql", "No such file"]);
    refused(&["--schema", "builtin:nothing", "--rows", "1"], &["nothing", "seed7"]);
}

#[test]
fn a_fault_in_the_schema_has_its_line_and_column() {
    let folder = tempdir().expect("a temporary folder");
    let schema = folder.path().join("bad.sql");
    fs::write(&schema, "CREATE TABLE t (\n  id INT,\n  name VARCHAR(,\n);\n").expect("written");
    refused(&["--schema", text(&schema), "--rows", "1"], &["bad.sql", "line 3, column"]);
    inrush(&["schema", text(&schema)]).exits(2).says(&["line 3, column"]);
    fs::write(&schema, [0xFF, 0xFE, 0]).expect("written");
    refused(&["--schema", text(&schema), "--rows", "1"], &["bad.sql", "UTF-8"]);
}

#[test]
fn an_unsupported_type_is_named_with_those_that_are() {
    let folder = tempdir().expect("a temporary folder");
    let schema = folder.path().join("blob.sql");
    fs::write(&schema, "CREATE TABLE t (\n  id INT,\n  b BLOB\n);\n").expect("written");
    let parts = ["line 3", "`b`", "BLOB", "varchar(n)"];
    refused(&["--schema", text(&schema), "--rows", "1"], &parts);
}

#[test]
fn a_key_too_narrow_for_the_rows_is_named() {
    let folder = tempdir().expect("a temporary folder");
    let schema = folder.path().join("narrow.sql");
    fs::write(&schema, "CREATE TABLE t (id TINYINT PRIMARY KEY)").expect("written");
    refused(&["--schema", text(&schema), "--rows", "128"], &["`id`", "127", "128"]);
    let fits = ["table", "--schema", text(&schema), "--rows", "127", "--out", "null:"];
    inrush(&fits).exits(0);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let seed7 = ["--schema", "builtin:seed7"];
    for (args, part) in [
        (["--rows", "ten"], "ten"),
        (["--rows", "-1"], "-1"),
        (["--rows", "1.5"], "1.5"),
        (["--files", "0"], "at least one file"),
        (["--jobs", "0"], "at least one job"),
        (["--chunk", "0"], "--chunk"),
        (["--row-group-rows", "0"], "at least one row"),
        (["--mem", "1MiB"], "raise --mem"),
        (["--format", "xml"], "parquet"),
        (["--compression", "brotli"], "snappy"),
        (["--coordinator", "none"], "per-file"),
        (["--fsync", "often"], "dir"),
        (["--seed", "x"], "invalid digit"),
        (["--out", "s3://bucket/key"], "s3://"),
    ] {
        let rows = if args[0] == "--rows" { &[][..] } else { &["--rows", "10"][..] };
        let out = if args[0] == "--out" { &[][..] } else { &["--out", "null:"][..] };
        let all = [&["table"][..], &seed7, rows, out, &args].concat();
        inrush(&all).exits(2).says(&[part]);
    }
}

#[test]
fn csv_takes_no_codec_of_parquet() {
    let csv = ["--schema", "builtin:seed7", "--rows", "1", "--format", "csv"];
    for codec in ["snappy", "lz4"] {
        refused(&[&csv[..], &["--compression", codec]].concat(), &[codec, "gzip or zstd"]);
    }
    refused(&[&csv[..], &["--row-group-rows", "9"]].concat(), &["parquet"]);
}

#[test]
fn resume_and_overwrite_exclude_each_other() {
    let args = ["--schema", "builtin:seed7", "--rows", "1", "--resume", "--overwrite"];
    refused(&args, &["--overwrite"]);
}

#[test]
fn help_and_completions_are_there() {
    assert!(inrush(&["table", "--help"]).exits(0).stdout().contains("--coordinator"));
    assert!(inrush(&["--version"]).exits(0).stdout().starts_with("inrush 0."));
    for shell in ["bash", "zsh", "fish"] {
        assert!(inrush(&["completions", shell]).exits(0).stdout().contains("row-group-rows"));
    }
    inrush(&["tabel"]).exits(2).says(&["table"]);
    inrush(&[]).exits(2);
}

#[test]
fn a_schema_is_shown_as_it_was_understood() {
    let shown = inrush(&["schema", "builtin:seed7"]).exits(0).stdout();
    for part in ["table seed7", "varchar(50)", "not null", "counter", "5%", "age, 0 to 110"] {
        assert!(shown.contains(part), "`{part}` is not in: {shown}");
    }
}
