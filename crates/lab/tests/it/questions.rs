//! What the questions that are kept ask of the models that there are.

use inrush_lab::{Cell, lab, models, repository};

#[test]
fn no_subject_is_named_in_vain() {
    let questions = lab::questions(&repository().join("benches/questions")).expect("they are");
    for question in questions {
        for sweep in &question.sweeps {
            for subject in &sweep.subjects {
                let says = |cell: &Cell| sweep.model.refusal(cell, subject.name).is_none();
                let name = &question.name;
                assert!(sweep.cells(false).iter().any(says), "{name}: `{}`", subject.name);
            }
        }
    }
}

#[test]
fn every_model_has_a_name_measures_and_defaults_of_its_own_domain() {
    for (i, model) in models::MODELS.iter().enumerate() {
        let name = model.about().name;
        assert!(models::MODELS[..i].iter().all(|other| other.about().name != name), "{name}");
        assert!(!model.about().measures.is_empty() && !model.subjects().is_empty(), "{name}");
        let mut cell = Cell::default();
        for parameter in model.about().parameters {
            let default = parameter.domain.default();
            assert_eq!(parameter.domain.refusal(&default), None, "{name}: {}", parameter.name);
            cell = cell.with(parameter.name, default);
        }
        assert!(!model.duration(&cell).is_zero(), "{name}");
        let names: Vec<&str> = model.subjects().iter().map(|subject| subject.name).collect();
        let is_twice = |(i, name): (usize, &&str)| names[..i].contains(name);
        assert!(!names.iter().enumerate().any(is_twice), "{name}: {names:?}");
    }
}
