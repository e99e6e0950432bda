//! `inrush table`: a schema to many files.

use inrush_dataset::{FileFormat, TableSpec};

use super::{job, schema};
use crate::args::{FormatName, TableArgs};
use crate::exit::{Exit, Failure};

const EXAMPLE: &str = "inrush table --schema builtin:seed7 --rows 1M --files 10 --out DIR";

pub(crate) fn run(args: &TableArgs) -> Result<Exit, Failure> {
    let options = job::options(&args.write, &args.run, args.coordinator, missing)?;
    let spec = spec(args)?;
    job::run(&spec.into(), &options, &args.run)
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
    Ok(spec.with_seed(args.write.seed.unwrap_or(0)))
}

fn missing(option: &str) -> Failure {
    Failure::usage(format!("{option} is missing")).hint(format!("for example: {EXAMPLE}"))
}
