//! What all commands that write files have in common: from options to a summary.

use inrush_dataset::{
    self as dataset, ByteCount, CancelToken, Destination, Existing, RunOptions, Spec, Summary,
};

use crate::args::{CoordinatorName, RunArgs, WriteArgs};
use crate::exit::{Exit, Failure};
use crate::output::{Channel, counted, list_faults};
use crate::progress::Bar;
use crate::shard::ShardChoice;
use crate::signals::Signals;

/// Makes the files of `spec`.
pub(super) fn run(spec: &Spec, options: &RunOptions, args: &RunArgs) -> Result<Exit, Failure> {
    let cancel = CancelToken::default();
    let signals = Signals::watch(&cancel)?;
    let bar = Bar::new(args.output.quiet || args.output.json);
    let result = dataset::run(spec, options, &cancel, &bar);
    bar.clear();
    let summary = result?;
    let exit = Exit::after(&summary, signals.caught());
    // Whoever closed the pipe has seen enough.
    if exit != Exit::ClosedPipe {
        report(spec, &summary, &options.destination, args)?;
    }
    Ok(exit)
}

/// The options of a run, from those of the command line. `missing` says what is wrong where one
/// has to be given.
pub(super) fn options(
    write: &WriteArgs,
    run: &RunArgs,
    coordinator: Option<CoordinatorName>,
    missing: impl Fn(&str) -> Failure,
) -> Result<RunOptions, Failure> {
    let destination = write.out.clone().ok_or_else(|| missing("--out"))?;
    let mut options = RunOptions::new(destination);
    options.shard = write.shard.map(ShardChoice::resolve).transpose()?;
    options.jobs = run.jobs;
    options.mem = write.mem.map(|mem| mem.0);
    if let Some(coordinator) = coordinator {
        options.coordinator = coordinator.into();
    }
    if let Some(ByteCount(chunk)) = write.chunk {
        let chunk = usize::try_from(chunk).ok().filter(|chunk| (1..=1 << 30).contains(chunk));
        let refuse = || Failure::usage("--chunk is from 1 B to 1 GiB");
        options.chunk_bytes = Some(chunk.ok_or_else(refuse)?);
    }
    if let Some(fsync) = write.fsync {
        options.durability = fsync.into();
    }
    options.direct = write.direct;
    if let Some(ByteCount(part_size)) = write.part_size {
        let refuse = |_| Failure::usage("--part-size is from 5 MiB to 5 GiB");
        options.part_bytes = Some(usize::try_from(part_size).map_err(refuse)?);
    }
    options.max_in_flight = write.max_in_flight;
    options.existing = match (write.resume, write.overwrite) {
        (true, true) => {
            return Err(Failure::usage("--resume and --overwrite exclude each other"));
        }
        (true, false) => Existing::Resume,
        (false, true) => Existing::Overwrite,
        (false, false) => Existing::Refuse,
    };
    options.fail_fast = write.fail_fast;
    Ok(options)
}

fn report(
    spec: &Spec,
    summary: &Summary,
    out: &Destination,
    args: &RunArgs,
) -> Result<(), Failure> {
    let channel = match out {
        Destination::Stdout => Channel::Stderr,
        _ => Channel::Stdout,
    };
    if args.output.json {
        return channel.write_json(summary);
    }
    list_faults(
        summary.failures.iter().map(|failure| format!("{}: {}", failure.name, failure.error)),
    );
    if args.output.quiet {
        return Ok(());
    }
    let mut text = counted(summary.files, "file");
    if let Some(noun) = spec.row_noun() {
        text.push_str(&format!(", {}", counted(summary.rows, noun)));
    }
    text.push_str(&format!(
        ", {} in {:.2} s ({}/s) to {out}",
        ByteCount(summary.bytes),
        summary.seconds,
        ByteCount(summary.bytes_per_s as u64),
    ));
    if let Some(shard) = summary.shard {
        text.push_str(&format!(" as shard {shard}"));
    }
    if summary.resumed > 0 {
        text.push_str(&format!("; {} kept from before", counted(summary.resumed, "file")));
    }
    if summary.cached > 0 {
        let n_files = counted(summary.cached, "file");
        text.push_str(&format!("; {n_files} not past the page cache: the file system refuses"));
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
