//! What disks, folders and other people's files do: nothing is lost silently.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::{TempDir, tempdir};

use crate::inrush::{command, data_files, inrush, manifest, names, parts, root, run, text};

const SEED7: [&str; 3] = ["table", "--schema", "builtin:seed7"];

fn finished(rows: &str, files: &str) -> TempDir {
    let folder = tempdir().expect("a temporary folder");
    let more = ["--rows", rows, "--files", files, "--format", "csv", "--out", text(folder.path())];
    inrush(&[&SEED7[..], &more].concat()).exits(0);
    folder
}

#[test]
fn an_output_folder_that_is_a_file_is_refused() {
    let folder = tempdir().expect("a temporary folder");
    let file = folder.path().join("taken");
    fs::write(&file, "mine").expect("written");
    for out in [file.clone(), file.join("below")] {
        let args = [&SEED7[..], &["--rows", "1", "--out", text(&out)]].concat();
        inrush(&args).exits(2).says(&["taken"]);
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "mine");
}

#[test]
fn an_output_folder_that_cannot_be_written_is_refused() {
    let folder = tempdir().expect("a temporary folder");
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).expect("created");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("locked");
    // A privileged user writes where nobody may: then a folder that no one can make must do.
    let privileged = fs::write(locked.join("probe"), "").is_ok();
    let out = if privileged { "/proc/inrush".into() } else { locked };
    let args = [&SEED7[..], &["--rows", "1", "--out", text(&out)]].concat();
    inrush(&args).exits(2).says(&[text(&out)]);
}

#[test]
fn a_folder_with_other_data_is_refused_and_left_alone() {
    let folder = tempdir().expect("a temporary folder");
    fs::write(folder.path().join("precious.txt"), "mine").expect("written");
    let args = [&SEED7[..], &["--rows", "1", "--out", text(folder.path())]].concat();
    inrush(&args).exits(2).says(&["not empty", "precious.txt", "--overwrite"]);
    inrush(&[&args[..], &["--resume"]].concat()).exits(2).says(&["precious.txt", "no manifest"]);
    assert_eq!(names(folder.path()), ["precious.txt"]);
    inrush(&[&args[..], &["--overwrite"]].concat()).exits(0);
    let kept = fs::read_to_string(folder.path().join("precious.txt"));
    assert_eq!(kept.expect("still there"), "mine");
}

#[test]
fn overwrite_removes_what_the_earlier_run_wrote() {
    let folder = finished("100", "5");
    let out = text(folder.path());
    inrush(&[&SEED7[..], &["--rows", "10", "--files", "2", "--out", out]].concat()).exits(2);
    let args = [&SEED7[..], &["--rows", "10", "--files", "2", "--out", out, "--overwrite"]];
    inrush(&args.concat()).exits(0);
    assert_eq!(data_files(folder.path()).len(), 2);
    inrush(&["verify", out]).exits(0);
}

#[test]
fn overwrite_removes_nothing_outside_its_folder() {
    let folder = finished("100", "2");
    let outside = folder.path().with_extension("outside");
    fs::write(&outside, "mine").expect("written");
    let manifest_path = folder.path().join("_manifest.jsonl");
    let text_before = fs::read_to_string(&manifest_path).expect("read");
    let name = outside.file_name().expect("a name").to_string_lossy().into_owned();
    let hostile = text_before.replacen("seed7-00000-of-00002.csv", &format!("../{name}"), 1);
    fs::write(&manifest_path, hostile).expect("written");
    let args = ["--rows", "10", "--overwrite", "--out", text(folder.path())];
    inrush(&[&SEED7[..], &args].concat()).exits(0);
    assert_eq!(fs::read_to_string(&outside).expect("still there"), "mine");
    fs::remove_file(outside).expect("removed");
}

#[test]
fn resume_with_another_specification_is_refused() {
    let folder = finished("100", "2");
    let before = data_files(folder.path());
    let out = text(folder.path());
    for (more, difference) in [
        (["--rows", "101", "--format", "csv"], "rows"),
        (["--rows", "100", "--format", "parquet"], "format"),
    ] {
        let args = [&SEED7[..], &more, &["--files", "2", "--out", out, "--resume"]].concat();
        inrush(&args).exits(2).says(&["differs in", difference]);
    }
    let schema = folder.path().with_extension("sql");
    fs::write(&schema, "CREATE TABLE seed7 (id INT)").expect("written");
    let other = ["table", "--schema", text(&schema), "--rows", "100", "--files", "2"];
    inrush(&[&other[..], &["--format", "csv", "--out", out, "--resume"]].concat())
        .exits(2)
        .says(&["differs in schema"]);
    assert_eq!(data_files(folder.path()), before);
    fs::remove_file(schema).expect("removed");
}

#[test]
fn resume_of_a_complete_run_changes_nothing() {
    let folder = finished("100", "3");
    let (before, root_before) = (data_files(folder.path()), root(folder.path()));
    let more = ["--rows", "100", "--files", "3", "--format", "csv"];
    let args = [&SEED7[..], &more, &["--out", text(folder.path()), "--resume", "--json"]].concat();
    let run = inrush(&args).exits(0);
    assert!(run.stdout().contains("\"resumed\":3"), "{}", run.stdout());
    assert_eq!((data_files(folder.path()), root(folder.path())), (before, root_before));
}

#[test]
fn resume_passes_over_a_line_that_was_torn() {
    let whole = finished("1000", "4");
    let folder = finished("1000", "4");
    let path = folder.path().join("_manifest.jsonl");
    let journal = fs::read_to_string(&path).expect("read");
    let lines: Vec<&str> = journal.lines().collect();
    // As `kill -9` may leave it: two files noted, the third line broken off, two files missing.
    let torn = format!("{}\n{}\n{}\n{}", lines[0], lines[1], lines[2], &lines[3][..20]);
    fs::write(&path, torn).expect("written");
    fs::remove_file(folder.path().join("seed7-00003-of-00004.csv")).expect("removed");
    fs::write(folder.path().join(".seed7-00002-of-00004.csv.inrush-part"), "x").expect("written");
    let more = ["--rows", "1000", "--files", "4", "--format", "csv", "--resume", "--json"];
    let run = inrush(&[&SEED7[..], &more, &["--out", text(folder.path())]].concat()).exits(0);
    assert!(run.stdout().contains("\"resumed\":2"), "{}", run.stdout());
    assert_eq!(data_files(folder.path()), data_files(whole.path()));
    assert_eq!(root(folder.path()), root(whole.path()));
}

#[test]
fn a_second_run_on_the_same_folder_is_told_to_wait() {
    let folder = finished("100", "1");
    let journal = OpenOptions::new()
        .append(true)
        .open(folder.path().join("_manifest.jsonl"))
        .expect("the journal opens");
    journal.lock().expect("the lock is free");
    let args = ["--rows", "100", "--format", "csv", "--resume", "--out", text(folder.path())];
    inrush(&[&SEED7[..], &args].concat()).exits(2).says(&["another process"]);
}

#[test]
fn verify_names_a_file_that_was_truncated_altered_extended_or_removed() {
    for (damage, parts) in [
        (truncate as fn(&Path), ["seed7-00001-of-00003.csv", "ends at offset 1000"]),
        (alter, ["seed7-00001-of-00003.csv", "first bad byte is at offset 1234"]),
        (extend, ["seed7-00001-of-00003.csv", "goes on past its end"]),
        (remove, ["seed7-00001-of-00003.csv", "is missing"]),
    ] {
        let folder = finished("300", "3");
        damage(&folder.path().join("seed7-00001-of-00003.csv"));
        let verified = inrush(&["verify", text(folder.path())]).exits(3).says(&parts);
        assert!(verified.stdout().starts_with("2 files verified"), "{}", verified.stdout());
    }
}

fn truncate(path: &Path) {
    OpenOptions::new().write(true).open(path).and_then(|f| f.set_len(1000)).expect("truncated");
}

fn alter(path: &Path) {
    let file = OpenOptions::new().read(true).write(true).open(path).expect("opened");
    let mut byte = [0];
    file.read_exact_at(&mut byte, 1234).expect("read");
    file.write_all_at(&[byte[0] ^ 1], 1234).expect("written");
}

fn extend(path: &Path) {
    use std::io::Write;
    let mut file = OpenOptions::new().append(true).open(path).expect("opened");
    file.write_all(b"more").expect("written");
}

fn remove(path: &Path) {
    fs::remove_file(path).expect("removed");
}

#[test]
fn verify_finds_a_manifest_that_was_altered() {
    let folder = finished("300", "3");
    let path = folder.path().join("_manifest.jsonl");
    let manifest_text = fs::read_to_string(&path).expect("read");
    fs::write(&path, manifest_text.replacen("\"rows\":100", "\"rows\":101", 1)).expect("written");
    inrush(&["verify", text(folder.path())]).exits(3).says(&["_manifest.jsonl", "totals"]);
    fs::write(&path, "{\"not\": \"a manifest\"}\n").expect("written");
    inrush(&["verify", text(folder.path())]).exits(3).says(&["_manifest.jsonl", "line 1"]);
    fs::write(&path, manifest_text.lines().next().expect("a header").to_owned() + "\n?\n")
        .expect("written");
    inrush(&["verify", text(folder.path())]).exits(3).says(&["line 2"]);
}

#[test]
fn verify_refuses_what_is_not_a_folder_of_ours() {
    let folder = tempdir().expect("a temporary folder");
    inrush(&["verify", text(folder.path())]).exits(2).says(&["no manifest"]);
    inrush(&["verify", "no/such/folder"]).exits(2).says(&["no/such/folder", "No such file"]);
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    inrush(&["verify", text(&file)]).exits(2).says(&["not a folder"]);
}

#[test]
fn a_folder_of_another_version_is_checked_by_size_and_checksum() {
    let folder = finished("300", "3");
    let path = folder.path().join("_manifest.jsonl");
    let manifest_text = fs::read_to_string(&path).expect("read");
    fs::write(&path, manifest_text.replacen("\"tool\":\"", "\"tool\":\"9.", 1)).expect("written");
    // The hash no longer fits the altered specification, which is as it should be.
    let verified = inrush(&["verify", text(folder.path())]).exits(3).says(&["hash"]);
    assert!(verified.stdout().contains("3 files verified"), "{}", verified.stdout());
    assert!(verified.stdout().contains("written by version 9."), "{}", verified.stdout());
    alter(&folder.path().join("seed7-00001-of-00003.csv"));
    inrush(&["verify", text(folder.path())]).exits(3).says(&["00001-of-00003.csv: checksum"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_exit_4() {
    let full = OpenOptions::new().write(true).open("/dev/full").expect("Linux has /dev/full");
    let args = ["--rows", "100k", "--format", "csv", "--out", "-"];
    let mut command = command();
    command.args(SEED7).args(args).stdout(Stdio::from(full));
    run(&mut command).exits(4).says(&["standard output", "No space left"]);
}

#[test]
fn a_closed_pipe_is_exit_141_without_a_word() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let args = ["--rows", "100k", "--format", "csv", "--out", "-"];
    let mut command = command();
    command.args(SEED7).args(args).stdout(Stdio::from(writer));
    assert!(run(&mut command).exits(141).stderr().is_empty());
}

/// A tmpfs of a given size, where the right to mount is given.
struct Tmpfs(TempDir);

impl Tmpfs {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempdir().ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs", text(folder.path())])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_exit_4_with_whole_files_noted_and_no_parts() {
    let Some(disk) = Tmpfs::mount("2m") else {
        eprintln!("skipped: no right to mount a tmpfs here");
        return;
    };
    let out = disk.0.path().join("out");
    let more = ["--rows", "60k", "--files", "12", "--format", "csv", "--out", text(&out)];
    let args = [&SEED7[..], &more].concat();
    let failed = inrush(&args).exits(4).says(&["No space left"]);
    assert!(failed.stdout().contains("FAILED"), "{}", failed.stdout());
    assert_eq!(parts(&out), [""; 0]);
    let noted: Vec<String> = manifest(&out)[1..]
        .iter()
        .map(|line| line["name"].as_str().expect("a name").to_owned())
        .collect();
    let mut there: Vec<String> = data_files(&out).into_keys().collect();
    there.sort();
    let mut noted_sorted = noted.clone();
    noted_sorted.sort();
    assert_eq!(noted_sorted, there);
    assert!(!there.is_empty() && there.len() < 12, "{there:?}");
    inrush(&["verify", text(&out)]).exits(3).says(&["not complete", "is missing"]);

    // Room is made, and the job goes on from there.
    let grown = Command::new("mount")
        .args(["-o", "remount,size=20m", text(disk.0.path())])
        .status()
        .expect("mount is there");
    assert!(grown.success());
    inrush(&[&args[..], &["--resume"]].concat()).exits(0);
    inrush(&["verify", text(&out)]).exits(0);
}

#[test]
fn a_limit_on_the_size_of_files_is_exit_4_and_other_files_are_whole() {
    let folder = tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    // The first two of three files get one row more: no limit tells them apart, so all fail; the
    // unit of `ulimit -f` is at least 512 bytes in every shell.
    let script = format!(
        "ulimit -f 20; exec {} table --schema builtin:seed7 --rows 3000 --files 3 --format csv \
         --out {}",
        env!("CARGO_BIN_EXE_inrush"),
        text(&out)
    );
    run(Command::new("sh").args(["-c", &script])).exits(4).says(&["File too large"]);
    assert_eq!(parts(&out), [""; 0]);
    assert_eq!(data_files(&out).len(), 0);
}

#[test]
fn one_file_that_cannot_be_made_leaves_the_others_alone() {
    let folder = finished("300", "3");
    // A folder stands where the second file should be.
    let blocked = folder.path().join("seed7-00001-of-00003.csv");
    fs::remove_file(&blocked).expect("removed");
    fs::create_dir(&blocked).expect("created");
    let more = ["--rows", "300", "--files", "3", "--format", "csv", "--overwrite", "--out"];
    let args = [&SEED7[..], &more, &[text(folder.path())]].concat();
    // The earlier run's own name is taken: overwriting must not remove a folder that it never made.
    let failed = inrush(&args);
    assert!(matches!(failed.code(), 1 | 2), "{failed:?}");
    assert!(blocked.is_dir());
    let fresh = tempdir().expect("a temporary folder");
    fs::create_dir(fresh.path().join("seed7-00001-of-00003.csv")).expect("created");
    let args = [&SEED7[..], &more, &[text(fresh.path())]].concat();
    inrush(&args).exits(1).says(&["seed7-00001-of-00003.csv", "rename"]);
    assert!(fresh.path().join("seed7-00002-of-00003.csv").is_file());
    assert_eq!(parts(fresh.path()), [""; 0]);
    inrush(&["verify", text(fresh.path())]).exits(3).says(&["not complete: 2 of 3"]);
}

#[test]
fn fail_fast_stops_at_the_first_failure() {
    let fresh = tempdir().expect("a temporary folder");
    fs::create_dir(fresh.path().join("seed7-00000-of-00200.csv")).expect("created");
    let more = ["--rows", "20k", "--files", "200", "--format", "csv", "--overwrite", "--jobs", "1"];
    let args = [&SEED7[..], &more, &["--fail-fast", "--out", text(fresh.path())]].concat();
    inrush(&args).exits(1).says(&["rename", "stopped before", "more"]);
    assert_eq!(names(fresh.path()).len(), 2, "{:?}", names(fresh.path()));
}
