//! The files of a table, as a coordinator sees them: rows are born, dressed and handed over.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use inrush_coordinator::{Job, Outcome};
use inrush_writers::{Sink, WriteError};

use crate::Progress;
use crate::spec::OpenSpec;

/// Rows that are generated at a time: their columns stay in the first levels of cache.
pub(crate) const BATCH_ROWS: u64 = 1024;

/// Opens the sink of a file by its name.
pub(crate) type OpenSink<'a> = dyn Fn(&str) -> Result<Box<dyn Sink>, WriteError> + Sync + 'a;

/// Hears how a file of a name ended.
pub(crate) type OnEnd<'a> = dyn Fn(&FileToMake, &Outcome) + Sync + 'a;

/// A file that is still to be made.
#[derive(Clone, Debug)]
pub(crate) struct FileToMake {
    pub(crate) name: String,
    pub(crate) rows: Range<u64>,
}

/// Some of the files of a specification.
pub(crate) struct TableJob<'a> {
    pub(crate) spec: &'a OpenSpec,
    pub(crate) files: Vec<FileToMake>,
    pub(crate) open_sink: &'a OpenSink<'a>,
    pub(crate) on_end: &'a OnEnd<'a>,
    pub(crate) progress: &'a dyn Progress,
}

impl<'a> TableJob<'a> {
    /// The files of `spec` whose names `wanted` accepts.
    pub(crate) fn files(spec: &OpenSpec, wanted: impl Fn(&str) -> bool) -> Vec<FileToMake> {
        (0..spec.spec.files())
            .map(|file| FileToMake { name: spec.file_name(file), rows: spec.spec.rows_of(file) })
            .filter(|file| wanted(&file.name))
            .collect()
    }

    /// The number of rows in the files.
    pub(crate) fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows.end - file.rows.start).sum()
    }
}

impl Job for TableJob<'_> {
    fn n_files(&self) -> usize {
        self.files.len()
    }

    fn sink(&self, file: usize) -> Result<Box<dyn Sink>, WriteError> {
        (self.open_sink)(&self.files[file].name)
    }

    fn generate(&self, file: usize, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let table = &self.spec.table;
        let mut encoder = self.spec.format.encoder(Arc::clone(&table.arrow_schema()), out)?;
        let Range { mut start, end } = self.files[file].rows.clone();
        while start < end {
            let next = (start + BATCH_ROWS).min(end);
            encoder.write(&table.batch(start..next))?;
            self.progress.rows(next - start);
            start = next;
        }
        encoder.finish()
    }

    fn ended(&self, outcome: &Outcome) {
        (self.on_end)(&self.files[outcome.file], outcome);
    }
}
