//! The definition of one column.

use sqlparser::ast::{ColumnDef, ColumnOption, GeneratedAs};
use sqlparser::tokenizer::Token;

use super::keys::{mark_primary, mark_unique};
use super::{Draft, comment, types};
use crate::Error;
use crate::schema::{Bounds, Column, Key, SqlType};

/// The share of nulls in a nullable column whose comment does not say otherwise.
const DEFAULT_NULL_SHARE: f64 = 0.05;

/// The column of `definition`; `comment_on` is the text of a `COMMENT ON COLUMN` for it.
pub(super) fn draft(definition: &ColumnDef, comment_on: Option<&str>) -> Result<Draft, Error> {
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

/// Decides the share of nulls once every key is known, and checks what cannot be.
pub(super) fn settle(draft: &mut Draft) -> Result<(), Error> {
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
