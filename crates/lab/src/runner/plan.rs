//! Which samples a question takes, and how long that is.

use std::path::PathBuf;
use std::time::Duration;

use crate::turns::turns;
use crate::{Cell, Outcome, Question, Request, Role, Sweep};

/// What a sample costs beside its measured part: a process, threads, and a warm-up.
const OVERHEAD: Duration = Duration::from_millis(40);
/// Repetitions, where nothing is said; and the least and the most that a budget makes of them.
const FULL: u32 = 7;
const QUICK: u32 = 3;
const LEAST: u32 = 5;
const MOST: u32 = 31;

/// What of a question is measured, and how often.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// Whether sweeps are thinned and samples short.
    pub is_quick: bool,
    /// Rounds.
    pub repetitions: u32,
    /// The subjects; all if empty. Controls are measured in any case.
    pub subjects: Vec<String>,
    /// Where samples write.
    pub folder: PathBuf,
}

/// A sample to be taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// What the process is asked.
    pub request: Request,
    /// Measures that it must show.
    expect: Vec<(String, f64)>,
}

impl Plan {
    /// All subjects, as often as nobody says otherwise, with files in `folder`.
    pub fn new(is_quick: bool, folder: PathBuf) -> Self {
        let repetitions = if is_quick { QUICK } else { FULL };
        Self { is_quick, repetitions, subjects: Vec::new(), folder }
    }

    /// Sets as many rounds as all `questions` together can have in `budget`, but no fewer than five.
    /// Returns how long they will take.
    pub fn fit(&mut self, questions: &[Question], budget: Duration) -> Duration {
        let round: Duration = questions.iter().map(|question| self.round(question)).sum();
        let fits = budget.as_secs_f64() / round.as_secs_f64().max(1e-3);
        self.repetitions = (fits as u32).clamp(LEAST, MOST);
        round * self.repetitions
    }

    /// How long all rounds of a question take.
    pub fn estimate(&self, question: &Question) -> Duration {
        self.round(question) * self.repetitions
    }

    fn round(&self, question: &Question) -> Duration {
        let steps = |(per_round, steps): &(u32, Vec<Step>)| {
            let once: Duration = steps.iter().map(|step| step.request.duration + OVERHEAD).sum();
            once * *per_round
        };
        self.cells(question).iter().map(steps).sum()
    }

    /// The steps of a round, those of a cell together, and how often they are taken in it.
    fn cells(&self, question: &Question) -> Vec<(u32, Vec<Step>)> {
        let mut cells: Vec<(u32, Vec<Step>)> = Vec::new();
        for sweep in &question.sweeps {
            for cell in sweep.cells(self.is_quick) {
                let steps: Vec<Step> = self
                    .steps(sweep, &cell)
                    .into_iter()
                    // A cell may be part of two sweeps.
                    .filter(|step| {
                        let mut others = cells.iter().flat_map(|(_, steps)| steps);
                        !others.any(|other| other.of() == step.of())
                    })
                    .collect();
                let per_round = if self.is_quick { 1 } else { sweep.per_round as u32 };
                cells.push((per_round, steps));
            }
        }
        cells
    }

    fn steps(&self, sweep: &Sweep, cell: &Cell) -> Vec<Step> {
        let is_wanted = |name: &str, role: Role| {
            self.subjects.is_empty()
                || role == Role::Control
                || self.subjects.iter().any(|subject| subject == name)
        };
        let model = sweep.model;
        let step = |name: &str| {
            let folder = model.writes().then(|| self.folder.clone());
            let duration = sweep.duration(cell, self.is_quick);
            let request = Request::new(model.about().name, cell.clone(), name, duration, folder);
            let expect = sweep.expect.iter().map(|(name, value)| (name.clone(), *value));
            Step { request, expect: expect.collect() }
        };
        sweep
            .subjects
            .iter()
            .filter(|subject| is_wanted(subject.name, subject.role))
            .filter(|subject| model.refusal(cell, subject.name).is_none())
            .map(|subject| step(subject.name))
            .collect()
    }

    /// All steps with their repetition, in the order in which they are taken.
    pub(super) fn turns(&self, question: &Question) -> Vec<(u32, Step)> {
        let cells = self.cells(question);
        let round = |round: u32| {
            cells.iter().flat_map(move |(per_round, steps)| {
                (0..*per_round).flat_map(move |i| {
                    let repetition = round * per_round + i;
                    turns(steps.clone(), repetition).into_iter().map(move |step| (repetition, step))
                })
            })
        };
        (0..self.repetitions).flat_map(round).collect()
    }
}

impl Step {
    /// The model, the cell and the subject.
    pub fn of(&self) -> (&str, &Cell, &str) {
        (&self.request.model, &self.request.cell, &self.request.subject)
    }

    /// The outcome, which is wrong where a measure is not what the question says.
    pub(super) fn checked(&self, outcome: Outcome) -> Outcome {
        let Outcome::Measured(answer) = &outcome else { return outcome };
        for (measure, expected) in &self.expect {
            let found = answer.shown.measures.get(measure);
            if found != Some(expected) {
                let found = found.map_or_else(|| "absent".to_owned(), f64::to_string);
                return Outcome::Wrong { wrong: format!("{measure} is {found}, not {expected}") };
            }
        }
        outcome
    }
}
