//! The crate `mrrc`, on one thread and on several.

use anyhow::{Context, Result};
use mrrc::boundary_scanner::RecordBoundaryScanner;
use mrrc::rayon_parser_pool::parse_batch_parallel;
use mrrc::{Field as TheirField, Leader, MarcReader, MarcWriter, Record};

use super::book::{Book, Content, Field};
use super::library::Library;

/// The leader that our records begin with, for records that are as long.
const LEADER: &[u8] = b"00000nam a2200000 i 4500";

/// One thread.
pub(super) struct Mrrc(Vec<Record>);

impl Mrrc {
    pub(super) fn new(books: &[Book]) -> Result<Self> {
        books.iter().map(record).collect::<Result<_>>().map(Self)
    }
}

fn record(book: &Book) -> Result<Record> {
    let leader = Leader::from_bytes(LEADER).context("make a leader")?;
    let mut record = Record::new(leader);
    for field in &book.fields {
        match &field.content {
            Content::Control(text) => record.add_control_field(field.tag.clone(), text.clone()),
            Content::Data([first, second], subfields) => {
                let indicators = (char::from(*first), char::from(*second));
                let mut built = TheirField::new(field.tag.clone(), indicators.0, indicators.1);
                for (code, text) in subfields {
                    built.add_subfield(char::from(*code), text.clone());
                }
                record.add_field(built);
            }
        }
    }
    Ok(record)
}

impl Library for Mrrc {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut writer = MarcWriter::new(out);
        for record in &self.0 {
            writer.write_record(record)?;
        }
        writer.finish()?;
        Ok(())
    }

    fn build(&self, books: &[Book], out: &mut Vec<u8>) -> Result<()> {
        let mut writer = MarcWriter::new(out);
        for book in books {
            writer.write_record(&record(book)?)?;
        }
        writer.finish()?;
        Ok(())
    }

    fn read(&self, bytes: &[u8]) -> Result<u64> {
        let mut reader = MarcReader::new(bytes);
        let mut n_fields = 0;
        while let Some(record) = reader.read_record()? {
            n_fields += fields_of(&record);
        }
        Ok(n_fields)
    }

    fn keep(&self, bytes: &[u8]) -> Result<u64> {
        let mut reader = MarcReader::new(bytes);
        let mut all = Vec::new();
        while let Some(record) = reader.read_record()? {
            all.push(record);
        }
        Ok(all.iter().map(fields_of).sum())
    }

    fn books(&self, bytes: &[u8]) -> Result<Vec<Book>> {
        let mut reader = MarcReader::new(bytes);
        let mut all = Vec::new();
        while let Some(record) = reader.read_record()? {
            all.push(book(&record));
        }
        Ok(all)
    }
}

/// As many threads as there are processors, by its own way: a scan for ends, then a pool.
pub(super) struct Parallel;

impl Parallel {
    fn parsed(bytes: &[u8]) -> Result<Vec<Record>> {
        let ends = RecordBoundaryScanner::new().scan(bytes)?;
        Ok(parse_batch_parallel(&ends, bytes)?)
    }
}

impl Library for Parallel {
    fn write(&self, _: &mut Vec<u8>) -> Result<()> {
        anyhow::bail!("it reads")
    }

    fn build(&self, _: &[Book], _: &mut Vec<u8>) -> Result<()> {
        anyhow::bail!("it reads")
    }

    fn read(&self, bytes: &[u8]) -> Result<u64> {
        self.keep(bytes)
    }

    fn keep(&self, bytes: &[u8]) -> Result<u64> {
        Ok(Self::parsed(bytes)?.iter().map(fields_of).sum())
    }

    fn books(&self, bytes: &[u8]) -> Result<Vec<Book>> {
        Ok(Self::parsed(bytes)?.iter().map(book).collect())
    }
}

fn fields_of(record: &Record) -> u64 {
    (record.control_fields_iter().count() + record.fields().count()) as u64
}

fn book(record: &Record) -> Book {
    let control = record.control_fields_iter().map(|(tag, text)| Field {
        tag: tag.to_owned(),
        content: Content::Control(text.to_owned()),
    });
    let data = record.fields().map(|field| {
        let byte = |c: char| u8::try_from(c).unwrap_or(b'?');
        let subfields = field.subfields.iter().map(|one| (byte(one.code), one.value.clone()));
        let indicators = [byte(field.indicator1), byte(field.indicator2)];
        Field { tag: field.tag.clone(), content: Content::Data(indicators, subfields.collect()) }
    });
    Book { fields: control.chain(data).collect() }
}
