//! Objects of bytes: sizes and ratios as asked for, the same bytes however they are made.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use tempfile::tempdir;

use crate::inrush::{command, data_files, inrush, manifest, parts, root, run, text};

fn bytes(folder: &Path, more: &[&str]) {
    inrush(&[&["bytes", "--out", text(folder)], more].concat()).exits(0);
}

#[test]
fn objects_have_their_sizes_and_verify() {
    let folder = tempdir().expect("a temporary folder");
    bytes(folder.path(), &["--objects", "3", "--size", "100003"]);
    let files = data_files(folder.path());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names[1], "object-00001-of-00003.bin");
    assert!(files.values().all(|file| file.len() == 100_003));
    let verified = inrush(&["verify", text(folder.path())]).exits(0);
    assert!(verified.stdout().starts_with("3 files verified: "), "{}", verified.stdout());
}

#[test]
fn the_ratios_asked_for_are_found_in_the_files() {
    let folder = tempdir().expect("a temporary folder");
    let ratios = ["--dedup", "1.5", "--compress", "2.5"];
    bytes(folder.path(), &[&["--objects", "2", "--size", "8MiB"][..], &ratios].concat());
    let files = data_files(folder.path());
    let units: Vec<&[u8]> = files.values().flat_map(|file| file.chunks(4096)).collect();
    let unique: HashSet<&[u8]> = units.iter().copied().collect();
    let dedup = units.len() as f64 / unique.len() as f64;
    assert!((1.46..1.54).contains(&dedup), "{dedup}");
    let compressed: usize = unique
        .iter()
        .map(|unit| zstd::bulk::compress(unit, 1).expect("zstd compresses").len())
        .sum();
    let compress = (4096 * unique.len()) as f64 / compressed as f64;
    assert!((2.43..2.57).contains(&compress), "{compress}");
}

#[test]
fn the_bytes_do_not_depend_on_jobs_chunk_or_memory() {
    let reference = tempdir().expect("a temporary folder");
    let base = ["--objects", "4", "--size", "300001", "--dedup", "2", "--seed", "5"];
    bytes(reference.path(), &base);
    for more in [
        ["--jobs", "1", "--chunk", "1"],
        ["--jobs", "8", "--chunk", "1MiB"],
        ["--chunk", "4093", "--fsync", "dir"],
        ["--mem", "64MiB", "--compress", "1"],
    ] {
        let folder = tempdir().expect("a temporary folder");
        bytes(folder.path(), &[&base[..], &more].concat());
        assert_eq!(data_files(folder.path()), data_files(reference.path()), "{more:?}");
        assert_eq!(root(folder.path()), root(reference.path()), "{more:?}");
    }
}

#[test]
fn sizes_of_a_distribution_add_up_to_what_is_said() {
    let folder = tempdir().expect("a temporary folder");
    let args = ["--objects", "50", "--size", "lognormal:10KiB:1.5", "--json"];
    let run = inrush(&[&["bytes", "--out", text(folder.path())], &args[..]].concat()).exits(0);
    let summary: serde_json::Value = serde_json::from_str(&run.stdout()).expect("it is JSON");
    let files = data_files(folder.path());
    let total: usize = files.values().map(Vec::len).sum();
    assert_eq!(summary["bytes"], total);
    assert_eq!(summary["files"], 50);
    assert_eq!(manifest(folder.path()).last().expect("a last line")["bytes"], total);
    let sizes: HashSet<usize> = files.values().map(Vec::len).collect();
    assert!(sizes.len() > 40, "{sizes:?}");
    inrush(&["verify", text(folder.path())]).exits(0);
}

#[test]
fn empty_objects_are_files_without_bytes() {
    let folder = tempdir().expect("a temporary folder");
    bytes(folder.path(), &["--objects", "2", "--size", "0"]);
    assert!(data_files(folder.path()).values().all(Vec::is_empty));
    inrush(&["verify", text(folder.path())]).exits(0);
}

#[test]
fn standard_output_takes_one_object() {
    let folder = tempdir().expect("a temporary folder");
    bytes(folder.path(), &["--objects", "1", "--size", "70000"]);
    let piped = inrush(&["bytes", "--objects", "1", "--size", "70000", "--out", "-"]).exits(0);
    assert_eq!(piped.output.stdout, data_files(folder.path())["object-00000-of-00001.bin"]);
    inrush(&["bytes", "--objects", "2", "--size", "1", "--out", "-"]).exits(2).says(&["one file"]);
}

#[test]
fn a_damaged_byte_and_a_foreign_file_are_told_apart() {
    let (one, two) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    let base = ["--objects", "2", "--size", "1MiB"];
    bytes(one.path(), &base);
    bytes(two.path(), &[&base[..], &["--seed", "1"]].concat());
    let name = "object-00001-of-00002.bin";
    let path = one.path().join(name);
    let file = OpenOptions::new().write(true).open(&path).expect("the file opens");
    let old = data_files(one.path())[name][700_000];
    file.write_all_at(&[!old], 700_000).expect("the byte is changed");
    let damaged = inrush(&["verify", text(one.path())]).exits(3);
    assert!(!damaged.stderr().contains("another seed"), "{}", damaged.stderr());
    damaged.says(&[name, "the first bad byte is at offset 700000"]);
    fs::copy(two.path().join(name), &path).expect("the file is replaced");
    let parts = [name, "offset 0", "nothing at its beginning matches", "another seed"];
    inrush(&["verify", text(one.path())]).exits(3).says(&parts);
}

#[test]
fn a_run_with_other_ratios_is_not_resumed() {
    let folder = tempdir().expect("a temporary folder");
    let base = ["bytes", "--objects", "2", "--size", "1MiB", "--out", text(folder.path())];
    inrush(&base).exits(0);
    let before = data_files(folder.path());
    fs::remove_file(folder.path().join("object-00001-of-00002.bin")).expect("removed");
    let other = [&base[..], &["--dedup", "2", "--resume"]].concat();
    inrush(&other).exits(2).says(&["differs in dedup (1.0 there, 2.0 here)"]);
    let table = ["table", "--schema", "builtin:seed7", "--rows", "1", "--resume", "--out"];
    inrush(&[&table[..], &[text(folder.path())]].concat()).exits(2).says(&["differs in job"]);
    inrush(&[&base[..], &["--resume"]].concat()).exits(0);
    assert_eq!(data_files(folder.path()), before);
    assert_eq!(parts(folder.path()), [""; 0]);
}

#[test]
fn ratios_come_from_a_file_too() {
    let folder = tempdir().expect("a temporary folder");
    let (config, out) = (folder.path().join("job.toml"), folder.path().join("out"));
    let content = "objects = 2\nsize = \"1MiB\"\ndedup = 1.5\ndedup-unit = \"64KiB\"\n";
    fs::write(&config, content).expect("written");
    let args = ["bytes", "--config", text(&config), "--out", text(&out)];
    run(command().args(args).env("INRUSH_COMPRESS", "2.5")).exits(0);
    let header = manifest(&out)[0]["spec"].clone();
    assert_eq!((&header["dedup"], &header["compress"]), (&1.5.into(), &2.5.into()));
    assert_eq!(header["dedup_unit"], 65_536);
}

#[test]
fn what_cannot_be_is_refused_with_its_range() {
    let base = ["bytes", "--out", "null:"];
    for (args, said) in [
        (vec!["--size", "1"], ["--objects is missing", "for example"]),
        (vec!["--objects", "1"], ["--size is missing", "for example"]),
        (vec!["--objects", "0", "--size", "1"], ["at least one", "file"]),
        (vec!["--objects", "1", "--size", "big"], ["big", "64KiB"]),
        (vec!["--objects", "1", "--size", "uniform:1:2"], ["uniform:1:2", "lognormal"]),
        (vec!["--objects", "1", "--size", "lognormal:1MiB:9"], ["`9`", "0 to 5"]),
        (vec!["--objects", "9", "--size", "18e18"], ["18e18", "64KiB"]),
        (vec!["--objects", "9", "--size", "16000000T"], ["9 objects", "18446744073709551615"]),
        (vec!["--objects", "1", "--size", "1", "--dedup", "0.99"], ["0.99", "1 to 10000"]),
        (vec!["--objects", "1", "--size", "1", "--dedup", "NaN"], ["NaN", "1 to 10000"]),
        (vec!["--objects", "1", "--size", "1", "--dedup", "inf"], ["inf", "1 to 10000"]),
        (vec!["--objects", "1", "--size", "1", "--compress", "0"], ["0", "1 to 64"]),
        (vec!["--objects", "1", "--size", "1", "--compress", "65"], ["65", "1 to 64"]),
        (vec!["--objects", "1", "--size", "1", "--dedup-unit", "5000"], ["5000", "512 to"]),
        (vec!["--objects", "1", "--size", "1", "--dedup-unit", "2MiB"], ["2097152", "1048576"]),
        (vec!["--objects", "1", "--size", "1", "--model", "noise"], ["noise", "mix"]),
        (vec!["--objects", "1", "--size", "1", "--chunk", "0"], ["--chunk", "1 B"]),
    ] {
        inrush(&[&base[..], &args].concat()).exits(2).says(&said);
    }
}

#[test]
fn past_the_page_cache_the_bytes_are_the_same() {
    let folders = [tempdir().expect("a folder"), tempdir().expect("a folder")];
    for (folder, direct) in folders.iter().zip([&[][..], &["--direct", "--fsync", "dir"]]) {
        let job = ["bytes", "--objects", "3", "--size", "lognormal:3MiB:1.0", "--seed", "5"];
        let run = inrush(&[&job[..], &["--out", text(folder.path())], direct].concat()).exits(0);
        assert!(run.stdout().starts_with("3 files"), "{}", run.stdout());
    }
    let [cached, direct] = folders.each_ref().map(|folder| data_files(folder.path()));
    assert!(cached == direct, "the files differ");
    inrush(&["verify", text(folders[1].path())]).exits(0);
}

#[test]
fn there_is_no_page_cache_but_in_front_of_a_folder() {
    for out in ["null:", "memory:", "-"] {
        let job = ["bytes", "--objects", "1", "--size", "1MiB", "--direct", "--out", out];
        inrush(&job).exits(2).says(&["no page cache"]);
    }
}
