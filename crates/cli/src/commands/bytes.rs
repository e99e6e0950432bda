//! `inrush bytes`: objects of bytes with a dedup and a compress ratio.

use inrush_dataset::{BytesSpec, ObjectSpec};

use super::job;
use crate::args::BytesArgs;
use crate::exit::{Exit, Failure};

const EXAMPLE: &str = "inrush bytes --objects 8 --size 1GiB --dedup 1.5 --compress 2.5 --out DIR";

pub(crate) fn run(args: &BytesArgs) -> Result<Exit, Failure> {
    let options = job::options(&args.write, &args.run, None, missing)?;
    let spec = spec(args)?;
    job::run(&spec.into(), &options, &args.run)
}

fn spec(args: &BytesArgs) -> Result<BytesSpec, Failure> {
    let objects = args.objects.ok_or_else(|| missing("--objects"))?;
    let size = args.size.ok_or_else(|| missing("--size"))?;
    let mut template = ObjectSpec::builder(0).seed(args.write.seed.unwrap_or(0));
    if let Some(dedup) = args.dedup {
        template = template.dedup(dedup);
    }
    if let Some(unit) = args.dedup_unit {
        template = template.dedup_unit(unit.0);
    }
    if let Some(compress) = args.compress {
        template = template.compress(compress);
    }
    if let Some(model) = args.model {
        template = template.model(model);
    }
    let template = template.build().map_err(inrush_dataset::Error::from)?;
    Ok(BytesSpec::new(objects.0, size, &template)?)
}

fn missing(option: &str) -> Failure {
    Failure::usage(format!("{option} is missing")).hint(format!("for example: {EXAMPLE}"))
}
