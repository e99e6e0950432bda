//! The report says what became of every file.

use std::io::Write;

use inrush_writers::{Action, Fault, FileSet, Mode, Report, Status};
use nix::errno::Errno;

use super::given::{Folder, at_once, fault, incomplete, script, statuses};

/// Written, failed in the middle, written at the third attempt, and failed for its folder.
fn mixed(folder: &Folder) -> Report {
    let names = ["a", "full", "slow", "no/file"];
    let faults = script([
        (1, Action::Write, 0, Fault::Short(2)),
        (1, Action::Write, 1, fault(Errno::ENOSPC)),
        (2, Action::Create, 0, fault(Errno::EMFILE)),
        (2, Action::Write, 0, Fault::Short(3)),
        (2, Action::Write, 1, fault(Errno::ETIMEDOUT)),
    ]);
    let set = FileSet::append(names.map(|name| folder.path(name)));
    incomplete(set.retry(at_once(3)).faults(faults).write_all(b"bytes"))
}

/// The text without what differs from call to call.
fn timeless(text: &str, folder: &Folder, report: &Report) -> String {
    let elapsed = format!("{:.3} s", report.elapsed().as_secs_f64());
    text.replace(&folder.at().display().to_string(), "DIR").replace(&elapsed, "TIME")
}

#[test]
fn every_file_has_its_status_attempts_bytes_and_error() {
    let folder = Folder::new();
    let report = mixed(&folder);
    let files: Vec<_> = report.files().map(|f| (f.status, f.attempts, f.bytes)).collect();
    let expected = [
        (Status::Written, 1, 5),
        (Status::Failed, 1, 2),
        (Status::Written, 3, 5),
        (Status::Failed, 1, 0),
    ];
    assert_eq!(files, expected);
    let errors: Vec<_> = report.files().map(|f| f.error.map(|error| error.action)).collect();
    assert_eq!(errors, [None, Some(Action::Write), None, Some(Action::Create)]);
    assert_eq!((folder.read("a"), folder.read("full")), ("bytes".into(), "by".into()));
    assert_eq!(folder.read("slow"), "bytes");
}

#[test]
fn the_totals_are_those_of_the_files() {
    let folder = Folder::new();
    let report = mixed(&folder);
    assert_eq!((report.n_files(), report.bytes(), report.attempts()), (4, 12, 6));
    assert_eq!(report.success_rate(), 0.5);
    assert!(!report.is_complete() && report.is_out_of_space());
    let all = [Status::Written, Status::Failed, Status::Cancelled, Status::TimedOut];
    assert_eq!(all.map(|status| report.count(status)), [2, 2, 0, 0]);
    assert_eq!(report.failures().count(), 2);
    assert_eq!(report.files().len(), 4);
}

#[test]
fn as_text_it_is_the_totals_and_then_what_failed() {
    let folder = Folder::new();
    let report = mixed(&folder);
    let expected = "\
2 of 4 files written (50.0%), 12 bytes in TIME
  folder `DIR/no`: No such file or directory (os error 2); it was to hold 1 of them
  failed: write `DIR/full`: No space left on device (os error 28)
  failed: create `DIR/no/file`: No such file or directory (os error 2)";
    assert_eq!(timeless(&report.to_string(), &folder, &report), expected);
}

#[test]
fn as_json_it_has_every_file() {
    let folder = Folder::new();
    let report = mixed(&folder);
    let mut json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["seconds"].as_f64(), Some(report.elapsed().as_secs_f64()));
    json["seconds"] = 0.into();
    let text = serde_json::to_string_pretty(&json["outcomes"]).unwrap();
    let expected = r#"[
  {
    "action": null,
    "attempts": 1,
    "bytes": 5,
    "error": null,
    "path": "DIR/a",
    "status": "written"
  },
  {
    "action": "write",
    "attempts": 1,
    "bytes": 2,
    "error": "No space left on device (os error 28)",
    "path": "DIR/full",
    "status": "failed"
  },
  {
    "action": null,
    "attempts": 3,
    "bytes": 5,
    "error": null,
    "path": "DIR/slow",
    "status": "written"
  },
  {
    "action": "create",
    "attempts": 1,
    "bytes": 0,
    "error": "No such file or directory (os error 2)",
    "path": "DIR/no/file",
    "status": "failed"
  }
]"#;
    assert_eq!(timeless(&text, &folder, &report), expected);
    json.as_object_mut().unwrap().remove("outcomes");
    let expected = r#"{"attempts":6,"bytes":12,"cancelled":0,"failed":2,"files":4,"seconds":0,"success_rate":0.5,"timed_out":0,"written":2}"#;
    assert_eq!(json.to_string(), expected);
}

#[test]
fn many_failures_are_counted_rather_than_shown() {
    let folder = Folder::new();
    let paths: Vec<_> = (0..1000).map(|i| folder.path(&format!("no/{i}"))).collect();
    let report = incomplete(FileSet::append(&paths).write_all(b"bytes"));
    let text = report.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 1 + 10 + 1, "{text}");
    assert!(lines[0].starts_with("0 of 1000 files written (0.0%), 0 bytes in "));
    assert!(lines[1].ends_with("it was to hold 1000 of them"));
    assert_eq!(lines[12], "  and 990 more");
}

#[test]
fn a_share_of_almost_all_is_not_shown_as_all() {
    let folder = Folder::new();
    let mut paths = folder.paths(2000);
    paths[7] = folder.path("no/file");
    let report = incomplete(FileSet::append(&paths).write_all(b"bytes"));
    assert!(report.to_string().starts_with("1999 of 2000 files written (99.9%)"), "{report}");
}

#[test]
fn a_folder_that_is_missing_is_named_once_with_the_files_it_was_to_hold() {
    let folder = Folder::new();
    let mut paths: Vec<_> = (0..30).map(|i| folder.path(&format!("no/{i}"))).collect();
    paths.extend((0..5).map(|i| folder.path(&format!("nor/{i}"))));
    paths.extend(folder.paths(7));
    for mode in [Mode::Append, Mode::Truncate, Mode::Atomic] {
        for workers in [1, 3] {
            let set = FileSet::new(&paths).mode(mode).workers(workers);
            for report in [
                incomplete(set.write_all(b"bytes")),
                incomplete(set.write_each(|_, file| file.write_all(b"bytes"))),
                incomplete(set.write_batches([["bytes"]])),
            ] {
                let named: Vec<_> =
                    report.folders().iter().map(|f| (f.path.clone(), f.n_files)).collect();
                assert_eq!(named, [(folder.path("no"), 30), (folder.path("nor"), 5)]);
                assert_eq!(report.count(Status::Written), 7);
            }
        }
    }
}

#[test]
fn a_folder_that_goes_away_meanwhile_is_named_too() {
    for mode in [Mode::Append, Mode::Truncate, Mode::Atomic] {
        let folder = Folder::new();
        let gone = folder.path("gone");
        std::fs::create_dir(&gone).unwrap();
        let set = FileSet::new([gone.join("a"), gone.join("b"), folder.path("c")]).mode(mode);
        let set = set.workers(1);
        let report = set.write_each(|i, file| {
            if i == 0 {
                std::fs::remove_dir_all(&gone)?;
            }
            file.write_all(b"bytes")
        });
        let report = incomplete(report);
        // A file that has lost its name takes bytes all the same, unless it is to get one.
        let n_files = if mode == Mode::Atomic { 2 } else { 1 };
        assert_eq!(report.count(Status::Failed), n_files);
        let named: Vec<_> = report.folders().iter().map(|f| (&f.path, f.n_files)).collect();
        assert_eq!(named, [(&gone, n_files)]);
        assert_eq!(statuses(&report)[2], Status::Written);
    }
}
