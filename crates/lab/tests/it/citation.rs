//! What documents cite of records.

use std::collections::HashMap;

use inrush_lab::report::{Report, with_citations};
use inrush_lab::{
    Answer, Disturbance, Outcome, Question, Recorded, Sample, Samples, Shown, Watch, repository,
};

const QUESTION: &str = r#"title = "Made up"
question = "Which?"
expect = "This one."
wrong_if = "That one is faster."

[[cell]]
model = "threads"
subjects = ["std-mutex", "spin-lock"]
threads = [1, 2]
figures = ["ops_per_s"]
analysis = "Why."
"#;

/// What becomes of a document beside a record of the question above.
fn cited(document: &str) -> Result<String, String> {
    let question = Question::parse("made-up", "made-up.toml", QUESTION).expect("a question");
    let mut samples = Vec::new();
    for cell in question.sweeps[0].cells(false) {
        for (subject, rate) in [("std-mutex", 1e6), ("spin-lock", 2e6)] {
            let mut shown = Shown::default();
            shown.set("ops_per_s", rate);
            let outcome = Outcome::Measured(Answer::new(Disturbance::default(), shown));
            samples.push(Sample::new(("threads", &cell, subject), 0, 0, outcome));
        }
    }
    let machine = Watch::begin(&std::env::temp_dir(), &repository()).end();
    let samples = Samples { samples, damaged: Vec::new() };
    let recorded = Recorded::new(question, samples, machine, "results/machine/made-up".into());
    let findings = recorded.findings();
    let report = Report::new(&recorded, &findings);
    let reports = HashMap::from([("made-up", &report)]);
    let folder = |report: &Report<'_>| report.folder().display().to_string();
    with_citations(document, &reports, folder).map_err(|error| format!("{error:#}"))
}

#[test]
fn marker_gets_figure_table_and_place_and_the_rest_stays() {
    let document = "head\n<!-- BEGIN lab: made-up 1 ops_per_s -->\nold\n<!-- END lab -->\ntail\n";
    let filled = cited(document).expect("there is such a record");
    assert!(filled.starts_with("head\n<!-- BEGIN lab: made-up 1 ops_per_s -->\n\n"), "{filled}");
    assert!(filled.ends_with("\n\n<!-- END lab -->\ntail\n"), "{filled}");
    assert!(!filled.contains("old"), "{filled}");
    assert!(filled.contains("![operations a second](results/machine/made-up/1-ops_per_s.svg)"));
    assert!(filled.contains("| `spin-lock` | 2.00 (n = 1) | 2.00 (n = 1) |"), "{filled}");
    assert!(filled.contains("4 samples, of which 4 count, "), "{filled}");
    assert!(filled.contains("\nBy `cargo lab run made-up`.\n"), "{filled}");
    assert_eq!(cited(&filled).expect("it stays"), filled);
    assert_eq!(cited("no marker\n").expect("nothing is cited"), "no marker\n");
}

#[test]
fn marker_that_means_nothing_is_named() {
    let with = |marker: &str| cited(&format!("{marker}\n<!-- END lab -->\n")).expect_err("nothing");
    assert_eq!(with("<!-- BEGIN lab: x 1 ops_per_s -->"), "no record of a question `x`");
    assert_eq!(with("<!-- BEGIN lab: made-up 2 ops_per_s -->"), "`made-up` has no sweep 2");
    assert!(
        with("<!-- BEGIN lab: made-up 1 jain -->").starts_with("the record has nothing of jain")
    );
    assert!(with("<!-- BEGIN lab: made-up -->").contains("names no question, sweep and measure"));
    assert!(with("<!-- BEGIN lab: made-up x ops_per_s -->").starts_with("`x` is no number"));
    let error = cited("<!-- BEGIN lab: made-up 1 ops_per_s -->\n").expect_err("it has no end");
    assert!(error.ends_with("has no `<!-- END lab -->`"), "{error}");
}
