//! Who leads, from where to where.

use super::Report;
use crate::scale::Scale;
use crate::{Better, Cell, Estimate, Role, Subject, Sweep, Verdict};

/// The best of a cell.
struct Leader {
    subject: &'static str,
    value: f64,
    /// The next best, and the ratio of both.
    next: Option<(&'static str, Estimate)>,
}

/// Cells side by side with the same leader.
struct Reign {
    from: Cell,
    to: Cell,
    first: Leader,
    last: Option<Leader>,
}

impl Report<'_> {
    /// Who leads in the first measure of a sweep; nothing where nobody does.
    pub(super) fn answer_of(&self, sweep: &Sweep) -> Option<String> {
        let measure = sweep.figures.first()?;
        let found = sweep.model.about().measures.iter().find(|known| known.name == measure)?;
        let mut reigns: Vec<Reign> = Vec::new();
        for cell in self.cells(sweep) {
            let Some(leader) = self.leader(sweep, &cell, measure, found.better) else { continue };
            match reigns.last_mut().filter(|reign| reign.first.subject == leader.subject) {
                Some(reign) => {
                    reign.to = cell;
                    reign.last = Some(leader);
                }
                None => {
                    let (from, to) = (cell.clone(), cell);
                    reigns.push(Reign { from, to, first: leader, last: None });
                }
            }
        }
        let parts: Vec<String> =
            reigns.iter().map(|reign| reign_text(reign, sweep, measure)).collect();
        let best = if found.better == Better::More { "Most" } else { "Least" };
        let label = found.label;
        if let ([reign], true) = (reigns.as_slice(), contestants(sweep).count() == 1) {
            return Some(alone_text(reign, sweep, measure, label));
        }
        (!parts.is_empty()).then(|| format!("{best} {label}: {}.", parts.join("; ")))
    }

    fn leader(&self, sweep: &Sweep, cell: &Cell, measure: &str, better: Better) -> Option<Leader> {
        let model = sweep.model.about().name;
        let mut found: Vec<(&'static str, f64)> = contestants(sweep)
            .filter_map(|s| {
                Some((s.name, self.findings.estimate((model, cell, s.name), measure)?.value))
            })
            .collect();
        match better {
            Better::More => found.sort_by(|a, b| b.1.total_cmp(&a.1)),
            Better::Less => found.sort_by(|a, b| a.1.total_cmp(&b.1)),
            Better::Neither => return None,
        }
        let &(subject, value) = found.first()?;
        let next = found.get(1).and_then(|&(next, _)| {
            let ratio =
                self.findings.ratio((model, cell, subject), (model, cell, next), measure)?;
            Some((next, ratio))
        });
        Some(Leader { subject, value, next })
    }
}

/// All but controls.
fn contestants(sweep: &Sweep) -> impl Iterator<Item = &Subject> {
    sweep.subjects.iter().filter(|subject| matches!(subject.role, Role::Ours | Role::Peer))
}

/// From where to where.
fn place(reign: &Reign, sweep: &Sweep) -> String {
    let Some((parameter, _)) = &sweep.swept else { return String::new() };
    let at = |cell: &Cell| cell.get(parameter).map(ToString::to_string).unwrap_or_default();
    match reign.last {
        None => format!(" at {parameter} = {}", at(&reign.from)),
        Some(_) => format!(" from {parameter} = {} to {}", at(&reign.from), at(&reign.to)),
    }
}

/// The values at both ends.
fn values(reign: &Reign, measure: &str) -> String {
    let first = Scale::alone(measure, reign.first.value);
    let last = reign.last.as_ref().map(|last| format!(" to {}", Scale::alone(measure, last.value)));
    first + &last.unwrap_or_default()
}

/// Of the only one that there is.
fn alone_text(reign: &Reign, sweep: &Sweep, measure: &str, label: &str) -> String {
    let mut letters = label.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let (name, place) = (reign.first.subject, place(reign, sweep));
    format!("{first}{} of `{name}`{place}: {}.", letters.as_str(), values(reign, measure))
}

fn reign_text(reign: &Reign, sweep: &Sweep, measure: &str) -> String {
    let Reign { first, last, .. } = reign;
    let next = last.as_ref().unwrap_or(first).next.as_ref();
    let next = next.map(|(next, ratio)| match ratio.verdict() {
        Verdict::Reaches => format!(", not told apart from `{next}`"),
        _ => format!(", {:.2} times `{next}`", ratio.value),
    });
    let (place, values) = (place(reign, sweep), values(reign, measure));
    format!("`{}`{place} ({values}{})", first.subject, next.unwrap_or_default())
}
