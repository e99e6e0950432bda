//! Shards as schedulers start them: processes that know nothing of each other, then one merge.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::{TempDir, tempdir};

use crate::inrush::{alone, command, data_files, inrush, manifest, names, parts, root, run, text};

const CSV: &[&str] = &[
    "table",
    "--schema",
    "builtin:seed7",
    "--rows",
    "5003",
    "--files",
    "10",
    "--format",
    "csv",
    "--seed",
    "3",
];
const PARQUET: &[&str] =
    &["table", "--schema", "builtin:seed7", "--rows", "5003", "--files", "10", "--seed", "3"];
const BYTES: &[&str] =
    &["bytes", "--objects", "10", "--size", "lognormal:20KiB:1.0", "--dedup", "1.5"];

fn whole(job: &[&str]) -> TempDir {
    let folder = tempdir().expect("a temporary folder");
    inrush(&[job, &["--out", text(folder.path())]].concat()).exits(0);
    folder
}

/// Starts the shard `shard` of a job.
fn start(job: &[&str], shard: &str, out: &Path) -> Child {
    command()
        .args(job)
        .args(["--shard", shard, "--resume", "--out", text(out)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts")
}

#[track_caller]
fn ended(child: Child, code: i32) -> Output {
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    output
}

/// What a merged place and one of a single run have in common: everything but times.
#[track_caller]
fn same(folder: &Path, reference: &Path) {
    assert_eq!(names(folder), names(reference));
    assert!(data_files(folder) == data_files(reference), "the files differ");
    assert_eq!(root(folder), root(reference));
    assert_eq!(manifest(folder)[0], manifest(reference)[0]);
    inrush(&["verify", text(folder)]).exits(0);
}

#[test]
fn processes_at_the_same_time_make_what_one_makes() {
    for job in [CSV, PARQUET, BYTES] {
        let (reference, folder) = (whole(job), tempdir().expect("a temporary folder"));
        let out = folder.path();
        let shards = ["0/4", "1/4", "2/4", "3/4"];
        let children = shards.map(|shard| start(job, shard, out));
        for child in children {
            ended(child, 0);
        }
        let merged = inrush(&["merge", text(out)]).exits(0).stdout();
        assert!(merged.starts_with("4 shards merged: 10 files, "), "{merged}");
        same(out, reference.path());
        let again = inrush(&["merge", text(out)]).exits(0).stdout();
        assert!(again.starts_with("merged already: 10 files, "), "{again}");
    }
}

#[test]
fn more_shards_than_files_are_no_harm() {
    let (reference, folder) = (whole(BYTES), tempdir().expect("a temporary folder"));
    let out = folder.path();
    for index in 0..13 {
        let shard = format!("{index}/13");
        let job = [BYTES, &["--shard", &shard, "--json", "--out", text(out)]].concat();
        let summary: serde_json::Value =
            serde_json::from_str(&inrush(&job).exits(0).stdout()).expect("the summary is JSON");
        assert_eq!(summary["files"], u32::from(index < 10));
        assert_eq!(summary["shard"], serde_json::json!({"index": index, "count": 13}));
    }
    let merged = inrush(&["merge", text(out), "--json"]).exits(0).stdout();
    let merged: serde_json::Value = serde_json::from_str(&merged).expect("the summary is JSON");
    assert_eq!((&merged["shards"], &merged["files"]), (&13.into(), &10.into()));
    assert_eq!(merged["root"].as_str(), Some(root(reference.path()).as_str()));
    assert_eq!(merged["unfinished"], serde_json::json!([]));
    same(out, reference.path());
}

/// Waits until the journal of shard 1/2 names `n_files` files, or it has ended.
fn until_noted(child: &mut Child, out: &Path, n_files: usize) {
    let path = out.join("_manifest-00001-of-00002.jsonl");
    let lines =
        || fs::read(&path).map_or(0, |bytes| bytes.iter().filter(|&&byte| byte == b'\n').count());
    while lines() <= n_files && child.try_wait().expect("the child is ours").is_none() {
        std::thread::yield_now();
    }
}

const LONG: &[&str] =
    &["table", "--schema", "builtin:seed7", "--rows", "400k", "--files", "40", "--format", "csv"];

#[test]
fn a_killed_shard_is_resumed_and_merged_with_one_that_went_on() {
    let reference = whole(LONG);
    for n_files in [0, 1, 9] {
        let folder = tempdir().expect("a temporary folder");
        let out = folder.path();
        let other = start(LONG, "0/2", out);
        let mut child = start(LONG, "1/2", out);
        until_noted(&mut child, out, n_files);
        child.kill().expect("the child is ours");
        child.wait().expect("it ends");
        ended(start(LONG, "1/2", out), 0);
        ended(other, 0);
        assert_eq!(parts(out), [""; 0]);
        inrush(&["merge", text(out)]).exits(0);
        same(out, reference.path());
    }
}

#[test]
fn a_shard_that_is_told_to_stop_ends_in_order_and_the_other_goes_on() {
    let reference = whole(LONG);
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let folder = tempdir().expect("a temporary folder");
        let out = folder.path();
        let other = start(LONG, "0/2", out);
        let mut child = start(LONG, "1/2", out);
        until_noted(&mut child, out, 2);
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process number"));
        // One that has ended cannot be told.
        let _ = kill(pid, signal);
        let output = child.wait_with_output().expect("it ends");
        ended(other, 0);
        assert_eq!(parts(out), [""; 0]);
        // One that was quicker than the signal is whole.
        if output.status.code() != Some(0) {
            assert_eq!(output.status.code(), Some(code));
            let unmerged = inrush(&["merge", text(out)]).exits(2);
            unmerged.says(&["shard 1/2", "not complete", "resume"]);
            ended(start(LONG, "1/2", out), 0);
        }
        inrush(&["merge", text(out)]).exits(0);
        same(out, reference.path());
    }
}

#[test]
fn a_shard_that_fails_fast_is_finished_later() {
    let (reference, folder) = (whole(CSV), tempdir().expect("a temporary folder"));
    let out = folder.path();
    // A folder stands where the first file of the shard should be.
    let blocked = out.join("seed7-00000-of-00010.csv");
    fs::create_dir(&blocked).expect("created");
    let job = [CSV, &["--shard", "0/2", "--overwrite", "--jobs", "1", "--fail-fast"]].concat();
    inrush(&[&job[..], &["--out", text(out)]].concat())
        .exits(1)
        .says(&["rename", "stopped before"]);
    ended(start(CSV, "1/2", out), 0);
    inrush(&["merge", text(out)]).exits(2).says(&["shard 0/2: not complete"]);
    fs::remove_dir(&blocked).expect("removed");
    ended(start(CSV, "0/2", out), 0);
    inrush(&["merge", text(out)]).exits(0);
    same(out, reference.path());
}

#[test]
fn before_merging_all_that_is_missing_is_said() {
    let folder = tempdir().expect("a temporary folder");
    let out = text(folder.path());
    for shard in ["1/4", "2/4"] {
        ended(start(CSV, shard, folder.path()), 0);
    }
    let parts = ["not merged", "2 of 4", "shard 0/4", "shard 3/4", "inrush merge"];
    inrush(&["verify", out]).exits(2).says(&parts);
    let verified = inrush(&["verify", out, "--shard", "1/4"]).exits(0).stdout();
    assert!(verified.starts_with("3 files verified: "), "{verified}");
    assert!(verified.contains("of shard 1/4"), "{verified}");
    inrush(&["verify", out, "--shard", "0/4"]).exits(2).says(&["shard 0/4: no manifest"]);
    let refused = inrush(&["merge", out]).exits(2).says(&["shard 0/4: no manifest", "shard 3/4"]);
    assert!(refused.stdout().starts_with("NOT merged, 2 shards: "), "{}", refused.stdout());
    let refused = inrush(&["merge", out, "--json"]).exits(2).stdout();
    let refused: serde_json::Value = serde_json::from_str(&refused).expect("the report is JSON");
    assert_eq!(refused["unfinished"][1]["name"], "shard 3/4");
    assert_eq!(refused["root"], serde_json::Value::Null);
    assert!(!names(folder.path()).contains(&"_manifest.jsonl".to_owned()));
}

#[test]
fn what_cannot_be_merged_has_an_exit_code() {
    let folder = tempdir().expect("a temporary folder");
    let out = text(folder.path());
    inrush(&["merge", out]).exits(2).says(&["no manifest"]);
    inrush(&["merge", "null:"]).exits(2).says(&["keeps nothing"]);
    inrush(&["merge", "no/such/folder"]).exits(2).says(&["no/such/folder"]);
    inrush(&["merge"]).exits(2).says(&["DEST"]);
    for shard in ["0/2", "1/2"] {
        ended(start(CSV, shard, folder.path()), 0);
    }
    let damaged = folder.path().join("seed7-00003-of-00010.csv");
    fs::write(&damaged, "short").expect("the file is damaged");
    inrush(&["merge", out]).exits(3).says(&["seed7-00003-of-00010.csv", "5 bytes, but"]);
    ended(start(CSV, "1/2", folder.path()), 0);
    inrush(&["merge", out, "--quiet"]).exits(0);
}

#[test]
fn shards_of_different_jobs_do_not_meet() {
    let folder = tempdir().expect("a temporary folder");
    let out = text(folder.path());
    ended(start(CSV, "0/2", folder.path()), 0);
    let before = data_files(folder.path());
    let base = ["table", "--schema", "builtin:seed7", "--rows", "5003", "--files", "11"];
    let other = [&base[..], &["--format", "csv", "--seed", "3", "--out", out]].concat();
    for flag in ["--quiet", "--resume"] {
        let job = [&other[..], &["--shard", "1/2", flag]].concat();
        inrush(&job).exits(2).says(&["another job", "files (10 there, 11 here)", "hint"]);
    }
    for flag in ["--quiet", "--resume", "--overwrite"] {
        let job = [CSV, &["--shard", "1/3", flag, "--out", out]].concat();
        inrush(&job).exits(2).says(&["shard 0/2", "one of 3"]);
    }
    let again = [CSV, &["--shard", "0/2", "--out", out]].concat();
    inrush(&again).exits(2).says(&["not empty", "--resume"]);
    inrush(&[CSV, &["--out", out, "--resume"]].concat()).exits(2).says(&["1 of 2", "shard 1/2"]);
    assert!(data_files(folder.path()) == before, "something was changed");
}

#[test]
fn auto_asks_the_scheduler() {
    let reference = whole(BYTES);
    for variables in [
        &[("JOB_COMPLETION_INDEX", [0, 1, 2])][..],
        &[
            ("SLURM_ARRAY_TASK_ID", [10, 12, 14]),
            ("SLURM_ARRAY_TASK_MIN", [10; 3]),
            ("SLURM_ARRAY_TASK_MAX", [14; 3]),
            ("SLURM_ARRAY_TASK_STEP", [2; 3]),
            ("SLURM_ARRAY_TASK_COUNT", [3; 3]),
        ],
        &[("OMPI_COMM_WORLD_RANK", [0, 1, 2]), ("OMPI_COMM_WORLD_SIZE", [3; 3])],
        &[("PMI_RANK", [0, 1, 2]), ("PMI_SIZE", [3; 3])],
    ] {
        let folder = tempdir().expect("a temporary folder");
        let choice = if variables.len() == 1 { "auto/3" } else { "auto" };
        for process in 0..3 {
            let mut command = command();
            command.args(BYTES).args(["--shard", choice, "--out", text(folder.path())]);
            for (name, values) in variables {
                command.env(name, values[process].to_string());
            }
            let made = run(&mut command).exits(0).stdout();
            assert!(made.contains(&format!("as shard {process}/3")), "{made}");
        }
        inrush(&["merge", text(folder.path())]).exits(0);
        same(folder.path(), reference.path());
    }
}

#[test]
fn a_shard_that_cannot_be_is_refused_with_a_way_out() {
    let base = [BYTES, &["--out", "null:", "--shard"]].concat();
    for (choice, said) in [
        ("3/3", ["--shard", "the last of 3 is 2/3"]),
        ("0/0", ["--shard", "at least one shard"]),
        ("first", ["`first`", "0/8"]),
        ("1/x", ["`1/x`", "0/8"]),
        ("auto/0", ["`0`", "auto/8"]),
        ("auto", ["no scheduler", "--shard i/n"]),
    ] {
        inrush(&[&base[..], &[choice]].concat()).exits(2).says(&said);
    }
    let auto = |variables: &[(&str, &str)], said: &[&str]| {
        let mut command = command();
        command.args(&base).arg("auto").envs(variables.iter().copied());
        run(&mut command).exits(2).says(said);
    };
    auto(&[("JOB_COMPLETION_INDEX", "1")], &["JOB_COMPLETION_INDEX is 1", "auto/N", "hint"]);
    let two = [("JOB_COMPLETION_INDEX", "1"), ("PMI_RANK", "1"), ("PMI_SIZE", "2")];
    auto(&two, &["JOB_COMPLETION_INDEX and PMI_RANK", "both set"]);
    auto(&[("PMI_RANK", "2"), ("PMI_SIZE", "2")], &["PMI_RANK", "the last of 2 is 1/2"]);
    auto(&[("PMI_RANK", "one")], &["PMI_RANK is `one`"]);
}

#[test]
fn a_shard_comes_from_the_environment_and_from_a_file() {
    let folder = tempdir().expect("a temporary folder");
    let config = folder.path().join("job.toml");
    fs::write(&config, "objects = 10\nsize = \"1KiB\"\nshard = \"3/4\"\nout = \"null:\"\n")
        .expect("the file is written");
    let args = ["bytes", "--config", text(&config)];
    assert!(inrush(&args).exits(0).stdout().contains("2 files"));
    let env = run(command().args(args).env("INRUSH_SHARD", "0/1")).exits(0).stdout();
    assert!(env.contains("10 files"), "{env}");
    fs::write(&config, "objects = 10\nshard = \"4/4\"\n").expect("the file is written");
    inrush(&args).exits(2).says(&["line 2", "the last of 4 is 3/4"]);
}

#[test]
fn standard_output_takes_the_one_file_of_a_shard() {
    let reference = whole(CSV);
    let job = [CSV, &["--out", "-", "--shard", "7/10"]].concat();
    let piped = inrush(&job).exits(0);
    assert_eq!(piped.output.stdout, data_files(reference.path())["seed7-00007-of-00010.csv"]);
    inrush(&[CSV, &["--out", "-", "--shard", "0/9"]].concat()).exits(2).says(&["not 2"]);
}

fn example(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/scaling-out");
    root.join(name).canonicalize().expect("the example is there")
}

/// As it stands in the guide, with the command in the path.
#[test]
fn the_example_on_one_machine_makes_what_one_process_makes() {
    let folder = tempdir().expect("a temporary folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_inrush"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = binary.parent().into_iter().map(Path::to_owned).chain(std::env::split_paths(&path));
    let mut script = alone(Command::new("sh"));
    script
        .arg(example("xargs.sh"))
        .current_dir(folder.path())
        .env("PATH", std::env::join_paths(paths).expect("no folder has a colon in its name"))
        .args(["4", "out", "bytes", "--objects", "10", "--size", "20KiB", "--seed", "5"]);
    run(&mut script).exits(0);
    let reference = whole(&["bytes", "--objects", "10", "--size", "20KiB", "--seed", "5"]);
    same(&folder.path().join("out"), reference.path());
}

/// As Slurm starts it, with a command in the path that says what it was asked.
#[test]
fn the_example_of_an_array_asks_for_the_shard_of_its_task() {
    let folder = tempdir().expect("a temporary folder");
    let stand_in = folder.path().join("inrush");
    fs::write(&stand_in, "#!/bin/sh\nprintf '%s ' \"$@\"\n").expect("the file is written");
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).expect("it may be run");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = [folder.path().to_owned()].into_iter().chain(std::env::split_paths(&path));
    let paths = std::env::join_paths(paths).expect("no folder has a colon in its name");
    for (shards, asked) in [(None, "--shard auto "), (Some("8"), "--shard 3/8 ")] {
        let mut script = alone(Command::new("bash"));
        script
            .arg(example("slurm.sh"))
            .env("PATH", &paths)
            .env("DEST", "s3://bucket/run")
            .env("SLURM_ARRAY_TASK_ID", "3")
            .env("SLURM_CPUS_PER_TASK", "2");
        if let Some(shards) = shards {
            script.env("SHARDS", shards);
        }
        let said = run(&mut script).exits(0).stdout();
        assert!(said.starts_with("table ") && said.contains(asked), "{said}");
        assert!(said.contains("--jobs 2 ") && said.contains("--out s3://bucket/run "), "{said}");
    }
}
