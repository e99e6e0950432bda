//! `inrush merge DEST`: the manifests of all shards become one.

use inrush_dataset::{self as dataset, ByteCount, CancelToken, Merge};

use crate::args::MergeArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Channel, counted, list_faults};
use crate::signals::Signals;

pub(crate) fn run(args: &MergeArgs) -> Result<Exit, Failure> {
    let cancel = CancelToken::default();
    let signals = Signals::watch(&cancel)?;
    let report = dataset::merge(&args.place, &cancel)?;
    show(&report, args)?;
    Ok(match signals.caught() {
        Some(signal) if report.stopped => Exit::Signal(signal),
        _ if !report.mismatches.is_empty() => Exit::Mismatch,
        _ if !report.unfinished.is_empty() => Exit::Usage,
        _ => Exit::Ok,
    })
}

fn show(report: &Merge, args: &MergeArgs) -> Result<(), Failure> {
    if args.output.json {
        return Channel::Stdout.write_json(report);
    }
    let faults: Vec<String> = report
        .unfinished
        .iter()
        .chain(&report.mismatches)
        .map(|fault| format!("{}: {}", fault.name, fault.problem))
        .collect();
    let n_faults = faults.len() as u64;
    list_faults(faults.into_iter());
    if args.output.quiet {
        return Ok(());
    }
    let shards = counted(report.shards, "shard");
    let mut text = match (report.root.is_some(), report.shards) {
        (true, 0) => "merged already: ".to_owned(),
        (true, _) => format!("{shards} merged: "),
        (false, _) => format!("NOT merged, {shards}: "),
    };
    text.push_str(&format!("{}, ", counted(report.files, "file")));
    if report.rows > 0 {
        text.push_str(&format!("{}, ", counted(report.rows, "row")));
    }
    text.push_str(&format!("{} in {}", ByteCount(report.bytes), args.place));
    if report.stopped {
        text.push_str("; STOPPED before the end");
    }
    if n_faults > 0 {
        text.push_str(&format!("; {} FOUND", counted(n_faults, "fault")));
    }
    text.push('\n');
    Channel::Stdout.write(&text)
}
