//! Keys: in the definition of a column, in that of the table, and in the statements that a dump
//! puts behind the table.

use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, Expr, IndexColumn, Statement, TableConstraint,
};

use super::{Draft, last_part};
use crate::Error;
use crate::capacity::distinct_values;
use crate::schema::{Column, Key, SqlType};

/// An integer primary key counts 1, 2, 3; any other is unique.
pub(super) fn mark_primary(column: &mut Column) {
    column.nullable = false;
    if matches!(column.sql_type, SqlType::Integer { .. }) {
        column.key = Key::Sequence;
    } else {
        mark_unique(column);
    }
}

pub(super) fn mark_unique(column: &mut Column) {
    if column.key == Key::None {
        column.key = Key::Unique;
    }
}

/// A constraint of the table.
pub(super) fn apply_constraint(
    constraint: &TableConstraint,
    columns: &mut [Draft],
) -> Result<(), Error> {
    match constraint {
        TableConstraint::PrimaryKey(key) => apply_key(&key.columns, true, columns),
        TableConstraint::Unique(key) => apply_key(&key.columns, false, columns),
        _ => Ok(()),
    }
}

/// What a later statement adds to `table`: keys, unique indexes, and defaults that count.
pub(super) fn apply_statement(
    statement: &Statement,
    table: &str,
    columns: &mut [Draft],
) -> Result<(), Error> {
    match statement {
        Statement::AlterTable(alter) if last_part(&alter.name).eq_ignore_ascii_case(table) => {
            for operation in &alter.operations {
                match operation {
                    AlterTableOperation::AddConstraint { constraint, .. } => {
                        apply_constraint(constraint, columns)?;
                    }
                    AlterTableOperation::AlterColumn { column_name, op } if counts(op) => {
                        columns[position(&column_name.value, columns)?].column.key = Key::Sequence;
                    }
                    _ => {}
                }
            }
            Ok(())
        }
        // An index over a part of the rows promises nothing about all of them.
        Statement::CreateIndex(index)
            if index.unique
                && index.predicate.is_none()
                && last_part(&index.table_name).eq_ignore_ascii_case(table) =>
        {
            apply_key(&index.columns, false, columns)
        }
        _ => Ok(()),
    }
}

/// Whether a column's default is the next value of a sequence.
fn counts(operation: &AlterColumnOperation) -> bool {
    match operation {
        AlterColumnOperation::AddGenerated { .. } => true,
        AlterColumnOperation::SetDefault { value: Expr::Function(function) } => {
            last_part(&function.name).eq_ignore_ascii_case("nextval")
        }
        _ => false,
    }
}

fn apply_key(members: &[IndexColumn], primary: bool, columns: &mut [Draft]) -> Result<(), Error> {
    let mut indexes = Vec::with_capacity(members.len());
    for member in members {
        indexes.push(position(&member_name(member), columns)?);
    }
    for &i in &indexes {
        if primary {
            columns[i].primary = true;
            columns[i].column.nullable = false;
        }
    }
    // One unique member makes the whole tuple unique: the one that can hold the most values.
    let already = indexes.iter().any(|&i| columns[i].column.key != Key::None);
    let widest = indexes.iter().copied().max_by_key(|&i| distinct_values(&columns[i].column));
    match widest {
        Some(i) if primary && indexes.len() == 1 => mark_primary(&mut columns[i].column),
        Some(i) if !already => mark_unique(&mut columns[i].column),
        _ => {}
    }
    Ok(())
}

fn position(name: &str, columns: &[Draft]) -> Result<usize, Error> {
    let found = columns.iter().position(|c| c.column.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| Error::UnknownKeyColumn { column: name.to_owned() })
}

/// The column of a key's member: `name`, or `name(20)`. The latter is made unique as a whole, and its
/// first 20 characters may still repeat.
fn member_name(member: &IndexColumn) -> String {
    match &member.column.expr {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::Function(prefix) => last_part(&prefix.name),
        other => other.to_string(),
    }
}
