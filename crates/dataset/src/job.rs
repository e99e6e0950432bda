//! The files of a specification, as a coordinator sees them.

use std::io;

use inrush_coordinator::{Job, Outcome, Output};
use inrush_writers::{Sink, WriteError};

use crate::share::Share;
use crate::source::Source;
use crate::{Progress, Work};

/// Opens the sink of a file by its name.
pub(crate) type OpenSink<'a> = dyn Fn(&str) -> Result<Box<dyn Sink>, WriteError> + Sync + 'a;

/// Hears how a file ended.
pub(crate) type OnEnd<'a> = dyn Fn(&FileToMake, &Outcome) + Sync + 'a;

/// A file that is still to be made.
#[derive(Clone, Debug)]
pub(crate) struct FileToMake {
    pub(crate) name: String,
    pub(crate) index: u64,
    pub(crate) rows: u64,
    pub(crate) known_bytes: Option<u64>,
}

/// Some of the files of a specification.
pub(crate) struct FilesJob<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) files: Vec<FileToMake>,
    pub(crate) open_sink: &'a OpenSink<'a>,
    pub(crate) on_end: &'a OnEnd<'a>,
    pub(crate) progress: &'a dyn Progress,
}

impl FilesJob<'_> {
    /// The files of `share` whose names `wanted` accepts.
    pub(crate) fn files(share: &Share<'_>, wanted: impl Fn(&str) -> bool) -> Vec<FileToMake> {
        let source = &*share.spec.source;
        share
            .files()
            .map(|index| FileToMake {
                name: source.file_name(index),
                index,
                rows: source.rows(index),
                known_bytes: source.known_bytes(index),
            })
            .filter(|file| wanted(&file.name))
            .collect()
    }

    /// What there is to be done: bytes where they are known, else rows.
    pub(crate) fn work(&self) -> Work {
        let bytes: Option<u64> = self.files.iter().map(|file| file.known_bytes).sum();
        match bytes {
            Some(bytes) if !self.files.is_empty() => Work::Bytes(bytes),
            _ => Work::Rows(self.files.iter().map(|file| file.rows).sum()),
        }
    }
}

impl Job for FilesJob<'_> {
    fn n_files(&self) -> usize {
        self.files.len()
    }

    fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError> {
        (self.open_sink)(&self.files[file].name)
    }

    fn generate(&self, file: usize, out: &mut dyn Output) -> io::Result<()> {
        self.source.generate(self.files[file].index, out, self.progress)
    }

    fn ended(&self, outcome: &Outcome) {
        (self.on_end)(&self.files[outcome.file], outcome);
    }
}
