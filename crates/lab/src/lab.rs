//! What is on the disk: questions, and records with the samples of each.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::near::near;
use crate::record::read;
use crate::report::{Report, front_page, machines_page, page};
use crate::{Findings, Machine, Question, Record, Sample, Samples, repository};

/// The questions of a folder, by name.
///
/// # Errors
/// Where the folder or a question cannot be read; the first question that means nothing.
pub fn questions(folder: &Path) -> Result<Vec<Question>> {
    let entries = fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    paths.iter().map(|path| question(path)).collect()
}

/// The question of a file.
///
/// # Errors
/// Where it cannot be read, or means nothing.
pub fn question(path: &Path) -> Result<Question> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).context("a name of letters")?;
    let shown = path.strip_prefix(repository()).unwrap_or(path);
    Ok(Question::parse(name, &shown.display().to_string(), &read(path)?)?)
}

/// Those of `questions` with these names, all if there are none.
///
/// # Errors
/// Where there is no question of a name.
pub fn select(mut questions: Vec<Question>, names: &[String]) -> Result<Vec<Question>> {
    for name in names {
        let known = || questions.iter().map(|question| question.name.as_str());
        ensure!(known().any(|known| known == name), "no question `{name}`{}", near(name, known()));
    }
    questions.retain(|question| names.is_empty() || names.contains(&question.name));
    Ok(questions)
}

/// What a record has of one question.
#[derive(Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// The question.
    pub question: Question,
    /// The samples, and the lines that are none.
    pub samples: Samples<Sample>,
    /// Where they were taken.
    pub machine: Machine,
    /// The folder.
    pub folder: PathBuf,
}

impl Recorded {
    /// The samples of a question in the folder of a machine's record; none where it has none.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(record: &Path, question: &Question) -> Result<Option<Self>> {
        let folder = record.join(&question.name);
        if !folder.join("samples.jsonl").is_file() {
            return Ok(None);
        }
        let (samples, machine) = Record::at(folder.clone()).read::<Sample>()?;
        Ok(Some(Self { question: question.clone(), samples, machine, folder }))
    }

    /// Those of all questions.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn all(record: &Path, questions: &[Question]) -> Result<Vec<Self>> {
        let read = questions.iter().map(|question| Self::read(record, question));
        Ok(read.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// What the samples say.
    pub fn findings(&self) -> Findings<'_> {
        Findings::new(&self.samples.samples)
    }

    /// The report.
    pub fn report<'a>(&'a self, findings: &'a Findings<'a>) -> Report<'a> {
        Report::new(&self.question, findings, &self.machine, self.samples.damaged.len())
    }
}

/// The folders of records below `results`, by name.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn records(results: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(results).with_context(|| format!("list `{}`", results.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.retain(|path| path.is_dir());
    paths.sort();
    Ok(paths)
}

/// A file of a record or above it, and what it is to hold.
pub type Written = (PathBuf, String);

/// The pages above the reports: the front page of each record in `results`, its page for a browser,
/// and the page of all machines. `questions` are those that records are asked for.
///
/// The reports must have been written before.
///
/// # Errors
/// Where samples or reports cannot be read.
pub fn pages(results: &Path, questions: &[Question]) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    let found: Vec<(PathBuf, Vec<Recorded>)> = records(results)?
        .into_iter()
        .map(|record| Ok((record.clone(), Recorded::all(&record, questions)?)))
        .collect::<Result<_>>()?;
    let found: Vec<_> = found.iter().filter(|(_, recorded)| !recorded.is_empty()).collect();
    let findings: Vec<Vec<Findings<'_>>> = found
        .iter()
        .map(|(_, recorded)| recorded.iter().map(Recorded::findings).collect())
        .collect();
    let mut machines = Vec::new();
    for ((record, recorded), findings) in found.iter().zip(&findings) {
        let reports: Vec<Report<'_>> =
            recorded.iter().zip(findings).map(|(recorded, f)| recorded.report(f)).collect();
        let name = record.file_name().map(|name| name.to_string_lossy().into_owned());
        written.push((record.join("README.md"), front_page(&recorded[0].machine, &reports)));
        machines.push((name.unwrap_or_default(), reports));
    }
    written.push((results.join("README.md"), machines_page(&machines)));
    Ok(written)
}

/// The page for a browser of a record, whose front page and reports have been written.
///
/// # Errors
/// Where they cannot be read.
pub fn browser_page(record: &Path, recorded: &[Recorded]) -> Result<String> {
    let names: Vec<&str> =
        recorded.iter().map(|recorded| recorded.question.name.as_str()).collect();
    let title = record.file_name().map(|name| name.to_string_lossy().into_owned());
    page(record, &title.unwrap_or_default(), &names)
}
