//! What samples say of a claim.

use std::fmt;

use super::{Claim, ClaimTest, ClaimTests, Quantity};
use crate::{Cell, Estimate, Findings, Machine, Question, models};

/// What is to be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimVerdict {
    /// Every test passes with its whole interval.
    Holds,
    /// The interval of a test lies outside of its bounds.
    DoesNotHold,
    /// An interval reaches over a bound, or is that of one or two samples.
    Undecided,
    /// The samples are not there.
    NotMeasured,
    /// What it is about is not built yet.
    NotYet,
    /// This machine cannot tell.
    CannotTell,
}

/// What a test found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// What was bounded, in words.
    pub what: String,
    /// What it is, where there are samples.
    pub estimate: Option<Estimate>,
    /// Why there is none, or why it decides nothing.
    pub absence: Option<String>,
    /// What to say of it.
    pub verdict: ClaimVerdict,
}

/// Of several tests the first of these is that of the claim.
const ORDER: [ClaimVerdict; 4] = [
    ClaimVerdict::DoesNotHold,
    ClaimVerdict::NotMeasured,
    ClaimVerdict::Undecided,
    ClaimVerdict::Holds,
];

impl Claim {
    /// What samples of a machine say; `findings` are those of a question by name. A test that the machine
    /// cannot tell decides nothing beside one that it can.
    pub fn judge<'f>(
        &self,
        machine: &Machine,
        findings: impl Fn(&str) -> Option<&'f Findings<'f>>,
    ) -> (ClaimVerdict, Vec<Finding>) {
        let tests = match &self.tests {
            ClaimTests::All(tests) => tests,
            ClaimTests::NotYet => return (ClaimVerdict::NotYet, Vec::new()),
            ClaimTests::Cannot => return (ClaimVerdict::CannotTell, Vec::new()),
        };
        let found: Vec<Finding> =
            tests.iter().map(|test| test.judge(machine, findings(&test.question))).collect();
        let has = |verdict: ClaimVerdict| found.iter().any(|finding| finding.verdict == verdict);
        let mut order = ORDER.into_iter();
        let worst = order.find(|&verdict| has(verdict)).unwrap_or(ClaimVerdict::CannotTell);
        (worst, found)
    }
}

impl Claim {
    /// What the tests need and the questions do not measure.
    pub fn not_asked(&self, questions: &[Question]) -> Vec<String> {
        let ClaimTests::All(tests) = &self.tests else { return Vec::new() };
        let is_asked = |test: &ClaimTest, quantity: &Quantity| {
            let question = questions.iter().find(|question| question.name == test.question);
            let cell = quantity.cell();
            question.zip(cell).is_some_and(|(question, cell)| {
                question.sweeps.iter().any(|sweep| {
                    sweep.has(&quantity.model, &cell)
                        && sweep.subjects.iter().any(|subject| subject.name == quantity.subject)
                        && sweep.model.refusal(&cell, &quantity.subject).is_none()
                })
            })
        };
        let quantities = |test: &ClaimTest| {
            std::iter::once(test.of.clone()).chain(test.over.clone()).collect::<Vec<_>>()
        };
        tests
            .iter()
            .flat_map(|test| quantities(test).into_iter().map(move |quantity| (test, quantity)))
            .filter(|(test, quantity)| !is_asked(test, quantity))
            .map(|(test, quantity)| format!("{quantity} in {}", test.question))
            .collect()
    }
}

impl ClaimTest {
    fn judge(&self, machine: &Machine, findings: Option<&Findings<'_>>) -> Finding {
        let lacking = self.needs.lacking(machine);
        let estimate = findings.and_then(|findings| self.estimate(findings));
        let verdict = match &estimate {
            _ if lacking.is_some() => ClaimVerdict::CannotTell,
            None => ClaimVerdict::NotMeasured,
            // So few have an interval that is as narrow as chance makes it.
            Some(estimate) if !estimate.is_supported() => ClaimVerdict::Undecided,
            Some(Estimate { low, high, .. }) => {
                let is_above = |value: f64| self.at_least.is_none_or(|least| value >= least);
                let is_below = |value: f64| self.at_most.is_none_or(|most| value <= most);
                if is_above(*low) && is_below(*high) {
                    ClaimVerdict::Holds
                } else if !is_above(*high) || !is_below(*low) {
                    ClaimVerdict::DoesNotHold
                } else {
                    ClaimVerdict::Undecided
                }
            }
        };
        let absence = match (lacking, estimate) {
            (Some(lacking), _) => Some(lacking),
            (None, None) => Some(self.absence(findings)),
            (None, Some(_)) => None,
        };
        Finding { what: self.to_string(), estimate, absence, verdict }
    }

    /// Why no sample tells: it was tried in vain, or not at all.
    fn absence(&self, findings: Option<&Findings<'_>>) -> String {
        let tried = |quantity: &Quantity| {
            let cell = quantity.cell()?;
            findings?.absence((quantity.model.as_str(), &cell, quantity.subject.as_str()))
        };
        let tried = std::iter::once(&self.of).chain(&self.over).find_map(tried);
        tried.unwrap_or_else(|| "no samples of it in this record".to_owned())
    }

    fn estimate(&self, findings: &Findings<'_>) -> Option<Estimate> {
        let of = self.of.cell()?;
        let one = (self.of.model.as_str(), &of, self.of.subject.as_str());
        match &self.over {
            None => findings.estimate(one, &self.measure),
            Some(over) => {
                let cell = over.cell()?;
                let other = (over.model.as_str(), &cell, over.subject.as_str());
                findings.ratio(one, other, &self.measure)
            }
        }
    }
}

impl Quantity {
    /// The cell: what is said, and of the rest what the model has by itself.
    fn cell(&self) -> Option<Cell> {
        let model = models::find(&self.model)?;
        let parameters = model.about().parameters.iter();
        let cell = parameters.fold(Cell::default(), |cell, parameter| {
            cell.with(parameter.name, parameter.domain.default())
        });
        Some(self.at.iter().fold(cell, |cell, (name, value)| cell.with(name, value.clone())))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.subject)?;
        for (i, (name, value)) in self.at.iter().enumerate() {
            let word = if i == 0 { " at" } else { "," };
            write!(f, "{word} {name} {value}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ClaimTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.measure, self.of)?;
        if let Some(over) = &self.over {
            write!(f, " over that of {over}")?;
        }
        match (self.at_least, self.at_most) {
            (Some(least), Some(most)) => write!(f, ": from {least} to {most}"),
            (Some(least), None) => write!(f, ": at least {least}"),
            (None, Some(most)) => write!(f, ": at most {most}"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Display for ClaimVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Undecided => "undecided",
            Self::NotMeasured => "not measured",
            Self::NotYet => "not yet",
            Self::CannotTell => "cannot be tested here",
        })
    }
}
