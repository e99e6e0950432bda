//! What a doctor says.

use std::fmt;

/// One thing that was looked at.
///
/// It prints as `warn governor: powersave; set it to performance`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What it is about. No two checks have the same name.
    pub name: &'static str,
    /// Whether it is fit to measure with.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do about it, or what to keep in mind; empty where nothing is to be done.
    pub advice: String,
}

/// How fit a machine is in one respect, the fittest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Fit.
    Good,
    /// The system does not tell.
    Unknown,
    /// Samples are taken, and readers must know.
    Warn,
    /// Samples would mislead, or a cell cannot run.
    Bad,
}

impl Check {
    /// A check that found something good, about which nothing is to be done.
    pub(super) fn good(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Good, found: found.into(), advice: String::new() }
    }

    /// A check of which the system tells nothing.
    pub(super) fn unknown(name: &'static str, advice: &str) -> Self {
        let found = "the system does not tell".to_owned();
        Self { name, state: State::Unknown, found, advice: advice.to_owned() }
    }

    /// A check that is in this state; the advice is left out where it is good.
    pub(super) fn in_state(
        name: &'static str,
        state: State,
        found: impl Into<String>,
        advice: &str,
    ) -> Self {
        let advice = if state == State::Good { String::new() } else { advice.to_owned() };
        Self { name, state, found: found.into(), advice }
    }
}

impl State {
    /// The state of a value of which less is better.
    pub(super) fn of_at_most(value: f64, good: f64, warn: f64) -> Self {
        match value {
            value if value <= good => Self::Good,
            value if value <= warn => Self::Warn,
            _ => Self::Bad,
        }
    }

    /// The state of a value of which more is better.
    pub(super) fn of_at_least(value: f64, good: f64, warn: f64) -> Self {
        Self::of_at_most(-value, -good, -warn)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Bad => "bad",
        })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.state, self.name, self.found)?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, "; {}", self.advice) }
    }
}

/// Checks as a table for a terminal, a line each, with the advice on a line of its own below what
/// it is about.
pub fn checks_text(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for Check { name, state, found, advice } in checks {
        text += &format!("{state:<7}  {name:<width$}  {found}\n");
        if !advice.is_empty() {
            text += &format!("{:<7}  {:<width$}  -> {advice}\n", "", "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let checks = [
            Check::good("load", "0.1"),
            Check::in_state("governor", State::Warn, "powersave", "set it to performance"),
        ];
        let expected = "\
good     load      0.1
warn     governor  powersave
                   -> set it to performance
";
        assert_eq!(checks_text(&checks), expected);
        assert_eq!(checks[1].to_string(), "warn governor: powersave; set it to performance");
        assert_eq!(checks_text(&[]), "");
    }

    #[test]
    fn bounds_are_part_of_the_better_state() {
        let states = [1.0, 2.0, 2.1].map(|value| State::of_at_most(value, 1.0, 2.0));
        assert_eq!(states, [State::Good, State::Warn, State::Bad]);
        let states = [10.0, 5.0, 4.9].map(|value| State::of_at_least(value, 10.0, 5.0));
        assert_eq!(states, [State::Good, State::Warn, State::Bad]);
        assert_eq!(State::of_at_most(f64::NAN, 1.0, 2.0), State::Bad);
    }

    #[test]
    fn good_news_come_without_advice() {
        assert_eq!(Check::in_state("x", State::Good, "y", "z").advice, "");
    }
}
