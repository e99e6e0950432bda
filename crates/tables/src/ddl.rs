//! From SQL text to a [`Schema`]: one `CREATE TABLE`, its keys and its comments.

mod column;
mod comment;
mod keys;
mod statements;
mod types;

use sqlparser::ast::{CommentObject, CreateTable, ObjectName, ObjectNamePart, Statement};

use crate::Error;
use crate::schema::{Column, Schema};

pub(crate) fn parse(sql: &str) -> Result<Schema, Error> {
    let statements = statements::about_tables(sql)?;
    let tables: Vec<&CreateTable> = statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::CreateTable(table) => Some(table),
            _ => None,
        })
        .collect();
    let table = match tables[..] {
        [] => return Err(Error::NoTable),
        [table] => table,
        _ => return Err(Error::SeveralTables { count: tables.len() }),
    };
    let name = last_part(&table.name);
    let mut columns = Vec::with_capacity(table.columns.len());
    for definition in &table.columns {
        let comment = comment_on(&statements, &definition.name.value);
        columns.push(column::draft(definition, comment)?);
    }
    for constraint in &table.constraints {
        keys::apply_constraint(constraint, &mut columns)?;
    }
    for statement in &statements {
        keys::apply_statement(statement, &name, &mut columns)?;
    }
    for draft in &mut columns {
        column::settle(draft)?;
    }
    Schema::new(name, columns.into_iter().map(|c| c.column).collect(), sql.to_owned())
}

/// A column while its table is being read.
struct Draft {
    column: Column,
    primary: bool,
    null_share: Option<f64>,
}

/// The text of `COMMENT ON COLUMN table.column IS '...'`, as PostgreSQL has it.
fn comment_on<'a>(statements: &'a [Statement], column: &str) -> Option<&'a str> {
    statements.iter().find_map(|statement| match statement {
        Statement::Comment {
            object_type: CommentObject::Column,
            object_name,
            comment: Some(text),
            ..
        } if last_part(object_name).eq_ignore_ascii_case(column) => Some(&**text),
        _ => None,
    })
}

/// `shop.orders` -> `orders`, without quotes.
fn last_part(name: &ObjectName) -> String {
    match name.0.last().and_then(ObjectNamePart::as_ident) {
        Some(part) => part.value.clone(),
        None => name.to_string(),
    }
}
