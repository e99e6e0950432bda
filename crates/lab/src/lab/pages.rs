//! What stands above reports: front pages, the page of all machines, documents that cite.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::record::read;
use crate::report::{Report, front_page, machines_page, page, with_citations};

/// A file, and what it is to hold.
pub type Written = (PathBuf, String);

/// Reports by the folder of their record.
fn by_record<'r, 'a>(reports: &'r [Report<'a>]) -> BTreeMap<&'a Path, Vec<&'r Report<'a>>> {
    let mut records: BTreeMap<&Path, Vec<&Report<'_>>> = BTreeMap::new();
    for report in reports {
        let record = report.folder().parent().unwrap_or_else(|| Path::new(""));
        records.entry(record).or_default().push(report);
    }
    records
}

fn name(record: &Path) -> String {
    record.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The front page of each record, and the page of all machines in `results`.
pub fn pages(results: &Path, reports: &[Report<'_>]) -> Vec<Written> {
    let records = by_record(reports);
    let mut written: Vec<Written> = records
        .iter()
        .map(|(record, reports)| {
            (record.join("README.md"), front_page(reports, has_claims(record)))
        })
        .collect();
    let machines: Vec<(String, Vec<&Report<'_>>)> =
        records.into_iter().map(|(record, reports)| (name(record), reports)).collect();
    written.push((results.join("README.md"), machines_page(&machines)));
    written
}

/// The page for a browser of each record, whose front page and reports have been written.
///
/// # Errors
/// Where they cannot be read.
pub fn browser_pages(reports: &[Report<'_>]) -> Result<Vec<Written>> {
    let records = by_record(reports);
    let written = records.into_iter().map(|(record, reports)| {
        let mut folders: Vec<&str> =
            reports.iter().map(|report| report.question().name.as_str()).collect();
        if has_claims(record) {
            folders.push("claims");
        }
        Ok((record.join("index.html"), page(record, &name(record), &folders)?))
    });
    written.collect()
}

/// The documents of the repository that cite records, and what each is to hold: of every question the
/// newest record that has it.
///
/// # Errors
/// Where a document cannot be read, or cites what no record has.
pub fn documents(repository: &Path, reports: &[Report<'_>]) -> Result<Vec<Written>> {
    let mut records: Vec<_> = by_record(reports).into_values().collect();
    // Folders begin with their date, so the last one stays.
    let newest: HashMap<&str, &Report<'_>> = records
        .drain(..)
        .flatten()
        .map(|report| (report.question().name.as_str(), report))
        .collect();
    let mut written = Vec::new();
    for (folder, up) in [(repository.to_owned(), ""), (repository.join("docs"), "../")] {
        for path in markdown_of(&folder)? {
            let text = read(&path)?;
            let folder_of = |report: &Report<'_>| {
                let folder = report.folder().strip_prefix(repository).unwrap_or(report.folder());
                format!("{up}{}", folder.display())
            };
            let filled = with_citations(&text, &newest, folder_of)
                .with_context(|| format!("`{}`", path.display()))?;
            written.push((path, filled));
        }
    }
    Ok(written)
}

/// The documents of a folder; none where it is not there.
fn markdown_of(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "md"));
    paths.sort();
    Ok(paths)
}

/// Whether claims were judged by a record.
fn has_claims(record: &Path) -> bool {
    record.join("claims/report.md").is_file()
}
