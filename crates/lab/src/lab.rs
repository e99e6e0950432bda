//! What is on the disk: questions, and the pages above the reports of records.

mod pages;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

pub use pages::{Written, browser_pages, documents, pages};

use crate::near::near;
use crate::record::read;
use crate::{Question, repository};

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

/// The question of a file, with controls.
///
/// # Errors
/// Where it cannot be read, or means nothing.
pub fn question(path: &Path) -> Result<Question> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).context("a name of letters")?;
    let shown = path.strip_prefix(repository()).unwrap_or(path);
    Ok(Question::parse(name, &shown.display().to_string(), &read(path)?)?.with_controls())
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
