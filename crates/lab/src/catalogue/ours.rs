//! `inrush-marc`, on one thread and on several.

use anyhow::Result;
use inrush_marc::{Error, ParallelReader, Reader, Record, Writer};

use super::book::{Book, Content};
use super::library::Library;

/// One thread.
pub(super) struct Ours(Vec<Record>);

impl Ours {
    pub(super) fn new(books: &[Book]) -> Result<Self> {
        let record = |book: &Book| {
            let mut record = Record::new();
            build(book, &mut record)?;
            Ok(record)
        };
        books.iter().map(record).collect::<Result<_>>().map(Self)
    }
}

/// A file of books.
pub(crate) fn encoded(books: &[Book]) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    Ours::new(books)?.write(&mut file)?;
    Ok(file)
}

fn build(book: &Book, record: &mut Record) -> Result<()> {
    record.clear();
    for field in &book.fields {
        match &field.content {
            Content::Control(text) => {
                record.control(&field.tag, text)?;
            }
            Content::Data(indicators, subfields) => {
                let mut built = record.field(&field.tag, indicators)?;
                for (code, text) in subfields {
                    built = built.subfield(*code, text)?;
                }
            }
        }
    }
    Ok(())
}

impl Library for Ours {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut writer = Writer::new(out);
        writer.write_many(&self.0)?;
        writer.finish()?;
        Ok(())
    }

    fn build(&self, books: &[Book], out: &mut Vec<u8>) -> Result<()> {
        let mut writer = Writer::new(out);
        let mut record = Record::new();
        for book in books {
            build(book, &mut record)?;
            writer.write(&record)?;
        }
        writer.finish()?;
        Ok(())
    }

    fn read(&self, bytes: &[u8]) -> Result<u64> {
        let mut reader = Reader::new(bytes);
        let mut record = Record::new();
        let mut n_fields = 0;
        while reader.read_into(&mut record)? {
            n_fields += record.fields().len() as u64;
        }
        Ok(n_fields)
    }

    fn keep(&self, bytes: &[u8]) -> Result<u64> {
        let all = Reader::new(bytes).collect::<Result<Vec<_>, _>>()?;
        Ok(fields_of(&all))
    }

    fn books(&self, bytes: &[u8]) -> Result<Vec<Book>> {
        let book = |record: Result<Record, Error>| Ok(Book::from(record?.view()));
        Reader::new(bytes).map(book).collect()
    }
}

/// As many threads as there are processors that parse, and the one that reads.
pub(super) struct Parallel(pub(super) usize);

impl Library for Parallel {
    fn write(&self, _: &mut Vec<u8>) -> Result<()> {
        anyhow::bail!("it reads")
    }

    fn build(&self, _: &[Book], _: &mut Vec<u8>) -> Result<()> {
        anyhow::bail!("it reads")
    }

    fn read(&self, bytes: &[u8]) -> Result<u64> {
        let mut n_fields = 0;
        ParallelReader::new(bytes, self.0).for_each_batch(
            |batch| batch.records().map(|record| record.fields().len() as u64).sum::<u64>(),
            |n| {
                n_fields += n;
                Ok::<(), Error>(())
            },
        )?;
        Ok(n_fields)
    }

    fn keep(&self, bytes: &[u8]) -> Result<u64> {
        let (all, _) = ParallelReader::new(bytes, self.0).read_all()?;
        Ok(fields_of(&all))
    }

    fn books(&self, bytes: &[u8]) -> Result<Vec<Book>> {
        let (all, _) = ParallelReader::new(bytes, self.0).read_all()?;
        Ok(all.iter().map(|record| Book::from(record.view())).collect())
    }
}

fn fields_of(records: &[Record]) -> u64 {
    records.iter().map(|record| record.fields().len() as u64).sum()
}

/// As [`Ours`], but a field of the last record is lost.
pub(super) struct Short(pub(super) Ours);

impl Short {
    pub(super) fn new(books: &[Book]) -> Result<Self> {
        let mut short = books.to_vec();
        if let Some(last) = short.last_mut() {
            last.fields.pop();
        }
        Ours::new(&short).map(Self)
    }
}

impl Library for Short {
    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        self.0.write(out)
    }

    fn build(&self, books: &[Book], out: &mut Vec<u8>) -> Result<()> {
        let Some((last, others)) = books.split_last() else { return Ok(()) };
        self.0.build(others, out)?;
        let mut last = last.clone();
        last.fields.pop();
        self.0.build(&[last], out)
    }

    fn read(&self, bytes: &[u8]) -> Result<u64> {
        Ok(self.0.read(bytes)? - 1)
    }

    fn keep(&self, bytes: &[u8]) -> Result<u64> {
        Ok(self.0.keep(bytes)? - 1)
    }

    fn books(&self, bytes: &[u8]) -> Result<Vec<Book>> {
        self.0.books(bytes)
    }
}
