//! What a model says of itself, a line for each thing.

use crate::{Better, Domain, Measure, Parameter, Role, Subject};

/// A parameter that is a number.
pub(crate) const fn number(
    name: &'static str,
    summary: &'static str,
    default: u64,
    least: u64,
    most: u64,
) -> Parameter {
    Parameter { name, summary, domain: Domain::Number { default, least, most } }
}

/// A parameter that is one of some words.
pub(crate) const fn words(
    name: &'static str,
    summary: &'static str,
    words: &'static [&'static str],
) -> Parameter {
    Parameter { name, summary, domain: Domain::Words(words) }
}

/// A measure of which more is better.
pub(crate) const fn more(name: &'static str, label: &'static str) -> Measure {
    Measure { name, label, better: Better::More }
}

/// A measure of which less is better.
pub(crate) const fn less(name: &'static str, label: &'static str) -> Measure {
    Measure { name, label, better: Better::Less }
}

/// A measure that explains others.
pub(crate) const fn neither(name: &'static str, label: &'static str) -> Measure {
    Measure { name, label, better: Better::Neither }
}

/// A subject that is ours.
pub(crate) const fn ours(name: &'static str) -> Subject {
    Subject { name, role: Role::Ours }
}

/// A subject that is somebody else's.
pub(crate) const fn peer(name: &'static str) -> Subject {
    Subject { name, role: Role::Peer }
}

/// A subject that is a limit.
pub(crate) const fn control(name: &'static str) -> Subject {
    Subject { name, role: Role::Control }
}

/// A subject that a gate must name.
pub(crate) const fn broken(name: &'static str) -> Subject {
    Subject { name, role: Role::Broken }
}
