//! A question: what is asked, what is expected, and which cells are to tell.
//!
//! It is a TOML file, which `docs/the-lab.md` describes. Whatever in it means nothing is an error
//! that names file, line and key.

mod controls;
mod read;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Cell, Model, Subject, Value};

/// What is asked of this machine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Question {
    /// The name of its file without `.toml`, and of its folder in a record.
    pub name: String,
    /// The heading of its report.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// What is expected, and why.
    pub expect: String,
    /// What would prove the expectation wrong.
    pub wrong_if: String,
    /// What is measured.
    pub sweeps: Vec<Sweep>,
}

/// A parameter, and the values that it takes in turn.
pub type Swept = (String, Vec<Value>);

/// What a quick run takes of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum Quick {
    /// These values of what is swept, or the one cell where nothing is.
    Values(Vec<Value>),
    /// Nothing: it takes too long to be quick.
    Never,
}

/// Some subjects, over the values of at most one parameter.
#[derive(Clone)]
#[non_exhaustive]
pub struct Sweep {
    /// What this sweep adds to the answer.
    pub analysis: String,
    /// How it is measured.
    pub model: &'static dyn Model,
    /// What is measured.
    pub subjects: Vec<Subject>,
    /// The parameter that is swept, and its values.
    pub swept: Option<Swept>,
    /// What a quick run takes of it.
    pub quick: Quick,
    /// All other parameters.
    pub fixed: Cell,
    /// How long the measured part of a sample takes; the model's own length if absent.
    pub duration: Option<Duration>,
    /// Samples of each subject in each cell and round; one in a quick run.
    pub per_round: u64,
    /// In how many rounds it takes part at the most; in all if absent.
    pub most_rounds: Option<u32>,
    /// Measures that every sample must show, to the digit.
    pub expect: BTreeMap<String, f64>,
    /// The measures that are drawn, the first of which also answers.
    pub figures: Vec<String>,
    /// Whether it is that of the controls, which nobody asked for.
    pub is_control: bool,
}

impl Sweep {
    /// The cells, in the order of the values.
    pub fn cells(&self, is_quick: bool) -> Vec<Cell> {
        if is_quick && self.quick == Quick::Never {
            return Vec::new();
        }
        let Some((parameter, values)) = &self.swept else { return vec![self.fixed.clone()] };
        let values = match &self.quick {
            Quick::Values(few) if is_quick => few,
            _ => values,
        };
        let cell = |value: &Value| self.fixed.clone().with(parameter, value.clone());
        values.iter().map(cell).collect()
    }

    /// Whether a cell is one of this sweep.
    pub fn has(&self, model: &str, cell: &Cell) -> bool {
        let Some((parameter, values)) = &self.swept else {
            return model == self.model.about().name && *cell == self.fixed;
        };
        model == self.model.about().name
            && cell.without(parameter) == self.fixed.without(parameter)
            && cell.get(parameter).is_some_and(|value| values.contains(value))
    }

    /// How long the measured part of a sample takes in a cell.
    pub fn duration(&self, cell: &Cell, is_quick: bool) -> Duration {
        let duration = self.duration.unwrap_or_else(|| self.model.duration(cell));
        if is_quick { duration / 4 } else { duration }
    }
}

impl std::fmt::Debug for Sweep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sweep")
            .field("model", &self.model.about().name)
            .field("swept", &self.swept)
            .field("fixed", &self.fixed)
            .finish_non_exhaustive()
    }
}
