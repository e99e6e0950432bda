//! `inrush schema FILE`: what was understood, as a table.

use std::fs;
use std::io;
use std::path::Path;

use inrush_tables::{Column, Key, Meaning, Schema};

use super::catalogue;
use crate::args::SchemaArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Channel, columns};

pub(crate) fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    let path = Path::new(&args.schema);
    if catalogue::is_catalogue(path) {
        return catalogue::show(path);
    }
    let schema = load(&args.schema)?;
    let mut rows = vec![["column", "type", "nulls", "key", "values"].map(str::to_owned)];
    rows.extend(schema.columns().iter().map(cells));
    Channel::Stdout.write(&format!("table {}\n{}", schema.name(), columns(&rows)))?;
    Ok(Exit::Ok)
}

fn cells(column: &Column) -> [String; 5] {
    let nulls = match column.nullable {
        false => "not null".to_owned(),
        true => format!("{}%", (column.null_share * 1000.0).round() / 10.0),
    };
    let key = match column.key {
        Key::None => "",
        Key::Unique => "unique",
        Key::Sequence => "counter",
    };
    let mut values = Meaning::of(column).to_string();
    if let Some(min) = column.bounds.min {
        values.push_str(&format!(", from {min}"));
    }
    if let Some(max) = column.bounds.max {
        values.push_str(&format!(", up to {max}"));
    }
    [column.name.clone(), column.sql_type.to_string(), nulls, key.to_owned(), values]
}

/// The schema that `name` names: a file, or one that ships with the command.
pub(crate) fn load(name: &str) -> Result<Schema, Failure> {
    if let Some(builtin) = name.strip_prefix("builtin:") {
        return Schema::builtin(builtin).map_err(Failure::usage);
    }
    let text = fs::read_to_string(name).map_err(|error| {
        let failure = Failure::usage(format!("read schema `{name}`: {error}"));
        match error.kind() {
            io::ErrorKind::NotFound => {
                failure.hint("a schema is a file with CREATE TABLE, or builtin:seed7")
            }
            io::ErrorKind::InvalidData => failure.hint("a schema is a text in UTF-8"),
            _ => failure,
        }
    })?;
    Schema::from_sql(&text).map_err(|error| Failure::usage(format!("`{name}`: {error}")))
}
