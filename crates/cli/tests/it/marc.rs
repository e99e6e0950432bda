//! Catalogue records: generated into files, turned into text, looked through.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::inrush::{command, data_files, inrush, root, text};

fn marc(folder: &Path, more: &[&str]) {
    inrush(&[&["marc", "--out", text(folder)], more].concat()).exits(0);
}

/// A file with so many records, in a folder that is gone afterwards.
fn books(records: &str) -> (TempDir, PathBuf) {
    let folder = tempdir().expect("a temporary folder");
    marc(folder.path(), &["--records", records]);
    let file = folder.path().join("marc-00000-of-00001.mrc");
    (folder, file)
}

/// The same with a byte of the second record's directory changed.
fn damaged_books() -> (TempDir, PathBuf) {
    let (folder, file) = books("10");
    let mut bytes = fs::read(&file).expect("it is there");
    let second = bytes.iter().position(|&byte| byte == 0x1d).expect("it has an end") + 1;
    bytes[second + 24 + 3] = b'x';
    fs::write(&file, bytes).expect("it is written");
    (folder, file)
}

#[test]
fn records_go_on_from_one_file_to_the_next_and_verify() {
    let (_one, whole) = books("1000");
    let three = tempdir().expect("a temporary folder");
    marc(three.path(), &["--records", "1000", "--files", "3"]);
    let files = data_files(three.path());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let named = |file: u32| format!("marc-{file:05}-of-00003.mrc");
    assert_eq!(names, [named(0), named(1), named(2)]);
    assert_eq!(files.into_values().collect::<Vec<_>>().concat(), fs::read(whole).expect("whole"));
    let verified = inrush(&["verify", text(three.path())]).exits(0);
    assert!(verified.stdout().contains("1,000 records"), "{}", verified.stdout());
}

#[test]
fn records_depend_on_the_seed_alone() {
    let reference = tempdir().expect("a temporary folder");
    marc(reference.path(), &["--records", "500", "--files", "4"]);
    for more in [["--jobs", "1"], ["--jobs", "8"], ["--chunk", "4093"], ["--mem", "64MiB"]] {
        let folder = tempdir().expect("a temporary folder");
        marc(folder.path(), &[&["--records", "500", "--files", "4"][..], &more].concat());
        assert_eq!(root(folder.path()), root(reference.path()), "{more:?}");
    }
    let other = tempdir().expect("a temporary folder");
    marc(other.path(), &["--records", "500", "--files", "4", "--seed", "1"]);
    assert_ne!(root(other.path()), root(reference.path()));
}

#[test]
fn no_records_are_an_empty_file_in_each_form() {
    let (folder, file) = books("0");
    assert_eq!(fs::read(&file).expect("it is there"), b"");
    inrush(&["verify", text(folder.path())]).exits(0);
    let made = |to: &str| {
        let run = inrush(&["convert", text(&file), "--to", to, "--out", "-"]).exits(0);
        run.stdout()
    };
    assert_eq!((made("jsonl").as_str(), made("json").as_str()), ("", "[]\n"));
    assert!(made("csv").starts_with("001,100$a,245$ab,") && made("csv").lines().count() == 1);
    assert!(made("xml").trim_end().ends_with("</collection>"), "{}", made("xml"));
}

#[test]
fn each_form_has_every_record() {
    let (folder, file) = books("3000");
    let made = |to: &str| {
        let out = folder.path().join(to);
        let run = inrush(&["convert", text(&file), "--to", to, "--out", text(&out)]).exits(0);
        assert!(run.stdout().starts_with("3,000 records, "), "{}", run.stdout());
        fs::read_to_string(out).expect("it is text")
    };
    let json: Vec<Value> = serde_json::from_str(&made("json")).expect("it is an array");
    let lines = made("jsonl");
    let lines: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!((json.len(), &json), (3000, &lines));
    let control_number = |record: &Value| record["fields"][0]["001"].as_str().map(str::to_owned);
    let numbers: Vec<_> = json.iter().filter_map(control_number).collect();
    assert_eq!((numbers.len(), numbers[2999].as_str()), (3000, "inr0000002999"));
    let csv = made("csv");
    let in_csv: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(in_csv, numbers);
    assert_eq!(made("xml").matches("</record>").count(), 3000);
}

#[test]
fn csv_has_the_columns_that_are_asked_for() {
    let (_folder, file) = books("2");
    let base = ["convert", text(&file), "--out", "-"];
    let run = inrush(&[&base[..], &["--to", "csv", "--columns", "001,245$a"]].concat()).exits(0);
    assert!(run.stdout().starts_with("001,245$a\ninr0000000000,"), "{}", run.stdout());
    let wrong = inrush(&[&base[..], &["--to", "csv", "--columns", "24"]].concat()).exits(2);
    wrong.says(&["24"]);
    let wrong = inrush(&[&base[..], &["--to", "xml", "--columns", "001"]].concat()).exits(2);
    wrong.says(&["--columns is for csv"]);
}

#[test]
fn what_is_wrong_ends_a_strict_conversion_and_leaves_nothing() {
    let (folder, file) = damaged_books();
    let out = folder.path().join("out.jsonl");
    let args = ["convert", text(&file), "--to", "jsonl", "--out", text(&out)];
    let run = inrush(&args).exits(1);
    run.says(&["record 1 at byte ", "hint: --lenient"]);
    let left = fs::read_dir(folder.path()).expect("a folder").flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains("out"));
    assert_eq!(left.count(), 0);
}

#[test]
fn what_is_wrong_is_listed_by_a_lenient_conversion() {
    let (folder, file) = damaged_books();
    let out = folder.path().join("out.jsonl");
    let args = ["convert", text(&file), "--to", "jsonl", "--out", text(&out), "--lenient"];
    let run = inrush(&args).exits(1);
    assert!(run.stdout().contains("1 fault FOUND"), "{}", run.stdout());
    run.says(&["record 1 at byte "]);
    let n_records = fs::read_to_string(&out).expect("it is there").lines().count();
    assert!((9..=10).contains(&n_records), "{n_records}");
}

#[test]
fn a_truncated_tail_is_a_named_fault_and_no_record() {
    let (_folder, file) = books("10");
    let bytes = fs::read(&file).expect("it is there");
    fs::write(&file, &bytes[..bytes.len() - 7]).expect("it is written");
    inrush(&["convert", text(&file), "--to", "xml", "--out", "-"])
        .exits(1)
        .says(&["record 9 at byte "]);
    let schema = inrush(&["schema", text(&file)]).exits(3);
    assert!(schema.stdout().contains(": 9 records, "), "{}", schema.stdout());
    schema.says(&["record 9 at byte "]);
}

#[test]
fn schema_counts_tags() {
    let (_folder, file) = books("200");
    let run = inrush(&["schema", text(&file)]).exits(0);
    let said = run.stdout();
    assert!(said.lines().next().is_some_and(|line| line.contains(": 200 records, ")), "{said}");
    let row = |tag: &str| said.lines().find(|line| line.trim_start().starts_with(tag));
    assert!(row("001").is_some_and(|row| row.contains("200 (100.0%)  200")), "{said}");
    assert!(row("245").is_some_and(|row| row.trim_end().ends_with("c")), "{said}");
}

#[test]
fn what_is_there_is_replaced_only_if_that_is_said() {
    let (folder, file) = books("2");
    let out = folder.path().join("out.csv");
    fs::write(&out, "precious").expect("it is written");
    let args = ["convert", text(&file), "--to", "csv", "--out", text(&out)];
    inrush(&args).exits(2).says(&["is there already", "--overwrite"]);
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "precious");
    inrush(&[&args[..], &["--overwrite"]].concat()).exits(0);
    assert!(fs::read_to_string(&out).expect("it is there").starts_with("001,"));
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_there_as_well() {
    let (folder, file) = books("2");
    let (out, link) = (folder.path().join("out.csv"), folder.path().join("link.csv"));
    fs::write(&out, "precious").expect("it is written");
    std::os::unix::fs::symlink(&out, &link).expect("a link");
    let args = ["convert", text(&file), "--to", "csv", "--out", text(&link)];
    inrush(&args).exits(2).says(&["is there already"]);
    inrush(&[&args[..], &["--overwrite"]].concat()).exits(0);
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "precious", "the link is replaced");
    assert!(fs::read_to_string(&link).expect("it is there").starts_with("001,"));
}

#[cfg(unix)]
#[test]
fn a_schema_may_come_through_a_pipe() {
    let mut child = command()
        .args(["schema", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"CREATE TABLE piped (id BIGINT PRIMARY KEY);").expect("it is read");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.starts_with("table piped\n"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_has_its_exit_code() {
    let (_folder, file) = books("2000");
    let args = ["convert", text(&file), "--to", "xml", "--out", "/dev/full"];
    let run = inrush(&args).exits(4).says(&["/dev/full", "hint: make room"]);
    assert!(!run.stderr().contains("--resume"), "there is nothing to resume");
}

#[test]
fn records_come_from_a_pipe_and_go_to_one() {
    let (_folder, file) = books("50");
    let mut child = command()
        .args(["convert", "-", "--to", "jsonl", "--out", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let bytes = fs::read(file).expect("it is there");
    let writing = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().expect("it ends");
    writing.join().expect("no panic").expect("all of it was read");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 50);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("50 records, "), "{said}");
}

#[test]
fn arguments_that_mean_nothing_are_refused() {
    let (folder, file) = books("1");
    for (args, said) in [
        (&["marc", "--out", "null:"][..], "--records is missing"),
        (&["marc", "--records", "1", "--files", "0", "--out", "null:"], "at least one file"),
        (&["convert", text(&file), "--out", "-"], "--to is missing"),
        (&["convert", text(&file), "--to", "csv"], "--out is missing"),
        (&["convert", "no-such.mrc", "--to", "csv", "--out", "-"], "no-such.mrc"),
        (&["convert", text(folder.path()), "--to", "csv", "--out", "-"], "is a folder"),
        (&["schema", "no-such.mrc"], "no-such.mrc"),
    ] {
        inrush(args).exits(2).says(&[said]);
    }
}
