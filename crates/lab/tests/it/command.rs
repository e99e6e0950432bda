//! The command of the bench, on a record whose samples are made up.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use inrush_lab::coordinators::{Cell, LARGE_CELLS, Options, PLACE, SEED_CELLS};
use inrush_lab::{JobSample, Record, Watch, command, repository};
use tempfile::TempDir;

/// A folder with a record of all cells in which `per-file` takes 0.9 times what `mutex` does, and a
/// document with markers.
struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self { folder: tempfile::tempdir().expect("a folder") };
        let machine = Watch::begin(fixture.folder.path(), &repository()).end();
        let record = Record::at(fixture.folder.path().to_owned());
        record.write::<JobSample>(&[], &machine).expect("it is written");
        fixture.write_samples(&SEED_CELLS.into_iter().chain(LARGE_CELLS).collect::<Vec<_>>());
        let document = format!(
            "head\n<!-- BEGIN {}: {} -->\n<!-- END {} -->\ntail\n",
            PLACE.name, PLACE.command, PLACE.name
        );
        fs::write(fixture.path("README.md"), document).expect("it is written");
        fixture
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there")
    }

    fn write_samples(&self, cells: &[Cell]) {
        let mut text = String::new();
        for cell in cells {
            for repetition in 0..5 {
                for (subject, ms) in [("per-file", 90 + repetition), ("mutex", 100 + repetition)] {
                    let wall_s = f64::from(ms) / 1e3;
                    let (files, rows) = (cell.files, cell.rows());
                    writeln!(
                        text,
                        r#"{{"schema":1,"cell":"{cell}","subject":"{subject}","repetition":{repetition},"position":0,"jobs":2,"wall_s":{wall_s},"user_s":0.1,"system_s":0.02,"peak_rss_bytes":10485760,"voluntary_switches":1,"involuntary_switches":2,"files":{files},"rows":{rows},"bytes":1234567,"xxh3":"00"}}"#
                    )
                    .expect("a String takes what is written");
                }
            }
        }
        fs::write(self.path("samples.jsonl"), text).expect("it is written");
    }

    /// The exit code and the text on both streams of the command with this record.
    fn run(&self, arguments: &[&str]) -> (u8, String, String) {
        let folder = self.folder.path().to_str().expect("the folder's name is text");
        let mut all = vec!["--from", folder];
        all.extend(arguments);
        run(&all)
    }

    /// The document, as an argument.
    fn readme(&self) -> String {
        self.path("README.md").to_str().expect("the folder's name is text").to_owned()
    }
}

fn run(arguments: &[&str]) -> (u8, String, String) {
    let arguments: Vec<OsString> =
        ["coordinators"].iter().chain(arguments).map(OsString::from).collect();
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let code = command::<Options>(&arguments, &mut out, &mut notes);
    let text = |bytes| String::from_utf8(bytes).expect("it is text");
    (code, text(out), text(notes))
}

#[test]
fn record_gives_both_tables_and_the_report() {
    let fixture = Fixture::new();
    let (code, out, notes) = fixture.run(&["--bench"]);
    assert_eq!((code, notes.as_str()), (0, ""));
    for cell in ["| 3 x 5k ", "| 10 x 10k ", "| 1k x 1k ", "| 4 x 5M "] {
        assert_eq!(out.matches(cell).count(), 3, "{cell}\n{out}");
    }
    assert_eq!(out.matches("lies below 1.0").count(), 4, "{out}");
    assert!(out.contains("92.0 [90.0, 94.0]") && out.contains("102 [100, 104]"), "{out}");
    let report = fixture.text("report.md");
    assert!(report.contains("`per-file` takes less time than `mutex` at 3 x 5k, 10 x 10k,"));
    assert!(report.contains(&out), "{report}");
}

#[test]
fn spliced_document_passes_the_check_until_it_is_edited() {
    let fixture = Fixture::new();
    let readme = fixture.readme();
    let (code, _, notes) = fixture.run(&["--check", &readme]);
    assert_eq!(code, 1, "nothing was spliced yet: {notes}");
    assert_eq!(fixture.run(&["--splice", &readme]).0, 0);
    let spliced = fixture.text("README.md");
    assert!(spliced.contains("5 samples of each subject"), "{spliced}");
    assert!(spliced.starts_with("head\n<!-- BEGIN coordinators: ") && spliced.ends_with("tail\n"));
    assert!(spliced.contains("| 10 x 10k ") && !spliced.contains("| 4 x 5M "), "{spliced}");
    let (code, out, notes) = fixture.run(&["--check", &readme]);
    assert_eq!((code, out.as_str(), notes.as_str()), (0, "", ""));

    fs::write(fixture.path("README.md"), spliced.replace("102 [", "101 [")).expect("written");
    let (code, _, notes) = fixture.run(&["--check", &readme]);
    assert!(code == 1 && notes.contains("README.md` is not what the samples of"), "{notes}");
}

#[test]
fn check_notices_a_stale_report_and_writes_nothing() {
    let fixture = Fixture::new();
    let readme = fixture.readme();
    assert_eq!(fixture.run(&["--splice", &readme]).0, 0);
    fs::write(fixture.path("report.md"), "stale").expect("written");
    let (code, _, notes) = fixture.run(&["--check", &readme]);
    assert!(code == 1 && notes.contains("report.md` is not what the samples of"), "{notes}");
    assert_eq!(fixture.text("report.md"), "stale");
}

#[test]
fn damaged_line_is_reported_and_the_rest_is_used() {
    let fixture = Fixture::new();
    let text = fixture.text("samples.jsonl").replacen("\"schema\":1,", "\"sche", 1);
    fs::write(fixture.path("samples.jsonl"), text).expect("written");
    let (code, out, notes) = fixture.run(&[]);
    assert_eq!(code, 0, "{notes}");
    assert!(notes.contains("samples.jsonl`: line 1 is no sample: "), "{notes}");
    assert_eq!(out.matches("lies below 1.0").count(), 4, "{out}");
    let report = fixture.text("report.md");
    assert!(report.contains("4 to 5 samples") && report.contains("left out: 1."), "{report}");
}

#[test]
fn samples_that_disagree_are_no_cell() {
    let fixture = Fixture::new();
    let text = fixture.text("samples.jsonl").replacen("\"xxh3\":\"00\"", "\"xxh3\":\"01\"", 1);
    fs::write(fixture.path("samples.jsonl"), text).expect("written");
    let (code, _, notes) = fixture.run(&[]);
    assert!(code == 1 && notes.contains("the samples of 3x5000: "), "{notes}");
}

#[test]
fn document_without_markers_is_an_error() {
    let fixture = Fixture::new();
    fs::write(fixture.path("README.md"), "no markers\n").expect("written");
    let (code, _, notes) = fixture.run(&["--splice", &fixture.readme()]);
    assert!(
        code == 1 && notes.contains("no line `<!-- BEGIN coordinators: cargo bench"),
        "{notes}"
    );
    assert_eq!(fixture.text("README.md"), "no markers\n");
}

#[test]
fn document_needs_the_cells_of_the_seed() {
    let fixture = Fixture::new();
    fixture.write_samples(&LARGE_CELLS);
    let (code, _, notes) = fixture.run(&["--splice", &fixture.readme()]);
    assert!(code == 1 && notes.contains("no pair of samples of 3 x 5k"), "{notes}");
}

#[test]
fn arguments_that_mean_nothing_are_usage_errors() {
    assert_eq!(run(&["--no-such-option"]).0, 2);
    let (code, out, _) = run(&["--help"]);
    assert!(code == 0 && out.contains("--record"), "{out}");
}

#[test]
fn child_answers_with_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = serde_json::to_string(&folder.path().join("out")).expect("it is text");
    let request = format!(
        r#"{{"cell":{{"files":2,"rows_per_file":10}},"subject":"per-file","jobs":1,"folder":{path}}}"#
    );
    let (code, out, notes) = run(&["--child", &request]);
    assert_eq!((code, notes.as_str()), (0, ""));
    assert!(out.ends_with("}\n") && out.lines().count() == 1, "{out}");
    assert!(out.contains("\"rows\":20"), "{out}");

    fs::write(folder.path().join("file"), "").expect("written");
    let (code, _, notes) = run(&["--child", &request.replace("/out", "/file")]);
    assert!(code == 1 && notes.starts_with("error: "), "{notes}");
}
