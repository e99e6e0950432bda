//! What is in a file of catalogue records, as a table.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use inrush_dataset::{self as dataset, ByteCount, CancelToken, ReadOptions, Survey, TagCount};

use super::convert::input;
use crate::exit::{Exit, Failure};
use crate::output::{Channel, columns, counted, grouped, list_faults};
use crate::signals::Signals;

/// Whether the file at `path` is called as files of records are, or begins as they do.
pub(super) fn is_catalogue(path: &Path) -> bool {
    if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("mrc") || end == "marc") {
        return true;
    }
    // A record begins with its length in five digits; its leader ends with what MARC 21 fixes there.
    // A pipe is not looked into: what was read from it would be gone.
    if !fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut leader = [0; 24];
    let begun = File::open(path).and_then(|mut file| file.read_exact(&mut leader));
    begun.is_ok() && leader[..5].iter().all(u8::is_ascii_digit) && leader[20..] == *b"4500"
}

/// Shows records, tags and faults of the file at `path`.
pub(super) fn show(path: &Path) -> Result<Exit, Failure> {
    let cancel = CancelToken::default();
    let signals = Signals::watch(&cancel)?;
    let found = dataset::survey(input(path)?, path, ReadOptions::default(), &cancel);
    if let (Err(dataset::Error::Stopped), Some(signal)) = (&found, signals.caught()) {
        return Ok(Exit::Signal(signal));
    }
    let survey = found?;
    Channel::Stdout.write(&text(path, &survey))?;
    let name = path.display();
    list_faults(survey.problems.iter().map(|problem| format!("`{name}`: {problem}")));
    Ok(if survey.problems.is_empty() { Exit::Ok } else { Exit::Mismatch })
}

fn text(path: &Path, survey: &Survey) -> String {
    let mut text = format!(
        "{}: {}, {}, the longest {}",
        path.display(),
        counted(survey.records, "record"),
        ByteCount(survey.bytes),
        ByteCount(survey.longest),
    );
    if survey.marc8 > 0 {
        text.push_str(&format!("; {} in MARC-8", grouped(survey.marc8)));
    }
    if !survey.problems.is_empty() {
        text.push_str(&format!("; {} FOUND", counted(survey.problems.len() as u64, "fault")));
    }
    text.push('\n');
    let head = ["tag", "records", "fields", "longest", "subfields"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(survey.tags.iter().map(|(tag, count)| cells(tag, count, survey.records)));
    text + &columns(&rows)
}

fn cells(tag: &str, count: &TagCount, records: u64) -> [String; 5] {
    let share = count.records as f64 * 100.0 / records.max(1) as f64;
    [
        tag.to_owned(),
        format!("{} ({share:.1}%)", grouped(count.records)),
        grouped(count.fields),
        grouped(count.longest),
        count.codes.iter().collect(),
    ]
}
