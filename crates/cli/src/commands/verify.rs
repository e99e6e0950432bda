//! `inrush verify DEST`: the files against a second generation.

use inrush_dataset::{self as dataset, ByteCount, CancelToken, Verification};

use crate::args::VerifyArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Channel, counted, list_faults};
use crate::progress::Bar;
use crate::shard::ShardChoice;
use crate::signals::Signals;

pub(crate) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    if args.run.jobs == Some(0) {
        return Err(Failure::usage("there must be at least one job"));
    }
    let shard = args.shard.map(ShardChoice::resolve).transpose()?;
    let cancel = CancelToken::default();
    let signals = Signals::watch(&cancel)?;
    let bar = Bar::new(args.run.output.quiet || args.run.output.json);
    let (place, jobs) = (&args.place, args.run.jobs);
    let result = match shard {
        Some(shard) => dataset::verify_shard(place, shard, jobs, &cancel, &bar),
        None => dataset::verify(place, jobs, &cancel, &bar),
    };
    bar.clear();
    let report = result?;
    show(&report, args)?;
    Ok(match signals.caught() {
        Some(signal) if report.stopped => Exit::Signal(signal),
        _ if report.mismatches.is_empty() => Exit::Ok,
        _ => Exit::Mismatch,
    })
}

fn show(report: &Verification, args: &VerifyArgs) -> Result<(), Failure> {
    if args.run.output.json {
        return Channel::Stdout.write_json(report);
    }
    list_faults(report.mismatches.iter().map(|fault| format!("{}: {}", fault.name, fault.problem)));
    if args.run.output.quiet {
        return Ok(());
    }
    let mut text = format!("{} verified: ", counted(report.files, "file"));
    if let Some(noun) = report.row_noun {
        text.push_str(&format!("{}, ", counted(report.rows, noun)));
    }
    text.push_str(&format!("{} in {:.2} s", ByteCount(report.bytes), report.seconds));
    if let Some(shard) = report.shard {
        text.push_str(&format!(" of shard {shard}"));
    }
    if !report.regenerated {
        let tool = &report.tool;
        text.push_str(&format!(
            "; written by version {tool}, so compared by size, checksum and footer only"
        ));
    }
    if report.stopped {
        text.push_str("; STOPPED before the end");
    }
    if !report.mismatches.is_empty() {
        let n_faults = report.mismatches.len() as u64;
        text.push_str(&format!("; {} FOUND", counted(n_faults, "fault")));
    }
    text.push('\n');
    Channel::Stdout.write(&text)
}
