//! Questions as they are written, and what is said of those that mean nothing.

use inrush_lab::{Question, Value, lab, repository};

const WHOLE: &str = r#"title = "T"
question = "Which?"
expect = "This one."
wrong_if = "That one is faster."

[[cell]]
model = "threads"
subjects = ["std-mutex", "spin-lock"]
threads = [1, 2, 4]
quick = [1]
inside_ns = 10
duration_ms = 50
expect = { jain = 1 }
figures = ["jain"]
analysis = "Why."
"#;

fn read(text: &str) -> Result<Question, String> {
    Question::parse("name", "q.toml", text).map_err(|error| error.to_string())
}

/// What is said of the whole question with `from` put for `to`.
fn complaint(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    read(&WHOLE.replacen(from, to, 1)).expect_err("it means nothing")
}

#[test]
fn whole_question_is_read() {
    let question = read(WHOLE).expect("it is whole");
    let [sweep] = question.sweeps.as_slice() else { panic!("{question:?}") };
    assert_eq!((question.title.as_str(), question.question.as_str()), ("T", "Which?"));
    let cells = sweep.cells(false);
    let threads: Vec<u64> = cells.iter().map(|cell| cell.number("threads")).collect();
    assert_eq!(threads, [1, 2, 4]);
    assert_eq!(sweep.cells(true).len(), 1);
    // What is not said is what the model has.
    assert_eq!(cells[0].get("pin"), Some(&Value::from("scatter")));
    assert_eq!(cells[0].number("inside_ns"), 10);
    assert_eq!(sweep.duration(&cells[0], false).as_millis(), 50);
    assert!(cells.iter().all(|cell| sweep.has("threads", cell)));
    assert!(!sweep.has("threads", &cells[0].clone().with("threads", 3)));
    assert!(!sweep.has("threads", &cells[0].clone().with("inside_ns", 0)));
}

#[test]
fn complaint_names_file_line_and_key() {
    for (from, to, said) in [
        ("title = \"T\"\n", "", "q.toml:1: `title`: is missing"),
        ("title = \"T\"", "title = 3", "q.toml:1: `title`: is a text, and not empty"),
        ("wrong_if", "wrong_of", "q.toml:4: `wrong_of`: no such key; did you mean `wrong_if`?"),
        (
            "\"threads\"",
            "\"treads\"",
            "q.toml:7: `model`: no model `treads`; did you mean `threads`?",
        ),
        (
            "\"spin-lock\"",
            "\"spin-lok\"",
            "q.toml:8: `subjects`: `threads` has no subject `spin-lok`; did you mean `spin-lock`?",
        ),
        ("\"spin-lock\"", "\"std-mutex\"", "q.toml:8: `subjects`: has `std-mutex` twice"),
        ("\"spin-lock\"", "3", "q.toml:8: `subjects`: is a text, or a list of some"),
        ("[1, 2, 4]", "[]", "q.toml:9: `threads`: is an empty list"),
        ("[1, 2, 4]", "[1, 2, 1]", "q.toml:9: `threads`: has 1 twice"),
        ("[1, 2, 4]", "[1, 0]", "q.toml:9: `threads`: 0 is not from 1 to 60000"),
        ("[1, 2, 4]", "[1, -2]", "q.toml:9: `threads`: `-2` is no count"),
        ("[1, 2, 4]", "[1, \"x\"]", "q.toml:9: `threads`: `x` is no number"),
        ("[1, 2, 4]", "[1, true]", "q.toml:9: `threads`: is a number or a word"),
        (
            "quick = [1]",
            "quick = [3]",
            "q.toml:10: `quick`: 3 is not among the values of `threads`",
        ),
        ("quick = [1]", "quick = 1", "q.toml:10: `quick`: is a list, or false"),
        (
            "inside_ns = 10",
            "inside_ns = [1, 2]",
            "q.toml:11: `inside_ns`: `threads` is swept already; sweep one, in a cell of its own",
        ),
        (
            "inside_ns = 10",
            "insde_ns = 10",
            "q.toml:11: `insde_ns`: no such key; did you mean `inside_ns`?",
        ),
        ("= 50", "= 0", "q.toml:12: `duration_ms`: is a number from 1 to 600000"),
        ("{ jain = 1 }", "{ jane = 1 }", "q.toml:13: `jane`: no such key; did you mean `jain`?"),
        ("{ jain = 1 }", "{ jain = \"1\" }", "q.toml:13: `jain`: is a number"),
        ("{ jain = 1 }", "1", "q.toml:13: `expect`: is a table of measures, such as { files = 3 }"),
        ("[\"jain\"]", "[\"jan\"]", "q.toml:14: `figures`: no measure `jan`; did you mean `jain`?"),
        ("analysis = \"Why.\"", "", "q.toml:6: `analysis`: is missing"),
        ("[[cell]]", "[cell]", "q.toml:6: `cell`: a question has at least one, as [[cell]]"),
    ] {
        assert_eq!(complaint(from, to), said);
    }
    let said = complaint("= \"T\"", "=");
    assert!(said.starts_with("q.toml:1: "), "{said}");
    let said = complaint("\"spin-lock\"", "\"two-step-lock\"");
    assert!(
        said.contains("no subject `two-step-lock`"),
        "a broken subject answers nothing: {said}"
    );
}

#[test]
fn every_question_of_the_repository_is_one() {
    let questions = lab::questions(&repository().join("benches/questions")).expect("they are");
    assert!(questions.len() >= 5, "{}", questions.len());
    for question in &questions {
        for sweep in &question.sweeps {
            for cell in sweep.cells(false).iter().chain(&sweep.cells(true)) {
                let asked = sweep
                    .subjects
                    .iter()
                    .filter(|subject| sweep.model.refusal(cell, subject.name).is_none());
                assert!(asked.count() > 0, "{}: nobody is asked at {cell}", question.name);
            }
        }
    }
    let wanted = ["locks".to_owned(), "counters".to_owned()];
    let two = lab::select(questions.clone(), &wanted).expect("both are there");
    assert_eq!(two.iter().map(|q| q.name.as_str()).collect::<Vec<_>>(), ["counters", "locks"]);
    let error = lab::select(questions, &["lock".to_owned()]).expect_err("there is none");
    assert_eq!(error.to_string(), "no question `lock`; did you mean `locks`?");
}
