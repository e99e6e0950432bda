//! From SQL text to the statements that say something about a table.
//!
//! A dump holds much else: settings, sequences, rights, data. Such statements are passed over
//! unread, as no parser knows them all.

use sqlparser::ast::Statement;
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::Error;

/// What statements begin with that say nothing about a table. A beginning that is not here and is
/// not understood is a fault.
const PASSED_OVER: &str = "ALTER ANALYZE BEGIN COMMIT DELETE DROP END GRANT INSERT LOCK REPLACE \
    REVOKE SELECT SET START TRUNCATE UNLOCK UPDATE USE VACUUM";

/// What can be created that is not a table.
const NOT_TABLES: &str = "AGGREGATE CAST COLLATION DATABASE DEFINER DOMAIN EVENT EXTENSION FUNCTION \
    INDEX LANGUAGE MATERIALIZED OPERATOR POLICY PROCEDURE PUBLICATION ROLE RULE SCHEMA SEQUENCE \
    SERVER SUBSCRIPTION TABLESPACE TRIGGER TYPE USER VIEW";

fn is_one_of(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|other| other == word)
}

/// The statements about tables, read as MySQL and then as PostgreSQL; of two faults, the one
/// further into the text is the likelier to be the author's.
pub(super) fn about_tables(sql: &str) -> Result<Vec<Statement>, Error> {
    let mysql = match read(&MySqlDialect {}, sql) {
        Ok(statements) => return Ok(statements),
        Err(fault) => fault,
    };
    let postgres = match read(&PostgreSqlDialect {}, sql) {
        Ok(statements) => return Ok(statements),
        Err(fault) => fault,
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

fn read(dialect: &dyn Dialect, sql: &str) -> Result<Vec<Statement>, Error> {
    let tokens = Tokenizer::new(dialect, sql).tokenize_with_location().map_err(|fault| {
        let (line, column) = (fault.location.line, fault.location.column);
        Error::Syntax { line, column, message: fault.message }
    })?;
    let mut statements = Vec::new();
    // A statement keeps the semicolon that ends it, so that a fault there has its place.
    for tokens in tokens.split_inclusive(|token| token.token == Token::SemiColon) {
        if says_something(tokens) {
            statements.push(read_one(dialect, tokens).map_err(|fault| syntax_error(&fault))?);
        }
    }
    Ok(statements)
}

fn read_one(dialect: &dyn Dialect, tokens: &[TokenWithSpan]) -> Result<Statement, ParserError> {
    let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens.to_vec());
    let statement = parser.parse_statement()?;
    let next = parser.peek_token();
    match next.token {
        Token::SemiColon | Token::EOF => Ok(statement),
        _ => parser.expected("end of statement", next),
    }
}

/// Whether a statement is about a table, or about nothing that is known.
fn says_something(tokens: &[TokenWithSpan]) -> bool {
    let words: Vec<String> = tokens
        .iter()
        .filter_map(|token| match &token.token {
            Token::Word(word) if word.quote_style.is_none() => {
                Some(word.value.to_ascii_uppercase())
            }
            Token::Whitespace(_) | Token::SemiColon => None,
            // Any other token stands for itself and ends a run of words.
            _ => Some(String::new()),
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => false,
        ["CREATE", "OR", "REPLACE", kind, ..] | ["CREATE", kind, ..] => {
            !is_one_of(kind, NOT_TABLES)
        }
        // Keys, and the counter that a dump attaches to its column.
        ["ALTER", "TABLE", ..] => words.contains(&"ADD") || words.contains(&"DEFAULT"),
        [first, ..] => !is_one_of(first, PASSED_OVER),
    }
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
