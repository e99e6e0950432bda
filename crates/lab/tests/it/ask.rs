//! A sample of a small cell, taken in this process.

use std::time::Duration;

use inrush_lab::{Cell, Fault, Model, Request, Role, Shown, Value, models};

/// A model, asked for short samples.
pub(crate) struct Asked(&'static dyn Model);

impl Asked {
    pub(crate) fn new(model: &str) -> Self {
        Self(models::find(model).expect("there is such a model"))
    }

    /// A cell with these parameters, and what the others are by default.
    pub(crate) fn cell(&self, parameters: &[(&str, Value)]) -> Cell {
        let known = self.0.about().parameters;
        let all = known.iter().fold(Cell::default(), |cell, parameter| {
            cell.with(parameter.name, parameter.domain.default())
        });
        parameters.iter().fold(all, |cell, (name, value)| {
            let parameter = known.iter().find(|parameter| parameter.name == *name);
            let domain = parameter.expect("there is such a parameter").domain;
            assert_eq!(domain.refusal(value), None, "{name}");
            cell.with(name, value.clone())
        })
    }

    /// A sample of a subject.
    pub(crate) fn measure(&self, subject: &str, cell: &Cell) -> Result<Shown, Fault> {
        let folder = tempfile::tempdir().expect("a folder");
        let into = self.0.writes().then(|| folder.path().to_owned());
        let duration = Duration::from_millis(1);
        models::measure(&Request::new(self.0.about().name, cell.clone(), subject, duration, into))
    }

    /// A sample of one that does what it should. Its measures are those of the model.
    pub(crate) fn sound(&self, subject: &str, cell: &Cell) -> Shown {
        let shown = self.measure(subject, cell);
        let shown = shown.unwrap_or_else(|fault| panic!("{subject} at {cell}: {fault}"));
        for (name, value) in &shown.measures {
            let is_known = self.0.about().measures.iter().any(|measure| measure.name == name);
            assert!(is_known && value.is_finite(), "{subject} at {cell}: {name} {value}");
        }
        let first = self.0.about().measures[0].name;
        assert!(shown.measures[first] > 0.0, "{subject} at {cell}: {shown:?}");
        shown
    }

    /// What the gate says of one that does what it must not.
    pub(crate) fn wrong(&self, subject: &str, cell: &Cell) -> String {
        match self.measure(subject, cell) {
            Err(Fault::Wrong(why)) => why,
            other => panic!("{subject} at {cell}: {other:?}"),
        }
    }

    /// Why there is no sample.
    pub(crate) fn skipped(&self, subject: &str, cell: &Cell) -> String {
        match self.measure(subject, cell) {
            Err(Fault::Skipped(why)) => why,
            other => panic!("{subject} at {cell}: {other:?}"),
        }
    }

    /// The subjects that questions can name.
    pub(crate) fn subjects(&self) -> Vec<&'static str> {
        let all = self.0.subjects().into_iter();
        all.filter(|subject| subject.role != Role::Broken).map(|subject| subject.name).collect()
    }
}
