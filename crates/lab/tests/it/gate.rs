//! The gate before a sample: whole jobs pass, and broken ones are named.

use std::fs;
use std::path::Path;

use anyhow::Result;
use inrush_dataset::{CancelToken, Destination, FileFormat, RunOptions, TableSpec, run};
use inrush_lab::coordinators::{Cell, Plan, Request, Subject, measure, samples, verify};
use inrush_lab::{JobSample, Measured, Stop};
use inrush_tables::Schema;

const CELL: Cell = Cell { files: 3, rows_per_file: 100 };

fn request(subject: Subject, folder: &Path) -> Request {
    Request::new(CELL, subject, 2, folder.to_owned())
}

/// What the gate says of a job to which `damage` was done.
fn verdict(damage: impl FnOnce(&Path)) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let measured = measure(&request(Subject::PerFile, folder.path())).expect("the job is done");
    damage(folder.path());
    let error = verify(&CELL, folder.path(), &measured).expect_err("it is damaged");
    format!("{error:#}")
}

fn file(folder: &Path, i: usize) -> std::path::PathBuf {
    folder.join(format!("seed7-{i:05}-of-00003.parquet"))
}

#[test]
fn both_subjects_pass_with_the_same_hash() {
    let hashes = Subject::ALL.map(|subject| {
        let folder = tempfile::tempdir().expect("a folder");
        let measured = measure(&request(subject, folder.path())).expect("the job is done");
        assert_eq!((measured.files, measured.rows), (3, 300));
        assert!(measured.peak_rss_bytes > 0 && measured.wall_s > 0.0, "{measured:?}");
        verify(&CELL, folder.path(), &measured).expect("the job is whole")
    });
    assert_eq!(hashes[0], hashes[1]);
}

#[test]
fn missing_file_is_named() {
    let said = verdict(|folder| fs::remove_file(file(folder, 1)).expect("it is there"));
    assert_eq!(said, "`seed7-00001-of-00003.parquet` is in the manifest, and not there");
}

#[test]
fn unfinished_file_is_named() {
    let said = verdict(|folder| {
        fs::write(folder.join(".x.parquet.inrush-part"), "x").expect("it is written");
    });
    assert_eq!(said, "`.x.parquet.inrush-part` is there, and not in the manifest");
}

#[test]
fn truncated_file_is_named() {
    let said = verdict(|folder| {
        let bytes = fs::read(file(folder, 2)).expect("it is there");
        fs::write(file(folder, 2), &bytes[..bytes.len() - 1]).expect("it is written");
    });
    assert!(said.starts_with("the footer of `seed7-00002-of-00003.parquet`: "), "{said}");
}

#[test]
fn flipped_bit_is_noticed() {
    let said = verdict(|folder| {
        let mut bytes = fs::read(file(folder, 0)).expect("it is there");
        // Behind the leading magic: inside the first page.
        bytes[40] ^= 1;
        fs::write(file(folder, 0), bytes).expect("it is written");
    });
    assert_eq!(said, "the bytes of the files are not those of the manifest");
}

#[test]
fn wrong_number_of_rows_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let measured = measure(&request(Subject::Mutex, folder.path())).expect("the job is done");
    let more = Cell { rows_per_file: 101, ..CELL };
    let error = verify(&more, folder.path(), &measured).expect_err("a row is missing");
    let said = "the footer of `seed7-00000-of-00003.parquet` states 100 rows, not 101";
    assert_eq!(error.to_string(), said);
    let more = Cell { files: 4, ..CELL };
    let error = verify(&more, folder.path(), &measured).expect_err("a file is missing");
    assert_eq!(error.to_string(), "there are 3 files, not 4");
}

#[test]
fn job_that_misreports_itself_is_no_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut measured = measure(&request(Subject::Mutex, folder.path())).expect("the job is done");
    measured.bytes += 1;
    let error = verify(&CELL, folder.path(), &measured).expect_err("it misreports");
    assert!(error.to_string().contains("and the job says"), "{error}");
}

#[test]
fn folder_without_a_complete_manifest_is_no_sample() {
    let said = verdict(|folder| {
        fs::remove_file(folder.join(inrush_dataset::MANIFEST_NAME)).expect("it is there");
    });
    assert_eq!(said, "there is no manifest");
    let said = verdict(|folder| {
        let path = folder.join(inrush_dataset::MANIFEST_NAME);
        let text = fs::read_to_string(&path).expect("it is there");
        let end = text.trim_end().rfind('\n').expect("it has lines");
        fs::write(path, &text[..=end]).expect("it is written");
    });
    assert_eq!(said, "the manifest says that the job is not complete");
}

/// Samples of both subjects, each done by `process` in this process.
fn take(process: impl Fn(&Request) -> Result<Measured>) -> (Result<Vec<JobSample>>, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut plan = Plan::new(vec![CELL], 2, folder.path().to_owned());
    plan.repetitions = Some(2);
    let mut n_taken = 0;
    let samples = samples(&plan, &Stop::default(), process, |_, _| n_taken += 1);
    let left = fs::read_dir(folder.path()).expect("it is there").count();
    assert_eq!(left, 0, "files of samples are left behind");
    (samples, n_taken)
}

#[test]
fn samples_alternate_and_leave_nothing_behind() {
    let (samples, n_taken) = take(measure);
    let samples = samples.expect("all are whole");
    let order: Vec<(u32, &str, u32)> =
        samples.iter().map(|s| (s.position, s.subject.as_str(), s.repetition)).collect();
    let expected = [(0, "per-file", 0), (1, "mutex", 0), (2, "mutex", 1), (3, "per-file", 1)];
    assert_eq!(order, expected);
    assert_eq!(n_taken, 4);
}

#[test]
fn subject_that_loses_a_file_ends_the_run() {
    let (samples, n_taken) = take(|request| {
        let measured = measure(request)?;
        if request.subject == Subject::Mutex {
            fs::remove_file(file(&request.folder, 0))?;
        }
        Ok(measured)
    });
    let said = format!("{:#}", samples.expect_err("a file is missing"));
    assert!(said.starts_with("`mutex` at 3 x 100: a wrong output: `seed7-00000-of-"), "{said}");
    assert_eq!(n_taken, 1);
}

#[test]
fn subject_that_writes_other_rows_ends_the_run() {
    let (samples, _) = take(|request| {
        let mut measured = measure(request)?;
        if request.subject == Subject::Mutex {
            let schema = Schema::builtin("seed7")?;
            let spec = TableSpec::new(&schema, CELL.rows(), CELL.files, FileFormat::parquet())?;
            let mut options = RunOptions::new(Destination::Folder(request.folder.clone()));
            options.existing = inrush_dataset::Existing::Overwrite;
            let other = run(&spec.with_seed(1).into(), &options, &CancelToken::default(), &())?;
            measured.bytes = other.bytes;
        }
        Ok(measured)
    });
    let said = format!("{:#}", samples.expect_err("the rows are others"));
    assert_eq!(said, "`mutex` at 3 x 100: its files are not those of the samples before it");
}

#[test]
fn signal_ends_the_run_before_the_next_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = Plan::new(vec![CELL], 2, folder.path().to_owned());
    let stop = Stop::default();
    stop.stop();
    let stopped = samples(&plan, &stop, measure, |_, _| {});
    assert_eq!(stopped.expect_err("stopped").to_string(), "interrupted");
}
