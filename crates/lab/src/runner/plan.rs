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

/// The steps of a cell.
#[derive(Debug)]
struct Taken {
    /// How often they are taken in a round.
    per_round: u32,
    /// In how many rounds, at the most.
    rounds: u32,
    steps: Vec<Step>,
}

impl Plan {
    /// All subjects, as often as nobody says otherwise, with files in `folder`.
    pub fn new(is_quick: bool, folder: PathBuf) -> Self {
        let repetitions = if is_quick { QUICK } else { FULL };
        Self { is_quick, repetitions, subjects: Vec::new(), folder }
    }

    /// Sets as many rounds as all `questions` together can have in `budget`, but no fewer than five.
    /// `before` says by how much an earlier run of a question went beyond what was planned for it, where there
    /// was one. Returns how long the rounds will take.
    pub fn fit(
        &mut self,
        questions: &[Question],
        budget: Duration,
        before: &dyn Fn(&Question) -> Option<f64>,
    ) -> Duration {
        let all = |rounds: u32| -> Duration {
            let plan = Self { repetitions: rounds, ..self.clone() };
            let one = |question| plan.estimate(question).mul_f64(before(question).unwrap_or(1.0));
            questions.iter().map(one).sum()
        };
        let fits = (LEAST..=MOST).rev().find(|rounds| all(*rounds) <= budget);
        let rounds = fits.unwrap_or(LEAST);
        let estimate = all(rounds);
        self.repetitions = rounds;
        estimate
    }

    /// How long all rounds of a question take, if nothing beside its samples does.
    pub fn estimate(&self, question: &Question) -> Duration {
        let of_a_cell = |taken: &Taken| {
            let once: Duration = taken.steps.iter().map(|s| s.request.duration + OVERHEAD).sum();
            once * taken.per_round * taken.rounds.min(self.repetitions)
        };
        self.cells(question).iter().map(of_a_cell).sum()
    }

    /// The steps of a round, those of a cell together.
    fn cells(&self, question: &Question) -> Vec<Taken> {
        let mut cells: Vec<Taken> = Vec::new();
        for sweep in &question.sweeps {
            for cell in sweep.cells(self.is_quick) {
                let steps: Vec<Step> = self
                    .steps(sweep, &cell)
                    .into_iter()
                    // A cell may be part of two sweeps.
                    .filter(|step| {
                        let mut others = cells.iter().flat_map(|taken| &taken.steps);
                        !others.any(|other| other.of() == step.of())
                    })
                    .collect();
                let per_round = if self.is_quick { 1 } else { sweep.per_round as u32 };
                let rounds = sweep.most_rounds.unwrap_or(u32::MAX);
                cells.push(Taken { per_round, rounds, steps });
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
            let has_turn = move |taken: &&Taken| round < taken.rounds;
            cells.iter().filter(has_turn).flat_map(move |taken| {
                (0..taken.per_round).flat_map(move |i| {
                    let repetition = round * taken.per_round + i;
                    let steps = turns(taken.steps.clone(), repetition);
                    steps.into_iter().map(move |step| (repetition, step))
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
