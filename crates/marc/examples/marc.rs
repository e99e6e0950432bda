//! Records from standard input to standard output, or made: `marc generate SEED N`, `marc copy`,
//! `marc lenient`, `marc decode`, `marc json`, `marc xml`, `marc csv COLUMN...`.
//!
//! What was wrong goes to standard error, a line each; the exit code is 1 if nothing more could be read.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use inrush_marc::{
    CsvColumns, Generator, Marc8, ParallelReader, Reader, Record, TextFormat, Writer,
};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let reader = || Reader::new(io::stdin().lock());
    let (command, rest) = arguments.split_first().ok_or("no command: see the head of this file")?;
    match (command.as_str(), rest) {
        ("generate", [seed, n]) => generate(seed.parse()?, n.parse()?),
        ("copy", []) => copy(reader()),
        ("lenient", []) => copy(reader().lenient()),
        ("decode", []) => copy(reader().marc8(Marc8::Decode)),
        ("json", []) => convert(TextFormat::JsonLines),
        ("xml", []) => convert(TextFormat::MarcXml),
        ("csv", columns) => convert(TextFormat::Csv(CsvColumns::new(columns)?)),
        _ => {
            Err(format!("`{command}` with {} arguments: see the head of this file", rest.len())
                .into())
        }
    }
}

fn generate(seed: u64, n: u64) -> Result<(), Box<dyn Error>> {
    let mut writer = Writer::new(io::stdout().lock());
    let mut generator = Generator::new(seed);
    for index in 0..n {
        writer.write(generator.record(index))?;
    }
    writer.finish().map(drop)?;
    Ok(())
}

fn copy(mut reader: Reader<impl io::Read>) -> Result<(), Box<dyn Error>> {
    let mut writer = Writer::new(io::stdout().lock());
    let mut record = Record::new();
    while reader.read_into(&mut record)? {
        writer.write(&record)?;
    }
    writer.finish().map(drop)?;
    for problem in reader.problems() {
        eprintln!("{problem}");
    }
    Ok(())
}

/// A thread makes text of each block of records.
fn convert(format: TextFormat) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let mut ends = Vec::new();
    format.write_head(&mut ends);
    out.write_all(&ends)?;
    ParallelReader::new(io::stdin().lock(), 2).for_each_batch(
        |batch| {
            let mut text = Vec::new();
            batch
                .records()
                .try_for_each(|record| format.write_record(record, &mut text))
                .map(|()| text)
        },
        |text| out.write_all(&text?).map_err(Box::<dyn Error>::from),
    )?;
    ends.clear();
    format.write_tail(&mut ends);
    out.write_all(&ends)?;
    out.flush()?;
    Ok(())
}
