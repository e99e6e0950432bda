//! Samples as they are taken, so that an interrupt costs none of them.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::record::read_bytes;
use crate::{Damaged, Sample, Samples, samples_text};

/// The samples of a question so far, each on the disk as soon as it is taken, in a file that gets its
/// name when the question is done.
#[derive(Debug)]
pub struct Journal {
    samples: Vec<Sample>,
    damaged: Vec<Damaged>,
    path: PathBuf,
    file: BufWriter<File>,
}

impl Journal {
    /// A journal in `folder`, which is made where it is not there. With `resume` it begins with what
    /// an interrupted run has left there.
    ///
    /// # Errors
    /// Where the folder or the file cannot be made or read.
    pub fn open(folder: &Path, resume: bool) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("make `{}`", folder.display()))?;
        let path = folder.join("samples.jsonl.part");
        let bytes = if resume && path.is_file() { read_bytes(&path)? } else { Vec::new() };
        let Samples { samples, damaged } = Samples::parse(&bytes);
        let file = File::create(&path).with_context(|| format!("make `{}`", path.display()))?;
        let mut journal = Self { samples, damaged, path, file: BufWriter::new(file) };
        // Anew, so that a line which the interrupt has cut does not spoil the next one.
        let kept = samples_text(&journal.samples);
        journal.write(&kept)?;
        Ok(journal)
    }

    /// Those that there are.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The lines that an interrupted run has left and that are no samples.
    pub fn damaged(&self) -> &[Damaged] {
        &self.damaged
    }

    /// Adds one.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, sample: Sample) -> Result<()> {
        self.write(&samples_text(std::slice::from_ref(&sample)))?;
        self.samples.push(sample);
        Ok(())
    }

    /// Gives the file its name, in place of what was there, and returns all samples.
    ///
    /// # Errors
    /// Where it cannot be renamed.
    pub fn finish(mut self) -> Result<Vec<Sample>> {
        self.file.flush().with_context(|| format!("write `{}`", self.path.display()))?;
        let named = self.path.with_extension("");
        fs::rename(&self.path, &named).with_context(|| format!("name `{}`", named.display()))?;
        Ok(self.samples)
    }

    /// Whether an interrupted run has left something in `folder`.
    pub fn is_in(folder: &Path) -> bool {
        OpenOptions::new().read(true).open(folder.join("samples.jsonl.part")).is_ok()
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.flush());
        written.with_context(|| format!("write `{}`", self.path.display()))
    }
}
