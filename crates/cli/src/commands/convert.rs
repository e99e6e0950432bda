//! `inrush convert IN --to FORMAT --out OUT`: catalogue records to text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Instant;

use inrush_dataset::{
    self as dataset, ByteCount, CancelToken, Conversion, CsvColumns, ReadOptions, TextFormat,
};
use inrush_writers::{Durability, Sink, Stream};
use serde::Serialize;

use crate::args::{ConvertArgs, TextName};
use crate::exit::{Exit, Failure};
use crate::output::{Channel, counted, list_faults};
use crate::signals::Signals;

const EXAMPLE: &str = "inrush convert books.mrc --to jsonl --out books.jsonl";

/// The columns of CSV unless told otherwise: what people look for first.
const COLUMNS: [&str; 7] = ["001", "100$a", "245$ab", "260$c", "264$c", "020$a", "650$a"];

pub(crate) fn run(args: &ConvertArgs) -> Result<Exit, Failure> {
    let started = Instant::now();
    let to = args.to.ok_or_else(|| missing("--to"))?;
    let out = args.out.as_deref().ok_or_else(|| missing("--out"))?;
    let format = format(to, args)?;
    let mut options = ReadOptions::default();
    options.is_lenient = args.lenient;
    options.jobs = args.run.jobs;
    if options.jobs == Some(0) {
        return Err(Failure::usage("there must be at least one job"));
    }
    let input = input(&args.input)?;
    let sink = sink(out, args)?;
    let cancel = CancelToken::default();
    let signals = Signals::watch(&cancel)?;
    let result = dataset::convert(input, &args.input, &format, sink, options, &cancel);
    if let (Err(dataset::Error::Stopped), Some(signal)) = (&result, signals.caught()) {
        return Ok(Exit::Signal(signal));
    }
    let conversion = match result {
        Err(dataset::Error::Write(error)) if error.source.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(Exit::ClosedPipe);
        }
        Err(error) if error.is_out_of_space() => {
            return Err(Failure::from(error).hint("make room, then run again"));
        }
        result => result?,
    };
    tell(&conversion, started.elapsed().as_secs_f64(), args)?;
    let is_whole = conversion.problems.is_empty() && conversion.left_out.is_empty();
    Ok(if is_whole { Exit::Ok } else { Exit::SomeFailed })
}

fn format(to: TextName, args: &ConvertArgs) -> Result<TextFormat, Failure> {
    let has_columns = !args.columns.is_empty();
    Ok(match to {
        TextName::Csv if has_columns => {
            TextFormat::Csv(CsvColumns::new(&args.columns).map_err(Failure::usage)?)
        }
        TextName::Csv => TextFormat::Csv(CsvColumns::new(&COLUMNS).map_err(Failure::usage)?),
        _ if has_columns => return Err(Failure::usage("--columns is for csv")),
        TextName::Json => TextFormat::Json,
        TextName::Jsonl => TextFormat::JsonLines,
        TextName::Xml => TextFormat::MarcXml,
    })
}

/// The file at `path`, or standard input.
pub(super) fn input(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let refuse = |error| Failure::usage(format!("read `{}`: {error}", path.display()));
    let file = File::open(path).map_err(refuse)?;
    if file.metadata().map_err(refuse)?.is_dir() {
        return Err(Failure::usage(format!("`{}` is a folder", path.display()))
            .hint("name one of its files"));
    }
    Ok(Box::new(file))
}

fn sink(out: &Path, args: &ConvertArgs) -> Result<Box<dyn Sink>, Failure> {
    if out == Path::new("-") {
        let fd = io::stdout().as_fd().try_clone_to_owned()?;
        return Ok(Box::new(Stream::new("standard output", File::from(fd))));
    }
    let durability = args.fsync.map_or(Durability::None, Into::into);
    if fs::metadata(out).is_ok_and(|found| !found.is_file()) {
        // A device or a pipe takes bytes as they come, and has no name to be given at the end.
        let refuse = |error| Failure::usage(format!("write `{}`: {error}", out.display()));
        let file = File::options().write(true).open(out).map_err(refuse)?;
        return Ok(Box::new(Stream::new(&out.to_string_lossy(), file)));
    }
    if !args.overwrite && out.exists() {
        return Err(Failure::usage(format!("`{}` is there already", out.display()))
            .hint("--overwrite replaces it when the new one is whole"));
    }
    let file = inrush_writers::File::create(out, durability).map_err(dataset::Error::from)?;
    Ok(Box::new(file))
}

/// The summary as one object.
#[derive(Serialize)]
struct Told {
    records: u64,
    bytes: u64,
    seconds: f64,
    bytes_per_s: f64,
    problems: Vec<String>,
    left_out: Vec<String>,
}

fn tell(conversion: &Conversion, seconds: f64, args: &ConvertArgs) -> Result<(), Failure> {
    let problems: Vec<String> = conversion.problems.iter().map(ToString::to_string).collect();
    let left_out = conversion.left_out.iter().map(|left| {
        let number = left.control_number.as_ref().map(|number| format!(" (001 {number})"));
        format!("record {}{}: {} (left out)", left.record, number.unwrap_or_default(), left.fault)
    });
    let left_out: Vec<String> = left_out.collect();
    let bytes_per_s = conversion.bytes as f64 / seconds.max(f64::MIN_POSITIVE);
    let is_stdout = args.out.as_deref() == Some(Path::new("-"));
    let channel = if is_stdout { Channel::Stderr } else { Channel::Stdout };
    let (records, bytes) = (conversion.records, conversion.bytes);
    if args.run.output.json {
        let told = Told { records, bytes, seconds, bytes_per_s, problems, left_out };
        return channel.write_json(&told);
    }
    let n_faults = problems.len() + left_out.len();
    let faults: Vec<String> = problems.into_iter().chain(left_out).collect();
    let name = args.input.display();
    list_faults(faults.iter().map(|fault| format!("`{name}`: {fault}")));
    if args.run.output.quiet {
        return Ok(());
    }
    let mut text = format!(
        "{}, {} in {seconds:.2} s ({}/s)",
        counted(records, "record"),
        ByteCount(bytes),
        ByteCount(bytes_per_s as u64),
    );
    if n_faults > 0 {
        text.push_str(&format!("; {} FOUND", counted(n_faults as u64, "fault")));
    }
    text.push('\n');
    channel.write(&text)
}

fn missing(option: &str) -> Failure {
    Failure::usage(format!("{option} is missing")).hint(format!("for example: {EXAMPLE}"))
}
