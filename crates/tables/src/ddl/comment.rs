//! Options in a column's comment: `COMMENT 'inrush: null=20%, min=0, max=10'`.
//!
//! A comment that does not begin with `inrush:` is prose and says nothing to the generator.

use super::Draft;
use crate::Error;
use crate::schema::SqlType;

const PREFIX: &str = "inrush:";

pub(super) fn apply(text: &str, draft: &mut Draft) -> Result<(), Error> {
    let Some(options) = text.trim().strip_prefix(PREFIX) else { return Ok(()) };
    for option in options.split(',').map(str::trim).filter(|option| !option.is_empty()) {
        let Some((name, value)) = option.split_once('=') else {
            return fail(draft, format!("comment option `{option}` is not `name=value`"));
        };
        let (name, value) = (name.trim(), value.trim());
        match name {
            "null" => draft.null_share = Some(share(draft, value)?),
            "min" => draft.column.bounds.min = Some(number(draft, name, value)?),
            "max" => draft.column.bounds.max = Some(number(draft, name, value)?),
            _ => {
                return fail(
                    draft,
                    format!("unknown comment option `{name}`; there are null, min and max"),
                );
            }
        }
    }
    match (draft.column.bounds.min, draft.column.bounds.max) {
        (Some(min), Some(max)) if min > max => fail(draft, format!("min={min} is above max={max}")),
        _ => Ok(()),
    }
}

/// `20%`, `0.2`: a share from 0 to 1.
fn share(draft: &Draft, value: &str) -> Result<f64, Error> {
    let parsed = match value.strip_suffix('%') {
        Some(percent) => percent.trim().parse().map(|p: f64| p / 100.0),
        None => value.parse(),
    };
    match parsed {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => fail(draft, format!("null=`{value}` is not a share: write 20% or 0.2")),
    }
}

fn number(draft: &Draft, name: &str, value: &str) -> Result<f64, Error> {
    let numeric = matches!(
        draft.column.sql_type,
        SqlType::Integer { .. } | SqlType::Float | SqlType::Double | SqlType::Decimal { .. }
    );
    if !numeric {
        return fail(draft, format!("{name} needs a number column, not {}", draft.column.sql_type));
    }
    match value.parse::<f64>() {
        // A bound is held as a double: a whole number that it rounds would not be kept.
        Ok(number) if value.parse().is_ok_and(|whole: i128| whole != number as i128) => {
            fail(draft, format!("{name}={value} is not exact: write at most 9007199254740992"))
        }
        Ok(number) if number.is_finite() => Ok(number),
        _ => fail(draft, format!("{name}=`{value}` is not a number")),
    }
}

fn fail<T>(draft: &Draft, message: String) -> Result<T, Error> {
    Err(Error::Column { column: draft.column.name.clone(), message })
}
