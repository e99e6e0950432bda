//! From SQL text to a [`Schema`]: one `CREATE TABLE`, its keys and its comments.

mod comment;
mod types;

use sqlparser::ast::{
    ColumnDef, ColumnOption, CommentObject, CreateTable, Expr, GeneratedAs, IndexColumn,
    ObjectName, ObjectNamePart, Statement, TableConstraint,
};
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use crate::schema::{Bounds, Column, Key, Schema, SqlType};
use crate::{Error, schema};

/// The share of nulls in a nullable column whose comment does not say otherwise.
const DEFAULT_NULL_SHARE: f64 = 0.05;

pub(crate) fn parse(sql: &str) -> Result<Schema, Error> {
    let statements = parse_statements(sql)?;
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
    let mut columns = Vec::with_capacity(table.columns.len());
    for definition in &table.columns {
        columns.push(column(definition, comment_on(&statements, &definition.name.value))?);
    }
    for constraint in &table.constraints {
        apply_constraint(constraint, &mut columns)?;
    }
    for column in &mut columns {
        settle(column)?;
    }
    let name = last_part(&table.name);
    Schema::new(name, columns.into_iter().map(|c| c.column).collect(), sql.to_owned())
}

/// A column while its table is being read.
struct Draft {
    column: Column,
    primary: bool,
    null_share: Option<f64>,
}

/// Parses as MySQL, then as PostgreSQL; of two faults, the one further into the text is the
/// likelier to be the author's.
fn parse_statements(sql: &str) -> Result<Vec<Statement>, Error> {
    let attempt = |dialect: &dyn Dialect| {
        Parser::new(dialect).try_with_sql(sql).and_then(|mut parser| parser.parse_statements())
    };
    let mysql = match attempt(&MySqlDialect {}) {
        Ok(statements) => return Ok(statements),
        Err(fault) => syntax_error(&fault),
    };
    let postgres = match attempt(&PostgreSqlDialect {}) {
        Ok(statements) => return Ok(statements),
        Err(fault) => syntax_error(&fault),
    };
    let place = |error: &Error| match error {
        // Without a place, the text ended too early: no fault lies further in.
        Error::Syntax { line: 0, .. } => (u64::MAX, 0),
        Error::Syntax { line, column, .. } => (*line, *column),
        _ => (0, 0),
    };
    let mut fault = if place(&postgres) > place(&mysql) { postgres } else { mysql };
    if let Error::Syntax { line: line @ 0, column, .. } = &mut fault {
        // The fault is the end of the text: say where that is.
        *line = sql.lines().count().max(1) as u64;
        *column = sql.lines().last().map_or(0, |last| last.chars().count()) as u64 + 1;
    }
    Err(fault)
}

/// The parser puts the place at the end of its message: ` at Line: 3, Column: 7`.
fn syntax_error(fault: &ParserError) -> Error {
    let text = match fault {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
        ParserError::RecursionLimitExceeded => "nested too deeply".to_owned(),
    };
    let placed = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((message.to_owned(), line.trim().parse().ok()?, column.trim().parse().ok()?))
    });
    match placed {
        Some((message, line, column)) => Error::Syntax { line, column, message },
        None => Error::Syntax { line: 0, column: 0, message: text },
    }
}

fn column(definition: &ColumnDef, comment_on: Option<&str>) -> Result<Draft, Error> {
    let name = definition.name.value.clone();
    let (sql_type, serial) = types::sql_type(definition)?;
    let mut draft = Draft {
        column: Column {
            name,
            sql_type,
            nullable: !serial,
            key: if serial { Key::Sequence } else { Key::None },
            null_share: 0.0,
            bounds: Bounds::default(),
        },
        primary: false,
        null_share: None,
    };
    let mut comment = comment_on;
    for option in &definition.options {
        match &option.option {
            ColumnOption::NotNull => draft.column.nullable = false,
            ColumnOption::PrimaryKey(_) => {
                draft.primary = true;
                mark_primary(&mut draft.column);
            }
            ColumnOption::Unique(_) => mark_unique(&mut draft.column),
            ColumnOption::DialectSpecific(tokens) if is_auto_increment(tokens) => {
                draft.column.key = Key::Sequence;
            }
            ColumnOption::Generated {
                generated_as: GeneratedAs::Always | GeneratedAs::ByDefault,
                generation_expr: None,
                ..
            } => draft.column.key = Key::Sequence,
            ColumnOption::Generated { .. } => {
                return Err(Error::Column {
                    column: draft.column.name,
                    message: "columns computed from an expression are not supported".to_owned(),
                });
            }
            ColumnOption::Comment(text) => comment = Some(text),
            // Defaults, checks, collations and references do not shape the generated values.
            _ => {}
        }
    }
    if let Some(text) = comment {
        comment::apply(text, &mut draft)?;
    }
    Ok(draft)
}

fn is_auto_increment(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| match token {
        Token::Word(word) => {
            let word = word.value.to_ascii_uppercase();
            word == "AUTO_INCREMENT" || word == "AUTOINCREMENT"
        }
        _ => false,
    })
}

/// An integer primary key counts 1, 2, 3; any other is unique.
fn mark_primary(column: &mut Column) {
    column.nullable = false;
    if matches!(column.sql_type, SqlType::Integer { .. }) {
        column.key = Key::Sequence;
    } else {
        mark_unique(column);
    }
}

fn mark_unique(column: &mut Column) {
    if column.key == Key::None {
        column.key = Key::Unique;
    }
}

fn apply_constraint(constraint: &TableConstraint, columns: &mut [Draft]) -> Result<(), Error> {
    let (members, primary) = match constraint {
        TableConstraint::PrimaryKey(key) => (&key.columns, true),
        TableConstraint::Unique(key) => (&key.columns, false),
        _ => return Ok(()),
    };
    let mut indexes = Vec::with_capacity(members.len());
    for member in members {
        let name = member_name(member);
        let found = columns.iter().position(|c| c.column.name.eq_ignore_ascii_case(&name));
        indexes.push(found.ok_or(Error::UnknownKeyColumn { column: name })?);
    }
    for &i in &indexes {
        if primary {
            columns[i].primary = true;
            columns[i].column.nullable = false;
        }
    }
    // One unique member makes the whole tuple unique: the one that can hold the most values.
    let already = indexes.iter().any(|&i| columns[i].column.key != Key::None);
    let widest = indexes.iter().copied().max_by_key(|&i| schema_capacity(&columns[i].column));
    match widest {
        Some(i) if primary && indexes.len() == 1 => mark_primary(&mut columns[i].column),
        Some(i) if !already => mark_unique(&mut columns[i].column),
        _ => {}
    }
    Ok(())
}

fn schema_capacity(column: &schema::Column) -> u64 {
    crate::capacity::distinct_values(column)
}

fn member_name(member: &IndexColumn) -> String {
    match &member.column.expr {
        Expr::Identifier(ident) => ident.value.clone(),
        other => other.to_string(),
    }
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

/// Decides the share of nulls once every key is known, and checks what cannot be.
fn settle(draft: &mut Draft) -> Result<(), Error> {
    let column = &mut draft.column;
    let fail = |column: &Column, message: &str| {
        Err(Error::Column { column: column.name.clone(), message: message.to_owned() })
    };
    if column.key == Key::Sequence && !matches!(column.sql_type, SqlType::Integer { .. }) {
        return fail(column, "only an integer column can count 1, 2, 3");
    }
    if column.key == Key::Sequence || draft.primary {
        column.nullable = false;
    }
    column.null_share = match draft.null_share {
        Some(share) if share > 0.0 && !column.nullable => {
            return fail(column, "is not null, so its comment cannot ask for nulls");
        }
        Some(share) => share,
        None if column.nullable && column.key == Key::None => DEFAULT_NULL_SHARE,
        None => 0.0,
    };
    if column.key != Key::None && column.bounds != Bounds::default() {
        return fail(column, "is a key, so min and max cannot be kept");
    }
    Ok(())
}
