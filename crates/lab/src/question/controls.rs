//! What every question measures beside what it asks, so that a report says how its machine was just then.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Question, Quick, Sweep};
use crate::threads::Threads;
use crate::{Cell, Model};

/// Nothing; a load and a store of a word of one's own; and the same in one step.
const CONTROLS: [&str; 3] = ["no-op", "own-store", "own-rmw"];
const DURATION: Duration = Duration::from_millis(50);

impl Question {
    /// The question with one sweep more, of those controls that it does not ask for itself; the same where
    /// there is none.
    #[must_use]
    pub fn with_controls(mut self) -> Self {
        let parameters = Threads.about().parameters.iter();
        let cell = parameters.fold(Cell::default(), |cell, parameter| {
            cell.with(parameter.name, parameter.domain.default())
        });
        let is_asked = |name: &str| {
            self.sweeps.iter().any(|sweep| {
                sweep.has(Threads.about().name, &cell)
                    && sweep.subjects.iter().any(|subject| subject.name == name)
            })
        };
        let subjects = Threads.subjects().into_iter();
        let subjects: Vec<_> = subjects
            .filter(|subject| CONTROLS.contains(&subject.name) && !is_asked(subject.name))
            .collect();
        if subjects.is_empty() {
            return self;
        }
        self.sweeps.push(Sweep {
            analysis: "What one thread of this machine can do at the most, measured in turn with the rest: \
                       nothing (`no-op`), a load and a store of a word of its own (`own-store`), and both in \
                       one step (`own-rmw`). Where two reports of a machine differ here, so did the machine."
                .to_owned(),
            model: &Threads,
            subjects,
            swept: None,
            quick: Quick::Values(Vec::new()),
            fixed: cell,
            duration: Some(DURATION),
            per_round: 1,
            most_rounds: None,
            expect: BTreeMap::new(),
            figures: vec!["ops_per_s".to_owned()],
            is_control: true,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(cell: &str) -> Question {
        let text = format!(
            "title = \"T\"\nquestion = \"Q?\"\nexpect = \"E.\"\nwrong_if = \"W.\"\n[[cell]]\n{cell}\n\
             analysis = \"Why.\"\n"
        );
        Question::parse("name", "q.toml", &text).expect("it is a question").with_controls()
    }

    fn controls(question: &Question) -> Vec<&str> {
        let sweep = question.sweeps.iter().find(|sweep| sweep.is_control);
        sweep.map_or_else(Vec::new, |sweep| sweep.subjects.iter().map(|s| s.name).collect())
    }

    #[test]
    fn question_that_has_no_controls_gets_them() {
        let other = question("model = \"serialise\"\nsubject = \"csv\"");
        assert_eq!(controls(&other), CONTROLS);
        assert_eq!(other.sweeps[1].cells(false).len(), 1);
        // One that has them elsewhere does not have them here.
        let two = question("model = \"threads\"\nsubjects = [\"no-op\", \"own-rmw\"]\nthreads = 2");
        assert_eq!(controls(&two), CONTROLS);
    }

    #[test]
    fn question_that_asks_for_them_gets_the_others_alone() {
        let one = "model = \"threads\"\nsubjects = [\"no-op\", \"own-rmw\"]\nthreads = [1, 2]";
        assert_eq!(controls(&question(one)), ["own-store"]);
        let all = one.replace("\"no-op\",", "\"no-op\", \"own-store\",");
        assert_eq!(controls(&question(&all)), [""; 0]);
    }
}
