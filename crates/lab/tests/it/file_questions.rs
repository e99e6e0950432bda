//! The questions about files and records: each is read, and none asks for what is refused.

use inrush_lab::Question;

const QUESTIONS: [(&str, &str); 7] = [
    ("big-files", include_str!("../../../../benches/questions/big-files.toml")),
    ("coordinators", include_str!("../../../../benches/questions/coordinators.toml")),
    ("file-size", include_str!("../../../../benches/questions/file-size.toml")),
    ("objects", include_str!("../../../../benches/questions/objects.toml")),
    ("rates", include_str!("../../../../benches/questions/rates.toml")),
    ("records", include_str!("../../../../benches/questions/records.toml")),
    ("small-files", include_str!("../../../../benches/questions/small-files.toml")),
];

#[test]
fn every_question_is_read_and_its_cells_say_something_of_its_subjects() {
    for (name, text) in QUESTIONS {
        let question = Question::parse(name, &format!("{name}.toml"), text);
        let question = question.unwrap_or_else(|error| panic!("{error}"));
        for sweep in &question.sweeps {
            for cell in sweep.cells(false).into_iter().chain(sweep.cells(true)) {
                assert!(sweep.has(sweep.model.name(), &cell), "{name}: {cell}");
                for subject in &sweep.subjects {
                    let refusal = sweep.model.refusal(&cell, subject.name);
                    let is_place = refusal.as_ref().is_some_and(|why| why.contains("in memory"));
                    assert!(refusal.is_none() || is_place, "{name}: {cell}: {refusal:?}");
                }
            }
        }
    }
}
