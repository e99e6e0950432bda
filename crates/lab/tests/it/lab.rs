//! `cargo lab` from outside: runs that are made up, records, and what becomes of damage.

use std::cell::Cell as Counter;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use inrush_lab::runner::{Journal, Plan, run};
use inrush_lab::{
    Answer, Disturbance, Outcome, Question, Quick, Request, Sample, Shown, Stop, run_command,
};

const QUESTION: &str = r#"title = "Made up"
question = "Which?"
expect = "This one."
wrong_if = "That one is faster."

[[cell]]
model = "threads"
subjects = ["own-rmw", "std-mutex", "spin-lock"]
threads = [1, 2, 4]
quick = [1]
figures = ["ops_per_s", "jain"]
analysis = "Why."
"#;

fn question() -> Question {
    Question::parse("made-up", "made-up.toml", QUESTION).expect("it is a question")
}

fn outcome(ops_per_s: f64, other_fraction: f64) -> Outcome {
    let mut shown = Shown::default();
    shown.set("ops_per_s", ops_per_s);
    shown.set("jain", 0.5);
    let mut disturbance = Disturbance::default();
    disturbance.other_fraction = Some(other_fraction);
    Outcome::Measured(Answer::new(disturbance, shown))
}

/// A rate that differs a little from one call to the next.
fn rate(request: &Request, nth: u32) -> f64 {
    let speed = match request.subject.as_str() {
        "own-rmw" => 3.0,
        "spin-lock" => 2.0,
        _ => 1.0,
    };
    speed * 1e6 * (1.0 + f64::from(nth % 5) / 1000.0) / request.cell.number("threads") as f64
}

fn taken(folder: &Path, resume: bool, process: &dyn Fn(&Request) -> Result<Outcome>) -> Result<()> {
    let mut journal = Journal::open(folder, resume).expect("a journal");
    let plan = Plan::new(false, PathBuf::new());
    run(&question(), &plan, &mut journal, &Stop::default(), process, &mut |_, _| ())?;
    journal.finish().map(|_| ())
}

#[test]
fn cell_is_taken_as_often_in_a_round_as_its_question_says() {
    let text = QUESTION.replace("quick = [1]", "quick = [1]\nsamples_per_round = 3");
    let question = Question::parse("often", "often.toml", &text).expect("it is a question");
    let folder = tempfile::tempdir().expect("a folder");
    let mut plan = Plan::new(false, PathBuf::new());
    plan.repetitions = 2;
    let mut journal = Journal::open(folder.path(), false).expect("a journal");
    let process = |request: &Request| Ok(outcome(rate(request, 0), 0.0));
    run(&question, &plan, &mut journal, &Stop::default(), &process, &mut |_, _| ())
        .expect("it runs");
    let taken: BTreeMap<_, Vec<u32>> =
        journal.samples().iter().fold(BTreeMap::new(), |mut taken, sample| {
            let of = (sample.cell.to_string(), sample.subject.clone());
            taken.entry(of).or_insert_with(Vec::new).push(sample.repetition);
            taken
        });
    assert_eq!(taken.len(), 9, "three cells of three subjects");
    assert!(taken.values().all(|repetitions| *repetitions == [0, 1, 2, 3, 4, 5]), "{taken:?}");
}

#[test]
fn sweep_that_is_never_quick_has_no_cells_in_a_quick_run() {
    let text = QUESTION.replace("quick = [1]", "quick = false");
    let question = Question::parse("slow", "slow.toml", &text).expect("it is a question");
    let sweep = &question.sweeps[0];
    assert_eq!(sweep.quick, Quick::Never);
    assert_eq!((sweep.cells(false).len(), sweep.cells(true).len()), (3, 0));
}

fn samples(folder: &Path) -> Vec<Sample> {
    let bytes = fs::read(folder.join("samples.jsonl")).expect("samples");
    let read = inrush_lab::Samples::parse(&bytes);
    assert_eq!(read.damaged, []);
    read.samples
}

/// A folder with the record of one machine, whose subjects are `slower` times as slow.
fn record(slower: f64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let nth = Counter::new(0);
    let own = folder.path().join("made-up");
    taken(&own, false, &|request| {
        nth.set(nth.get() + 1);
        Ok(outcome(rate(request, nth.get()) / slower, 0.0))
    })
    .expect("it runs");
    let machine = inrush_lab::Watch::begin(folder.path(), folder.path()).end();
    inrush_lab::Record::at(own).write_machine(&machine).expect("it is written");
    folder
}

/// The exit code and both streams of a command that knows the one question.
fn command(arguments: &[&str]) -> (u8, String, String) {
    let questions = tempfile::tempdir().expect("a folder");
    fs::write(questions.path().join("made-up.toml"), QUESTION).expect("it is written");
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let arguments: Vec<OsString> = std::iter::once("lab")
        .chain(arguments.iter().copied())
        .chain(["--questions", questions.path().to_str().expect("letters")])
        .map(OsString::from)
        .collect();
    let code = run_command(&arguments, &mut out, &mut notes);
    let text = |bytes| String::from_utf8(bytes).expect("letters");
    (code, text(out), text(notes))
}

fn path(folder: &tempfile::TempDir) -> &str {
    folder.path().to_str().expect("letters")
}

#[test]
fn every_subject_has_its_turn_in_every_round() {
    let folder = tempfile::tempdir().expect("a folder");
    taken(folder.path(), false, &|request| Ok(outcome(rate(request, 0), 0.0))).expect("it runs");
    let samples = samples(folder.path());
    assert_eq!(samples.len(), 3 * 3 * 7);
    let firsts: Vec<&str> = samples.iter().step_by(3).map(|s| s.subject.as_str()).collect();
    let of_one_cell: Vec<&str> = firsts.iter().step_by(3).copied().collect();
    assert_eq!(&of_one_cell[..3], ["own-rmw", "spin-lock", "std-mutex"], "each begins once");
    let positions: Vec<u32> = samples.iter().map(|sample| sample.position).collect();
    assert_eq!(positions, (0..63).collect::<Vec<_>>());
}

#[test]
fn disturbed_sample_is_kept_and_taken_again_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    taken(folder.path(), false, &|request| {
        let other = if request.subject == "std-mutex" { 0.9 } else { 0.0 };
        Ok(outcome(rate(request, 0), other))
    })
    .expect("it runs");
    let samples = samples(folder.path());
    let rejected = samples.iter().filter(|sample| sample.rejected.is_some()).count();
    assert_eq!((samples.len(), rejected), (3 * 7 * (2 + 3), 3 * 7 * 3));
    let why = samples.iter().find_map(|sample| sample.rejected.clone());
    assert_eq!(why.as_deref(), Some("other programs took 90% of the processor time"));
}

#[test]
fn wrong_output_does_not_count_and_is_not_asked_for_again() {
    let folder = tempfile::tempdir().expect("a folder");
    taken(folder.path(), false, &|request| match request.subject.as_str() {
        "std-mutex" => Ok(Outcome::Wrong { wrong: "lost one".to_owned() }),
        "spin-lock" => Ok(Outcome::Skipped { skipped: "no threads".to_owned() }),
        _ => Ok(outcome(1.0, 0.0)),
    })
    .expect("it runs");
    let samples = samples(folder.path());
    let mut counts = BTreeMap::new();
    for sample in &samples {
        *counts.entry(sample.subject.as_str()).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([("own-rmw", 21), ("spin-lock", 3), ("std-mutex", 3)]));
    let findings = inrush_lab::Findings::new(&samples);
    assert_eq!(findings.wrong().len(), 3);
    let cell = question().sweeps[0].cells(false)[0].clone();
    let absence = |subject| findings.absence(("threads", &cell, subject));
    assert_eq!(absence("std-mutex").as_deref(), Some("wrong: lost one"));
    assert_eq!(absence("spin-lock").as_deref(), Some("no threads"));
    assert_eq!(absence("own-rmw"), None);
}

#[test]
fn interrupted_run_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let nth = Counter::new(0);
    let until = |last: u32| {
        let nth = &nth;
        move |request: &Request| {
            nth.set(nth.get() + 1);
            if nth.get() > last {
                bail!("the power is off");
            }
            Ok(outcome(rate(request, 0), 0.0))
        }
    };
    let error = taken(folder.path(), false, &until(10)).expect_err("it ends early");
    assert!(format!("{error:#}").contains("the power is off"), "{error:#}");
    assert!(!folder.path().join("samples.jsonl").exists());
    // A line that was cut costs itself alone.
    let part = folder.path().join("samples.jsonl.part");
    let text = fs::read_to_string(&part).expect("samples");
    assert_eq!(text.lines().count(), 10);
    fs::write(&part, &text[..text.len() - 20]).expect("it is written");
    taken(folder.path(), true, &until(1_000)).expect("it goes on");
    assert_eq!(nth.get(), 11 + 63 - 9, "nine are not measured again");
    assert_eq!(samples(folder.path()).len(), 63);
}

#[test]
fn sample_that_the_interrupt_has_ended_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = Journal::open(folder.path(), false).expect("a journal");
    let stop = Stop::default();
    let process = |_: &Request| {
        stop.stop();
        Ok(Outcome::Skipped { skipped: "the process died".to_owned() })
    };
    let plan = Plan::new(false, PathBuf::new());
    let ran = run(&question(), &plan, &mut journal, &stop, &process, &mut |_, _| ());
    assert_eq!(ran.expect_err("it ends").to_string(), "interrupted");
    assert_eq!(journal.samples(), []);
}

#[test]
fn record_says_nothing_against_itself() {
    let a = record(1.0);
    let (code, out, notes) = command(&["diff", path(&a), path(&a), "--fail-if-worse", "1%"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert_eq!(notes, "0 of 18 measures of 1 questions differ, the intervals of 100.0% overlap\n");
}

#[test]
fn tenth_more_time_is_found_and_a_tenth_less_allowed() {
    let (a, b) = (record(1.0), record(1.1));
    let (code, out, notes) = command(&["diff", path(&a), path(&b), "--fail-if-worse", "5%"]);
    assert_eq!(code, 1);
    assert_eq!(out.lines().count(), 2 + 9, "{out}");
    assert!(out.contains("| made-up  | threads = 2 | `std-mutex` | ops_per_s |"), "{out}");
    let said = "9 of 18 measures of 1 questions differ, the intervals of 50.0% overlap, 9 are worse than \
                allowed\n";
    assert_eq!(notes, said);
    let (code, _, _) = command(&["diff", path(&b), path(&a), "--fail-if-worse", "5%"]);
    assert_eq!(code, 0, "more is not worse");
    let (code, _, _) = command(&["diff", path(&a), path(&b), "--fail-if-worse", "15%"]);
    assert_eq!(code, 0);
}

#[test]
fn reports_are_written_and_checked() {
    let results = tempfile::tempdir().expect("a folder");
    let machine = record(1.0);
    let inside = results.path().join("a-machine");
    fs::rename(machine.path(), &inside).expect("it is moved");
    let results_path = path(&results);
    let (code, _, notes) = command(&["report", results_path]);
    assert_eq!((code, notes.as_str()), (0, ""));
    let report = fs::read_to_string(inside.join("made-up/report.md")).expect("a report");
    assert!(report.starts_with("# Made up\n\nWhich?\n\n**Answer**\n\nMost operations a second: "));
    assert!(
        report.contains(
            "`spin-lock` from threads = 1 to 4 (2.00 M to 502 k, 2.00 times `std-mutex`)"
        ),
        "{report}"
    );
    for file in ["1-ops_per_s.svg", "1-ops_per_s.png", "1-jain.svg"] {
        assert!(inside.join("made-up").join(file).is_file(), "{file}");
        assert!(report.contains(file) || file.ends_with("png"), "{file}");
    }
    let page = fs::read_to_string(inside.join("index.html")).expect("a page");
    assert!(page.contains("<img src=\"made-up/1-jain.svg\"") && page.contains("<table>"));
    assert!(!page.contains("<script"));
    assert!(!inside.join("made-up/1-jain.png").exists(), "one is enough for each sweep");
    let (code, _, notes) = command(&["report", results_path, "--check"]);
    assert_eq!((code, notes.as_str()), (0, ""));
    for file in [
        "a-machine/made-up/report.md",
        "a-machine/made-up/1-jain.svg",
        "README.md",
        "a-machine/index.html",
    ] {
        let path = results.path().join(file);
        let whole = fs::read_to_string(&path).expect("it is there");
        fs::write(&path, whole.replacen("<", "< ", 1) + " ").expect("it is written");
        let (code, _, notes) = command(&["report", results_path, "--check"]);
        assert_eq!(code, 1, "{file}");
        assert!(notes.contains("is not what the samples say") && notes.contains(file), "{notes}");
        fs::write(&path, whole).expect("it is written");
    }
}

#[test]
fn law_of_scaling_says_how_many_processors_there_are() {
    for (cores, said) in
        [("2", "beyond the 2 processors there are"), ("64", "up to the 64 processors there are")]
    {
        let results = tempfile::tempdir().expect("a folder");
        let inside = results.path().join("a-machine");
        fs::rename(record(1.0).path(), &inside).expect("it is moved");
        let path = inside.join("made-up/machine.toml");
        let machine = fs::read_to_string(&path).expect("it is there");
        let line = machine.lines().find(|line| line.starts_with("cores = ")).expect("a line");
        let other = machine.replace(line, &format!("cores = {cores}"));
        fs::write(&path, other).expect("it is written");
        let (code, _, _) = command(&["report", results.path().to_str().expect("letters")]);
        assert_eq!(code, 0);
        let report = fs::read_to_string(inside.join("made-up/report.md")).expect("a report");
        assert!(report.contains(said), "{report}");
    }
}

#[test]
fn damaged_line_is_named_and_the_rest_is_used() {
    let results = tempfile::tempdir().expect("a folder");
    let inside = results.path().join("a-machine");
    fs::rename(record(1.0).path(), &inside).expect("it is moved");
    let path = inside.join("made-up/samples.jsonl");
    let text = fs::read_to_string(&path).expect("samples");
    let line = text.lines().nth(4).expect("a line");
    let mut bytes = text.replacen(line, &line[..30], 1).into_bytes();
    // And one that is no UTF-8, in the first line.
    bytes[40] = 0xff;
    fs::write(&path, bytes).expect("it is written");
    let named = results.path().to_str().expect("letters");
    let record = inside.to_str().expect("letters");
    // Whoever reads a record says so.
    for arguments in [
        &["rank", "--record", record][..],
        &["diff", record, record],
        &["compare", record, record],
        &["export", record],
        &["report", named],
    ] {
        let (code, _, notes) = command(arguments);
        assert_eq!(code, 0, "{arguments:?}: {notes}");
        for line in ["line 1", "line 5"] {
            let said = format!("samples.jsonl`: {line} is no sample: ");
            assert!(notes.contains(&said), "{arguments:?}: {notes}");
        }
    }
    let report = fs::read_to_string(inside.join("made-up/report.md")).expect("a report");
    assert!(report.contains("Damaged lines of `samples.jsonl`, left out: 2."), "{report}");
    assert!(report.contains("61 samples, of which 61 count"), "{report}");
}

#[test]
fn record_is_ranked_exported_and_compared() {
    let (a, b) = (record(1.0), record(2.0));
    let (code, out, _) = command(&["rank", "--record", path(&a)]);
    assert_eq!(code, 0);
    let rows: Vec<&str> = out.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), 2, "controls do not compete: {out}");
    assert!(rows[0].contains("`spin-lock`") && rows[0].contains("100%"), "{out}");
    assert!(rows[1].contains("`std-mutex`") && rows[1].contains("50."), "{out}");
    let (code, out, _) = command(&["rank", "--record", path(&a), "--by", "jain"]);
    let rows = out.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(code, 0);
    assert!(out.contains("By fairness") && rows.clone().count() == 2, "{out}");
    assert!(rows.into_iter().all(|row| row.contains("100%")), "all are as fair: {out}");

    let (code, out, _) = command(&["export", path(&a), "--csv"]);
    assert_eq!((code, out.lines().count()), (0, 1 + 2 * 63));
    let head = "question,model,cell,subject,repetition,position,rejected,measure,value";
    assert_eq!(out.lines().next(), Some(head));

    let (code, out, _) = command(&["compare", path(&a), path(&b)]);
    assert_eq!(code, 0);
    assert!(out.contains("| 1    | `spin-lock` |"), "{out}");
    assert!(out.contains("2.00 M x 1.50") && out.contains("1.00 M x 1.50"), "{out}");
}

#[test]
fn command_lines_that_mean_nothing_are_refused() {
    for arguments in [
        &["run", "--budget", "x"][..],
        &["rank", "--by", "jian"],
        &["rank", "--by", "overlap"],
        &["run", "--quick", "--budget", "1m"],
        &["run", "--repetitions", "0"],
        &["diff", "a"],
        &["diff", "a", "b", "--fail-if-worse", "200%"],
        &["nothing"],
        &[],
    ] {
        let (code, _, notes) = command(arguments);
        assert_eq!(code, 2, "{arguments:?}: {notes}");
        assert!(!notes.is_empty(), "{arguments:?}");
    }
    let (code, _, notes) = command(&["run", "maid-up"]);
    assert_eq!(code, 1);
    assert_eq!(notes, "error: no question `maid-up`; did you mean `made-up`?\n");
    let (code, _, notes) = command(&["run", "--subjects", "spin-lock,spin-lok"]);
    let said = "error: no question here has a subject `spin-lok`; did you mean `spin-lock`?\n";
    assert_eq!((code, notes.as_str()), (1, said));
    let (code, _, notes) = command(&["diff", "/nowhere", "/nowhere"]);
    assert_eq!((code, notes.as_str()), (1, "error: there is no record in `/nowhere`\n"));
    let (code, out, _) = command(&["list"]);
    assert_eq!((code, out.as_str()), (0, "made-up  Which?\n"));
    let (code, out, _) = command(&["list", "--models"]);
    assert_eq!(code, 0);
    assert!(out.contains("threads (1 to 60000, 1): how many threads"), "{out}");
    assert!(!out.contains("two-step-lock"), "{out}");
}

#[test]
fn budget_makes_rounds_and_never_fewer_than_five() {
    let questions = [question()];
    let mut plan = Plan::new(false, PathBuf::new());
    let round = plan.estimate(&questions[0]) / plan.repetitions;
    assert!(
        (plan.fit(&questions, round * 9, &|_| None).as_secs_f64() / (round * 9).as_secs_f64()
            - 1.0)
            .abs()
            < 0.2
    );
    assert!((8..=9).contains(&plan.repetitions), "{}", plan.repetitions);
    plan.fit(&questions, round, &|_| None);
    assert_eq!(plan.repetitions, 5);
    plan.fit(&questions, round * 1_000, &|_| None);
    assert_eq!(plan.repetitions, 31);
    // Where it took twice the time before, half as many fit.
    let estimate = plan.fit(&questions, round * 16, &|_| Some(2.0));
    assert_eq!(plan.repetitions, 8);
    assert!((estimate.as_secs_f64() / (round * 16).as_secs_f64() - 1.0).abs() < 0.01);
    let _ = inrush_lab::records(Path::new("/nowhere")).expect_err("there is nothing");
}
