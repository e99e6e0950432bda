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
        let found = sweep.model.measures().iter().find(|known| known.name == measure)?;
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
        let best = if found.better == Better::More { "Most" } else { "Fewest" };
        let label = found.label;
        (!parts.is_empty()).then(|| format!("{best} {label}: {}.", parts.join("; ")))
    }

    fn leader(&self, sweep: &Sweep, cell: &Cell, measure: &str, better: Better) -> Option<Leader> {
        let model = sweep.model.name();
        let is_asked = |subject: &&Subject| matches!(subject.role, Role::Ours | Role::Peer);
        let mut found: Vec<(&'static str, f64)> = sweep
            .subjects
            .iter()
            .filter(is_asked)
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

fn reign_text(reign: &Reign, sweep: &Sweep, measure: &str) -> String {
    let Reign { from, to, first, last } = reign;
    let place = match &sweep.swept {
        None => String::new(),
        Some((parameter, _)) => {
            let at = |cell: &Cell| cell.get(parameter).map(ToString::to_string).unwrap_or_default();
            match last {
                None => format!(" at {parameter} = {}", at(from)),
                Some(_) => format!(" from {parameter} = {} to {}", at(from), at(to)),
            }
        }
    };
    let mut values = Scale::alone(measure, first.value);
    if let Some(last) = last {
        values += &format!(" to {}", Scale::alone(measure, last.value));
    }
    let next = last.as_ref().unwrap_or(first).next.as_ref();
    let next = next.map(|(next, ratio)| match ratio.verdict() {
        Verdict::Reaches => format!(", not told apart from `{next}`"),
        _ => format!(", {:.2} times `{next}`", ratio.value),
    });
    format!("`{}`{place} ({values}{})", first.subject, next.unwrap_or_default())
}
