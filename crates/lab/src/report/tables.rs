//! A sweep in numbers.

use std::collections::BTreeMap;

use super::Report;
use crate::scale::Scale;
use crate::{Cell, Role, Sweep, Table, Usl, Value, grouped, with_interval};

/// Parameters whose sweep tells how a subject scales.
const CROWDS: [&str; 2] = ["threads", "producers"];
/// From so many cells within the processors of the machine on, no others are fitted.
const ENOUGH_FOR_A_LAW: usize = 4;

impl Report<'_> {
    /// All that a report says of a sweep.
    pub(super) fn section(&self, number: usize, sweep: &Sweep) -> String {
        let cells = self.cells(sweep);
        if cells.is_empty() {
            return String::new();
        }
        let mut text = format!("\n## {number}. {}\n\n{}\n", heading(sweep), sweep.analysis);
        let (model, fixed) = (sweep.model.about().name, self.fixed(sweep));
        text += &format!("\nModel `{model}`{fixed}. {}\n", sweep.model.about().summary);
        let drawn: Vec<String> =
            self.drawings(number, sweep).into_iter().map(|(name, _)| name).collect();
        for measure in &sweep.figures {
            let name = format!("{number}-{measure}");
            if drawn.contains(&name) {
                text += &format!("\n![{}]({name}.svg)\n", self.label(sweep, measure));
            }
            text += &self.table(sweep, &cells, measure);
        }
        if let Some(measure) = sweep.figures.first() {
            text += &self.ratios(sweep, &cells, measure);
        }
        for curve in ["delays", "memory"] {
            let name = format!("{number}-{curve}");
            if drawn.contains(&name) {
                text += &format!("\n![{curve}]({name}.svg)\n");
            }
        }
        text + &self.scaling(sweep, &cells)
            + &self.absences(sweep, &cells)
            + &self.noise(sweep, &cells)
            + &self.at_rest(sweep, &cells)
    }

    pub(super) fn label(&self, sweep: &Sweep, measure: &str) -> String {
        let known = sweep.model.about().measures.iter().find(|known| known.name == measure);
        known.map_or_else(|| measure.to_owned(), |known| known.label.to_owned())
    }

    /// The parameters that are not swept and not what they would be if nobody said anything.
    fn fixed(&self, sweep: &Sweep) -> String {
        let is_swept = |name: &str| sweep.swept.as_ref().is_some_and(|(swept, _)| swept == name);
        let said: Vec<String> = sweep
            .model
            .about()
            .parameters
            .iter()
            .filter(|parameter| !is_swept(parameter.name))
            .filter_map(|parameter| {
                let value = sweep.fixed.get(parameter.name)?;
                let is_said = *value != parameter.domain.default();
                is_said.then(|| format!("{} = {value}", parameter.name))
            })
            .collect();
        if said.is_empty() { String::new() } else { format!(" with {}", said.join(", ")) }
    }

    /// A measure of all cells.
    pub(super) fn table(&self, sweep: &Sweep, cells: &[Cell], measure: &str) -> String {
        let model = sweep.model.about().name;
        let estimates: BTreeMap<(&str, usize), _> = sweep
            .subjects
            .iter()
            .flat_map(|subject| (0..cells.len()).map(move |i| (subject.name, i)))
            .filter_map(|(name, i)| {
                Some(((name, i), self.findings.estimate((model, &cells[i], name), measure)?))
            })
            .collect();
        if estimates.is_empty() {
            return String::new();
        }
        let values: Vec<f64> = estimates.values().map(|estimate| estimate.value).collect();
        let scale = Scale::of(measure, &values);
        let unit =
            if scale.unit.is_empty() { String::new() } else { format!(", in {}", scale.unit) };
        let mut table = Self::columns(sweep, cells);
        for subject in &sweep.subjects {
            let texts = (0..cells.len()).map(|i| {
                let estimate = estimates.get(&(subject.name, i));
                estimate.map(|estimate| scale.interval(estimate)).unwrap_or_default()
            });
            let row: Vec<String> =
                std::iter::once(format!("`{}`", subject.name)).chain(texts).collect();
            if row[1..].iter().any(|text| !text.is_empty()) {
                table.row(&row);
            }
        }
        let of = sweep.swept.as_ref().map(|(swept, _)| format!(" over {swept}"));
        format!(
            "\nMedian [95% interval] of {}{}{unit}:\n\n{}",
            self.label(sweep, measure),
            of.unwrap_or_default(),
            table.markdown()
        )
    }

    /// A measure over that of the first control, where there is one that has it.
    pub(super) fn ratios(&self, sweep: &Sweep, cells: &[Cell], measure: &str) -> String {
        let model = sweep.model.about().name;
        let has = |name: &str| {
            cells.iter().any(|cell| self.findings.estimate((model, cell, name), measure).is_some())
        };
        let mut controls = sweep.subjects.iter().filter(|s| s.role == Role::Control);
        let Some(control) = controls.find(|control| has(control.name)) else {
            return String::new();
        };
        let ratio = |cell: &Cell, name: &str| {
            let ratio =
                self.findings.ratio((model, cell, name), (model, cell, control.name), measure);
            ratio.map(|ratio| with_interval(&ratio)).unwrap_or_default()
        };
        let others = sweep.subjects.iter().filter(|subject| subject.role != Role::Control);
        let rows: Vec<Vec<String>> = others
            .map(|subject| {
                let ratios = cells.iter().map(|cell| ratio(cell, subject.name));
                std::iter::once(format!("`{}`", subject.name)).chain(ratios).collect()
            })
            .filter(|row: &Vec<String>| row[1..].iter().any(|text| !text.is_empty()))
            .collect();
        if rows.is_empty() {
            return String::new();
        }
        let mut table = Self::columns(sweep, cells);
        for row in &rows {
            table.row(row);
        }
        format!("\nThe same over that of `{}`:\n\n{}", control.name, table.markdown())
    }

    /// A table with a column for each cell.
    fn columns(sweep: &Sweep, cells: &[Cell]) -> Table {
        let heads = std::iter::once("subject".to_owned())
            .chain(cells.iter().map(|cell| format!("{}:", head(sweep, cell))));
        let heads: Vec<String> = heads.collect();
        Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The fit of a law of scaling to each subject.
    fn scaling(&self, sweep: &Sweep, cells: &[Cell]) -> String {
        let Some((swept, _)) = &sweep.swept else { return String::new() };
        let Some(measure) = sweep.figures.first().filter(|measure| measure.ends_with("per_s"))
        else {
            return String::new();
        };
        if !CROWDS.contains(&swept.as_str()) {
            return String::new();
        }
        let mut table = Table::new(&[
            "subject",
            "of one, 1/s:",
            "contention:",
            "coherency:",
            "most at:",
            "off by:",
        ]);
        let cores = self.machine().cores;
        let within = cells.iter().filter(|cell| cell.number(swept) as usize <= cores).count();
        let is_within = within == cells.len() || within >= ENOUGH_FOR_A_LAW;
        let most = if is_within { cores } else { usize::MAX };
        let mut n_rows = 0;
        for subject in &sweep.subjects {
            let sweep: Vec<(usize, Vec<f64>)> = cells
                .iter()
                .filter(|cell| cell.number(swept) as usize <= most)
                .map(|cell| {
                    let of = (sweep.model.about().name, cell, subject.name);
                    (cell.number(swept) as usize, self.findings.values(of, measure))
                })
                .filter(|(_, values)| !values.is_empty() && values.iter().all(|v| *v > 0.0))
                .collect();
            let Some(law) = Usl::fit(&sweep) else { continue };
            let peak = law.peak.map(|peak| grouped(peak.value.round().min(1e9) as u64));
            table.row(&[
                format!("`{}`", subject.name),
                Scale::alone(measure, law.lambda.value),
                with_interval(&law.sigma),
                with_interval(&law.kappa),
                peak.unwrap_or_default(),
                format!("{:.0}%", law.relative_residual * 100.0),
            ]);
            n_rows += 1;
        }
        if n_rows == 0 {
            return String::new();
        }
        let range = if is_within {
            format!("up to the {cores} processors there are")
        } else {
            format!(
                "beyond the {cores} processors there are, where it describes and explains nothing, \
                 as threads take turns"
            )
        };
        format!(
            "\nGunther's law of scaling, X(N) = l N / (1 + s (N - 1) + k N (N - 1)), fitted to each \
             subject, {range}: what waiting in line costs (contention, s), what telling each other \
             costs (coherency, k), the {swept} with the most, and how far the fit is off:\n\n{}",
            table.markdown()
        )
    }

    fn absences(&self, sweep: &Sweep, cells: &[Cell]) -> String {
        let mut text = String::new();
        for subject in &sweep.subjects {
            let mut whys: Vec<(String, Vec<String>)> = Vec::new();
            for cell in cells {
                let Some(why) =
                    self.findings.absence((sweep.model.about().name, cell, subject.name))
                else {
                    continue;
                };
                let at = head(sweep, cell);
                match whys.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, places)) => places.push(at),
                    None => whys.push((why, vec![at])),
                }
            }
            for (why, places) in whys {
                text += &format!("- `{}` at {}: {why}.\n", subject.name, places.join(", "));
            }
        }
        if text.is_empty() { text } else { format!("\nWithout a figure:\n\n{text}") }
    }
}

/// What a column is of.
pub(super) fn head(sweep: &Sweep, cell: &Cell) -> String {
    match &sweep.swept {
        Some((parameter, _)) => match cell.get(parameter) {
            Some(Value::Number(number)) => grouped(*number),
            Some(Value::Word(word)) => word.clone(),
            None => String::new(),
        },
        None => "all".to_owned(),
    }
}

/// What is swept, as a heading.
fn heading(sweep: &Sweep) -> String {
    if sweep.is_control {
        return "Controls".to_owned();
    }
    let labels: Vec<&str> = sweep
        .figures
        .iter()
        .take(1)
        .filter_map(|name| {
            let mut measures = sweep.model.about().measures.iter();
            measures.find(|known| known.name == name).map(|known| known.label)
        })
        .collect();
    let mut heading = labels.join(", ");
    if let Some((parameter, _)) = &sweep.swept {
        heading += &format!(" over {parameter}");
    }
    let mut letters = heading.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
