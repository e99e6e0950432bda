//! Records: what was measured, on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{Findings, Machine, Question, Record, Samples};

/// What a record has of one question.
#[derive(Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// The question.
    pub question: Question,
    /// The samples, and the lines that are none.
    pub samples: Samples,
    /// Where they were taken.
    pub machine: Machine,
    /// The folder.
    pub folder: PathBuf,
}

impl Recorded {
    /// These samples in this folder.
    pub fn new(question: Question, samples: Samples, machine: Machine, folder: PathBuf) -> Self {
        Self { question, samples, machine, folder }
    }

    /// Reads the samples of a question in the folder of a machine's record; none where it has none.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(record: &Path, question: &Question) -> Result<Option<Self>> {
        let folder = record.join(&question.name);
        if !folder.join("samples.jsonl").is_file() {
            return Ok(None);
        }
        let (samples, machine) = Record::at(folder.clone()).read()?;
        Ok(Some(Self::new(question.clone(), samples, machine, folder)))
    }

    /// Those of all questions.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn all(record: &Path, questions: &[Question]) -> Result<Vec<Self>> {
        let read = questions.iter().map(|question| Self::read(record, question));
        Ok(read.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// Those of all questions in all records below `results`, record by record.
    ///
    /// # Errors
    /// As [`read`](Self::read), and where the folder cannot be listed.
    pub fn below(results: &Path, questions: &[Question]) -> Result<Vec<Self>> {
        let records = records(results)?;
        let read = records.iter().map(|record| Self::all(record, questions));
        Ok(read.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// What the samples say.
    pub fn findings(&self) -> Findings<'_> {
        Findings::new(&self.samples.samples)
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
