//! The front page of a machine's record.

use super::Report;
use crate::{Machine, Question, Table, grouped};

/// The `README.md` of a record: the machine, and every question with its answer; and where claims were
/// judged, if they were.
pub fn front_page(reports: &[&Report<'_>], has_claims: bool) -> String {
    let Some(first) = reports.first() else { return String::new() };
    let machine = first.machine();
    let commits = commits(reports.iter().map(|report| (report.question(), report.machine())));
    let mut text = format!("# {}\n\n{}; {commits}.\n", machine.folder_name(), machine.place());
    text += &format!("\n{}", properties(machine).markdown());
    text += &machine.disturbance();
    if has_claims {
        text += "\nOf public reports: [which of their claims hold here](claims/report.md).\n";
    }
    for report in reports {
        let name = &report.question().name;
        let counts = report.findings().counts();
        text += &format!(
            "\n## [{}]({name}/report.md)\n\n{}\n\n{}\n\nSamples: {}, of which {} do not count.\n",
            report.question().title,
            report.question().question,
            report.answer().trim_end(),
            grouped(counts.taken as u64),
            grouped(counts.rejected as u64),
        );
    }
    text + "\nEverything above is computed from `samples.jsonl` of each question:\n\n\
            ```\ncargo lab report\n```\n"
}

/// At which commits questions were measured: the one, or each with its questions, those of most first and
/// without their names.
pub fn commits<'q>(measured: impl Iterator<Item = (&'q Question, &'q Machine)>) -> String {
    let mut commits: Vec<(String, Vec<&str>)> = Vec::new();
    for (question, machine) in measured {
        let commit = machine.commit_text().unwrap_or_else(|| "no commit that git told".to_owned());
        match commits.iter_mut().find(|(known, _)| *known == commit) {
            Some((_, names)) => names.push(&question.name),
            None => commits.push((commit, vec![&question.name])),
        }
    }
    commits.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    let texts = commits.iter().enumerate().map(|(i, (commit, names))| match i {
        0 => commit.clone(),
        _ => format!("{commit} for {}", names.join(", ")),
    });
    texts.collect::<Vec<_>>().join("; ")
}

fn properties(machine: &Machine) -> Table {
    let mut table = Table::new(&["what", "found"]);
    let mut row = |what: &str, found: Option<String>| {
        if let Some(found) = found {
            table.row(&[what.to_owned(), found]);
        }
    };
    row("processor", Some(machine.cpu_model.clone()));
    row("processors", Some(machine.cores.to_string()));
    let gib = |bytes: u64| format!("{:.0} GiB", bytes as f64 / 1_073_741_824.0);
    row("memory", machine.memory_bytes.map(gib));
    let system = format!("{} {}", machine.os, machine.kernel.as_deref().unwrap_or_default());
    row("system", Some(system.trim().to_owned()));
    row("hypervisor", machine.hypervisor.clone());
    row("governor", machine.governor.clone());
    row("cache line", machine.hardware.cache_line_bytes.map(|bytes| format!("{bytes} bytes")));
    row("threads of a core", machine.hardware.threads_per_core.map(|n| n.to_string()));
    row("file system of samples", machine.file_system.clone());
    row("load before", machine.load_before.map(|load| load.to_string()));
    row("compiler", Some(machine.rustc.clone()));
    row("flags", Some(machine.rustflags.clone()).filter(|flags| !flags.is_empty()));
    table
}
