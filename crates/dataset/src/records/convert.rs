//! Catalogue records to text that other programs read.

use std::io::Read;
use std::path::Path;

use inrush_coordinator::CancelToken;
use inrush_marc::{Batch, Fault, Problem, TextFormat};
use inrush_writers::Sink;

use super::{ReadOptions, read};
use crate::Error;

/// What a conversion came to.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Conversion {
    /// Records in the text.
    pub records: u64,
    /// Bytes of the text.
    pub bytes: u64,
    /// What was wrong with the input; nothing unless it was read leniently.
    pub problems: Vec<Problem>,
    /// Records that were read and have no form as this text.
    pub left_out: Vec<LeftOut>,
}

/// A record that has no form as a text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its index among the records that were read, from 0.
    pub record: u64,
    /// Its control number, where it has one.
    pub control_number: Option<String>,
    /// Why.
    pub fault: Fault,
}

/// The text of a batch.
#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    n_read: u64,
    n_written: u64,
    left_out: Vec<LeftOut>,
}

/// Writes the records of `input`, called `name` in errors, to `sink`: parsed and formatted in several
/// threads, in order, in fixed memory.
///
/// # Errors
/// [`Error::Records`] at the first record that cannot be read, unless it is read leniently, and at the first
/// one that has no form as this text, unless likewise; [`Error::Write`]; [`Error::Stopped`]. The sink is
/// aborted then.
pub fn convert(
    input: impl Read,
    name: &Path,
    format: &TextFormat,
    mut sink: Box<dyn Sink>,
    options: ReadOptions,
    cancel: &CancelToken,
) -> Result<Conversion, Error> {
    let mut conversion = Conversion::default();
    match write_all(input, name, format, &mut *sink, options, cancel, &mut conversion) {
        Ok(()) => {
            conversion.bytes = sink.finish()?.bytes;
            Ok(conversion)
        }
        Err(error) => {
            // What went wrong first is what there is to say.
            let _ = sink.abort();
            Err(error)
        }
    }
}

fn write_all(
    input: impl Read,
    name: &Path,
    format: &TextFormat,
    sink: &mut dyn Sink,
    options: ReadOptions,
    cancel: &CancelToken,
    conversion: &mut Conversion,
) -> Result<(), Error> {
    let mut between = Vec::new();
    format.write_head(&mut between);
    let mut n_read = 0;
    let found = read(
        input,
        name,
        options,
        cancel,
        |batch| text_of(batch, format),
        |text| {
            if let (Some(first), false) = (text.left_out.first(), options.is_lenient) {
                return Err(Error::NoForm {
                    path: name.to_owned(),
                    record: n_read + first.record,
                    control_number: first.control_number.clone(),
                    fault: Box::new(first.fault.clone()),
                });
            }
            if text.n_written > 0 {
                sink.write(&between)?;
                sink.write(&text.bytes)?;
                between.clear();
                format.write_separator(&mut between);
            }
            conversion.records += text.n_written;
            let in_all = |left: LeftOut| LeftOut { record: n_read + left.record, ..left };
            conversion.left_out.extend(text.left_out.into_iter().map(in_all));
            n_read += text.n_read;
            Ok(())
        },
    )?;
    conversion.problems = found.problems;
    if conversion.records > 0 {
        between.clear();
    }
    format.write_tail(&mut between);
    sink.write(&between)?;
    Ok(())
}

fn text_of(batch: &Batch, format: &TextFormat) -> Text {
    let mut text = Text::default();
    for record in batch.records() {
        let before = text.bytes.len();
        if text.n_written > 0 {
            format.write_separator(&mut text.bytes);
        }
        match format.write_record(record, &mut text.bytes) {
            Ok(()) => text.n_written += 1,
            Err(fault) => {
                text.bytes.truncate(before);
                let control_number = record.control_number();
                text.left_out.push(LeftOut { record: text.n_read, control_number, fault });
            }
        }
        text.n_read += 1;
    }
    text
}
