//! Machines beside each other.

use std::collections::BTreeSet;

use super::Report;
use crate::scale::Scale;
use crate::{Cell, Role, Table};

/// The `README.md` of all records: for each question and the first measure of each sweep, what each
/// machine makes of the cells that all of them have.
///
/// A machine is the name of its folder, and its reports. Below a number stands how often the
/// machine's own control of that cell goes into it: of two machines the one with the smaller
/// quotient is better at the subject for its speed.
pub fn machines_page(machines: &[(String, Vec<&Report<'_>>)]) -> String {
    let mut text = "# Results\n\nEach folder is what `cargo lab run --record results` kept on one \
                    machine on one day.\n"
        .to_owned();
    for (name, _) in machines {
        text += &format!("\n- [{name}]({name}/README.md)");
    }
    text.push('\n');
    if machines.len() < 2 {
        return text + "\nThere is one machine so far, so nothing is compared.\n";
    }
    text += "\nMedians of the subjects that every machine has measured; behind each, as `x 1.23`, how \
             often it goes into the machine's own first control of the same cell.\n";
    let names: BTreeSet<&str> = machines
        .iter()
        .flat_map(|(_, reports)| reports.iter().map(|report| report.question().name.as_str()))
        .collect();
    for name in names {
        text += &question(name, machines);
    }
    text
}

fn question(name: &str, machines: &[(String, Vec<&Report<'_>>)]) -> String {
    let found: Vec<(&str, &Report<'_>)> = machines
        .iter()
        .filter_map(|(machine, reports)| {
            let report = reports.iter().copied().find(|report| report.question().name == name)?;
            Some((machine.as_str(), report))
        })
        .collect();
    let [(_, first), _, ..] = found.as_slice() else { return String::new() };
    let mut text = format!("\n## {}\n", first.question().title);
    for sweep in &first.question().sweeps {
        let Some(measure) = sweep.figures.first() else { continue };
        let heads: Vec<String> = ["cell".to_owned(), "subject".to_owned()]
            .into_iter()
            .chain(found.iter().map(|(machine, _)| format!("{machine}:")))
            .collect();
        let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
        let mut n_rows = 0;
        for cell in first.cells(sweep) {
            let control = sweep.subjects.iter().find(|subject| subject.role == Role::Control);
            for subject in &sweep.subjects {
                let texts: Option<Vec<String>> = found
                    .iter()
                    .map(|(_, report)| {
                        text_of(
                            report,
                            (sweep.model.about().name, &cell),
                            subject.name,
                            control.map(|c| c.name),
                            measure,
                        )
                    })
                    .collect();
                let Some(texts) = texts else { continue };
                let at = sweep.swept.as_ref().and_then(|(parameter, _)| cell.get(parameter));
                let at = at.map(ToString::to_string).unwrap_or_default();
                let mut row = vec![at, format!("`{}`", subject.name)];
                row.extend(texts);
                table.row(&row);
                n_rows += 1;
            }
        }
        if n_rows > 0 {
            text += &format!("\n{}:\n\n{}", first.label(sweep, measure), table.markdown());
        }
    }
    text
}

fn text_of(
    report: &Report<'_>,
    (model, cell): (&str, &Cell),
    subject: &str,
    control: Option<&str>,
    measure: &str,
) -> Option<String> {
    let value = report.findings().estimate((model, cell, subject), measure)?.value;
    let control = control
        .filter(|control| *control != subject)
        .and_then(|control| report.findings().estimate((model, cell, control), measure));
    let quotient = control.map(|control| format!(" x {}", crate::figures(control.value / value)));
    Some(Scale::alone(measure, value) + &quotient.unwrap_or_default())
}
