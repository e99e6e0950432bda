//! `inrush table`: a schema to many files.

use inrush_dataset::{
    self as dataset, ByteCount, Cancel, Destination, Existing, FileFormat, RunOptions, Summary,
    TableSpec,
};

use super::schema;
use crate::args::{FormatName, TableArgs};
use crate::exit::{Exit, Failure};
use crate::output::{Channel, counted, list_faults};
use crate::progress::Bar;
use crate::signals::Signals;

const EXAMPLE: &str = "inrush table --schema builtin:seed7 --rows 1M --files 10 --out DIR";

pub(crate) fn run(args: &TableArgs) -> Result<Exit, Failure> {
    let options = options(args)?;
    let spec = spec(args)?;
    let cancel = Cancel::default();
    let signals = Signals::watch(&cancel)?;
    let bar = Bar::new(args.run.quiet || args.run.json);
    let result = dataset::run(&spec, &options, &cancel, &bar);
    bar.clear();
    let summary = result?;
    let exit = Exit::after(&summary, signals.caught());
    // Whoever closed the pipe has seen enough.
    if exit != Exit::ClosedPipe {
        report(&summary, &options.destination, args)?;
    }
    Ok(exit)
}

fn spec(args: &TableArgs) -> Result<TableSpec, Failure> {
    let name = args.schema.as_deref().ok_or_else(|| missing("--schema"))?;
    let rows = args.rows.ok_or_else(|| missing("--rows"))?;
    let schema = schema::load(name)?;
    let mut format = match args.format.unwrap_or(FormatName::Parquet) {
        FormatName::Parquet => FileFormat::parquet(),
        FormatName::Csv => FileFormat::csv(),
    };
    if let Some(codec) = args.compression {
        format = format.with_codec(codec.into());
    }
    if let Some(rows) = args.row_group_rows {
        format = format.with_row_group_rows(rows.0)?;
    }
    let files = args.files.map_or(1, |files| files.0);
    let spec = TableSpec::new(&schema, rows.0, files, format)?;
    Ok(spec.with_seed(args.seed.unwrap_or(0)))
}

fn options(args: &TableArgs) -> Result<RunOptions, Failure> {
    let destination = args.out.clone().ok_or_else(|| missing("--out"))?;
    let mut options = RunOptions::new(destination);
    options.jobs = args.run.jobs;
    options.mem = args.write.mem.map(|mem| mem.0);
    if let Some(coordinator) = args.coordinator {
        options.coordinator = coordinator.into();
    }
    if let Some(ByteCount(chunk)) = args.chunk {
        options.chunk_bytes = usize::try_from(chunk)
            .ok()
            .filter(|chunk| (1..=1 << 30).contains(chunk))
            .ok_or_else(|| Failure::usage("--chunk is from 1 B to 1 GiB"))?;
    }
    if let Some(fsync) = args.write.fsync {
        options.durability = fsync.into();
    }
    options.existing = match (args.write.resume, args.write.overwrite) {
        (true, true) => {
            return Err(Failure::usage("--resume and --overwrite exclude each other"));
        }
        (true, false) => Existing::Resume,
        (false, true) => Existing::Overwrite,
        (false, false) => Existing::Refuse,
    };
    options.fail_fast = args.write.fail_fast;
    Ok(options)
}

fn missing(option: &str) -> Failure {
    Failure::usage(format!("{option} is missing")).hint(format!("for example: {EXAMPLE}"))
}

fn report(summary: &Summary, out: &Destination, args: &TableArgs) -> Result<(), Failure> {
    let channel = match out {
        Destination::Stdout => Channel::Stderr,
        _ => Channel::Stdout,
    };
    if args.run.json {
        return channel.write_json(summary);
    }
    list_faults(
        summary.failures.iter().map(|failure| (failure.name.as_str(), failure.error.as_str())),
    );
    if args.run.quiet {
        return Ok(());
    }
    let mut text = format!(
        "{}, {}, {} in {:.2} s ({}/s) to {out}",
        counted(summary.files, "file"),
        counted(summary.rows, "row"),
        ByteCount(summary.bytes),
        summary.seconds,
        ByteCount(summary.bytes_per_s as u64),
    );
    if summary.resumed > 0 {
        text.push_str(&format!("; {} kept from before", counted(summary.resumed, "file")));
    }
    if let Some(peak) = summary.peak_rss_bytes {
        text.push_str(&format!("; peak memory {}", ByteCount(peak)));
    }
    if !summary.failures.is_empty() {
        text.push_str(&format!("; {} FAILED", counted(summary.failures.len() as u64, "file")));
    }
    text.push('\n');
    channel.write(&text)
}
