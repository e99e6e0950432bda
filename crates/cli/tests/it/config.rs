//! Options from a file: flag before environment before file before default.

use std::fs;
use std::path::PathBuf;

use tempfile::{TempDir, tempdir};

use crate::inrush::{command, inrush, run, text};

fn config(content: &str) -> (TempDir, PathBuf) {
    let folder = tempdir().expect("a temporary folder");
    let path = folder.path().join("job.toml");
    fs::write(&path, content).expect("the file is written");
    (folder, path)
}

fn rows(stdout: &str) -> u64 {
    let summary: serde_json::Value = serde_json::from_str(stdout).expect("the summary is JSON");
    summary["rows"].as_u64().expect("a number")
}

#[test]
fn flag_goes_before_environment_before_file() {
    let (_folder, path) = config(
        "schema = \"builtin:seed7\"\nrows = \"1k\"\nfiles = 2\nout = \"null:\"\njson = true\n",
    );
    let args = ["table", "--config", text(&path)];
    assert_eq!(rows(&inrush(&args).exits(0).stdout()), 1000);
    let env = run(command().args(args).env("INRUSH_ROWS", "50")).exits(0);
    assert_eq!(rows(&env.stdout()), 50);
    let flag = run(command().args(args).args(["--rows", "7"]).env("INRUSH_ROWS", "50")).exits(0);
    assert_eq!(rows(&flag.stdout()), 7);
}

#[test]
fn the_environment_may_name_the_file() {
    let (_folder, path) =
        config("schema = \"builtin:seed7\"\nrows = 3\nout = \"null:\"\njson = true\n");
    let named = run(command().arg("table").env("INRUSH_CONFIG", &path)).exits(0);
    assert_eq!(rows(&named.stdout()), 3);
}

#[test]
fn faults_in_the_file_have_their_line() {
    for (content, parts) in [
        ("rows = 1\n\nrow = 2\n", ["line 3", "unknown key `row`"]),
        ("rows = 1\nformat = \"xml\"\n", ["line 2", "possible values: parquet, csv"]),
        ("rows = 1\nfiles = [1]\n", ["line 2", "`files`"]),
        ("rows = 1\njson = \"yes please\"\n", ["line 2", "true or false"]),
        ("rows = 1\nrows = \n", ["line 2", "job.toml"]),
        ("[table]\nrows = 1\n", ["line 1", "unknown key `table`"]),
        ("config = \"other.toml\"\n", ["line 1", "unknown key `config`"]),
    ] {
        let (_folder, path) = config(content);
        inrush(&["table", "--config", text(&path)]).exits(2).says(&parts);
    }
    inrush(&["table", "--config", "no/such.toml"]).exits(2).says(&["no/such.toml"]);
}

#[test]
fn a_switch_in_the_file_is_set() {
    let folder = tempdir().expect("a temporary folder");
    let (_config_folder, path) = config("schema = \"builtin:seed7\"\nrows = 5\noverwrite = true\n");
    let args = ["table", "--config", text(&path), "--out", text(folder.path())];
    inrush(&args).exits(0);
    inrush(&args).exits(0);
}

#[test]
fn verify_takes_its_options_from_a_file_too() {
    let folder = tempdir().expect("a temporary folder");
    let out = text(folder.path());
    inrush(&["table", "--schema", "builtin:seed7", "--rows", "5", "--out", out]).exits(0);
    let (_config_folder, path) = config("json = true\njobs = 1\n");
    let verified = inrush(&["verify", out, "--config", text(&path)]).exits(0);
    assert_eq!(rows(&verified.stdout()), 5);
}
