//! What a run of a model came to, from what it said on its way out.

use std::fmt;

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The model found nothing wrong.
    Passed,
    /// The model noticed, in one of the ways that count.
    Noticed(How),
    /// It was stopped when its time was over.
    Hung,
    /// It failed in another way, which proves nothing about what it claims.
    Broke(String),
}

/// The ways in which a model can notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Its own claim, or an invariant of the crate, turned out false.
    Assertion,
    /// loom saw two accesses of which neither happens before the other.
    Race,
    /// loom saw every thread wait.
    Deadlock,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Assertion => "assertion",
            Self::Race => "race",
            Self::Deadlock => "deadlock",
        })
    }
}

/// Reads what a model said that failed. `text_of` returns the file at a path of the workspace.
///
/// The first panic counts: later ones are of destructors that the first one runs.
pub(super) fn of_failure(said: &str, text_of: impl Fn(&str) -> Option<String>) -> Outcome {
    let Some((place, message)) = first_panic(said) else {
        return Outcome::Broke("it ended without a panic".to_owned());
    };
    let is_ours = place.path.starts_with("crates/");
    if !is_ours && message.starts_with("Causality violation") {
        Outcome::Noticed(How::Race)
    } else if !is_ours && message.starts_with("deadlock; threads") {
        Outcome::Noticed(How::Deadlock)
    } else if is_ours && (message.starts_with("assertion ") || is_assertion(&place, &text_of)) {
        Outcome::Noticed(How::Assertion)
    } else {
        Outcome::Broke(format!("{message} ({}:{})", place.path, place.line))
    }
}

#[derive(Debug)]
struct Place<'a> {
    path: &'a str,
    line: usize,
    column: usize,
}

/// Where the first panic was, and the first line of its message.
fn first_panic(said: &str) -> Option<(Place<'_>, &str)> {
    let mut lines = said.lines();
    let place = lines.find_map(|line| {
        let (_, place) = line.split_once(" panicked at ")?;
        let mut parts = place.trim_end_matches(':').rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        Some(Place { path: parts.next()?, line, column })
    })?;
    let message = lines.map(str::trim).find(|line| !line.is_empty());
    Some((place, message.unwrap_or("a panic without a message")))
}

/// Whether a macro or function panicked that is called an assertion. One that was given a message
/// says nothing of itself.
fn is_assertion(place: &Place<'_>, text_of: &impl Fn(&str) -> Option<String>) -> bool {
    let Some(text) = text_of(place.path) else { return false };
    let line = text.lines().nth(place.line - 1).unwrap_or_default();
    let from: String = line.chars().skip(place.column - 1).collect();
    from.starts_with("assert") || from.starts_with("debug_assert")
}

#[cfg(test)]
mod tests {
    use super::{How, Outcome, of_failure};

    const MODEL: &str = "fn model() {\n    assert!(holds, \"a claim\");\n    a.unwrap();\n}\n";

    fn outcome(place: &str, message: &str) -> Outcome {
        let said = format!(
            "\nrunning 1 test\n\nthread 'm' (7) panicked at {place}:\n{message}\n\
             note: run with\n\nthread 'm' (7) panicked at crates/sync/tests/loom.rs:2:5:\na claim\n"
        );
        of_failure(&said, |path| (path == "crates/sync/tests/loom.rs").then(|| MODEL.to_owned()))
    }

    #[test]
    fn a_model_notices_by_assertion_race_or_deadlock() {
        let here = "crates/sync/tests/loom.rs:2:5";
        let loom = "/registry/loom-0.7.2/src/rt/location.rs:115:9";
        let cases = [
            (here, "a claim", How::Assertion),
            ("crates/sync/src/gone.rs:9:9", "assertion `left == right` failed", How::Assertion),
            (loom, "\nCausality violation: Concurrent load and mut accesses.", How::Race),
            (loom, "deadlock; threads = [(Id(0), Blocked)]", How::Deadlock),
        ];
        for (place, message, how) in cases {
            assert_eq!(outcome(place, message), Outcome::Noticed(how), "of {message}");
        }
    }

    #[test]
    fn another_panic_proves_nothing() {
        let cases = [
            ("crates/sync/tests/loom.rs:3:7", "called `Option::unwrap()` on a `None` value"),
            ("crates/sync/tests/loom.rs:3:7", "Causality violation, says the model"),
            ("/registry/loom-0.7.2/src/rt/path.rs:187:13", "Model exceeded maximum number"),
            ("/registry/loom-0.7.2/src/rt/arc.rs:98:13", "assertion failed: state.ref_cnt"),
        ];
        for (place, message) in cases {
            assert!(matches!(outcome(place, message), Outcome::Broke(_)), "of {message}");
        }
        let silent = of_failure("stack overflow\n", |_| None);
        assert_eq!(silent, Outcome::Broke("it ended without a panic".to_owned()));
    }
}
