//! `inrush marc`: catalogue records in many files.

use inrush_dataset::MarcSpec;

use super::job;
use crate::args::MarcArgs;
use crate::exit::{Exit, Failure};

const EXAMPLE: &str = "inrush marc --records 1M --files 10 --out DIR";

pub(crate) fn run(args: &MarcArgs) -> Result<Exit, Failure> {
    let options = job::options(&args.write, &args.run, None, missing)?;
    let records = args.records.ok_or_else(|| missing("--records"))?;
    let files = args.files.map_or(1, |files| files.0);
    let spec = MarcSpec::new(records.0, files, args.write.seed.unwrap_or(0))?;
    job::run(&spec.into(), &options, &args.run)
}

fn missing(option: &str) -> Failure {
    Failure::usage(format!("{option} is missing")).hint(format!("for example: {EXAMPLE}"))
}
