//! What the system refuses is a cell without a figure, and the run goes on.

use std::fs;
use std::process::Command;

use inrush_lab::{Outcome, Samples};

const QUESTION: &str = r#"title = "More threads than there is memory for"
question = "Which?"
expect = "One."
wrong_if = "Many."

[[cell]]
model = "threads"
subject = "own-rmw"
threads = [20000, 1]
duration_ms = 5
analysis = "Why."
"#;

#[test]
fn threads_that_do_not_start_are_a_skipped_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let [questions, results] = ["questions", "results"].map(|name| folder.path().join(name));
    fs::create_dir(&questions).expect("a folder");
    fs::write(questions.join("limited.toml"), QUESTION).expect("it is written");
    // A GiB of addresses, and 20,000 stacks want more than two.
    let limited = "ulimit -v 1048576 || exit 9; exec \"$0\" \"$@\"";
    let run = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_inrush-lab"), "run", "--repetitions", "3"])
        .arg("--questions")
        .arg(&questions)
        .arg("--record")
        .arg(&results)
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&run.stderr);
    if run.status.code() == Some(9) {
        // A system without such a limit cannot be asked.
        return;
    }
    assert!(run.status.success(), "{said}");
    let record = fs::read_dir(&results).expect("a folder").filter_map(|entry| {
        let path = entry.expect("an entry").path().join("limited/samples.jsonl");
        path.is_file().then_some(path)
    });
    let bytes = fs::read(record.last().expect("there is a record")).expect("it is read");
    let samples = Samples::parse(&bytes).samples;
    let of = |threads: u64| samples.iter().filter(move |s| s.cell.number("threads") == threads);
    // It has shown that it cannot, and is not asked again.
    let [refused] = of(20_000).collect::<Vec<_>>()[..] else { panic!("{samples:?}") };
    let Outcome::Skipped { skipped } = &refused.outcome else { panic!("{refused:?}") };
    assert!(skipped.contains("did not start") || skipped.contains("died"), "{skipped}");
    let measured = of(1).filter(|s| matches!(s.outcome, Outcome::Measured(_))).count();
    assert!(measured >= 3, "{samples:?}");
}
