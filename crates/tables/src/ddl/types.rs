//! The SQL type names of MySQL and PostgreSQL, read into [`SqlType`].

use sqlparser::ast::{CharacterLength, ColumnDef, DataType, ExactNumberInfo, TimezoneInfo};

use crate::Error;
use crate::schema::SqlType;

/// The longest `char` and `varchar`: what MySQL allows in a row.
const MAX_LENGTH: u64 = 65_535;

/// The type of `definition`, and whether its name (`serial`) makes it a counter.
pub(super) fn sql_type(definition: &ColumnDef) -> Result<(SqlType, bool), Error> {
    let integer = |bits, unsigned| Ok((SqlType::Integer { bits, unsigned }, false));
    let plain = |sql_type| Ok((sql_type, false));
    let timestamp = |utc| Ok((SqlType::Timestamp { utc }, false));
    match &definition.data_type {
        DataType::TinyInt(_) => integer(8, false),
        DataType::TinyIntUnsigned(_) => integer(8, true),
        DataType::SmallInt(_) | DataType::Int2(_) => integer(16, false),
        DataType::SmallIntUnsigned(_) | DataType::Int2Unsigned(_) => integer(16, true),
        DataType::MediumInt(_) => integer(24, false),
        DataType::MediumIntUnsigned(_) => integer(24, true),
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => integer(32, false),
        DataType::IntUnsigned(_) | DataType::IntegerUnsigned(_) | DataType::Int4Unsigned(_) => {
            integer(32, true)
        }
        DataType::BigInt(_) | DataType::Int8(_) => integer(64, false),
        DataType::BigIntUnsigned(_) | DataType::Int8Unsigned(_) => integer(64, true),
        DataType::Real | DataType::RealUnsigned | DataType::Float4 => plain(SqlType::Float),
        // float(p): up to 24 bits of mantissa fit a 32-bit float, in both dialects.
        DataType::Float(ExactNumberInfo::Precision(25..))
        | DataType::FloatUnsigned(ExactNumberInfo::Precision(25..)) => plain(SqlType::Double),
        DataType::Float(_) | DataType::FloatUnsigned(_) => plain(SqlType::Float),
        DataType::Double(_)
        | DataType::DoubleUnsigned(_)
        | DataType::DoublePrecision
        | DataType::DoublePrecisionUnsigned
        | DataType::Float8 => plain(SqlType::Double),
        DataType::Decimal(info)
        | DataType::DecimalUnsigned(info)
        | DataType::Numeric(info)
        | DataType::Dec(info)
        | DataType::DecUnsigned(info) => decimal(definition, *info).map(|t| (t, false)),
        DataType::Bool | DataType::Boolean => plain(SqlType::Boolean),
        DataType::Date => plain(SqlType::Date),
        DataType::Timestamp(_, TimezoneInfo::WithoutTimeZone) => timestamp(false),
        DataType::Timestamp(_, _) => timestamp(true),
        DataType::Datetime(_) => timestamp(false),
        DataType::Char(length) | DataType::Character(length) => {
            let length = length_of(definition, *length)?.unwrap_or(1);
            plain(SqlType::Char { length })
        }
        DataType::Varchar(length)
        | DataType::CharacterVarying(length)
        | DataType::CharVarying(length)
        | DataType::Nvarchar(length) => {
            plain(SqlType::Text { max_length: length_of(definition, *length)? })
        }
        DataType::TinyText => plain(SqlType::Text { max_length: Some(255) }),
        DataType::Text | DataType::MediumText | DataType::LongText => {
            plain(SqlType::Text { max_length: None })
        }
        DataType::Custom(name, _) => match name.to_string().to_ascii_lowercase().as_str() {
            "smallserial" | "serial2" => serial(16),
            "serial" | "serial4" => serial(32),
            "bigserial" | "serial8" => serial(64),
            _ => unsupported(definition),
        },
        _ => unsupported(definition),
    }
}

fn serial(bits: u8) -> Result<(SqlType, bool), Error> {
    Ok((SqlType::Integer { bits, unsigned: false }, true))
}

/// `decimal` alone is `decimal(10,0)`, as in MySQL.
fn decimal(definition: &ColumnDef, info: ExactNumberInfo) -> Result<SqlType, Error> {
    let (precision, scale) = match info {
        ExactNumberInfo::None => (10, 0),
        ExactNumberInfo::Precision(precision) => (precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (precision, scale),
    };
    match (u8::try_from(precision), u8::try_from(scale)) {
        (Ok(p @ 1..=38), Ok(s)) if s <= p => Ok(SqlType::Decimal { precision: p, scale: s }),
        _ => Err(Error::Column {
            column: definition.name.value.clone(),
            message: format!(
                "decimal({precision},{scale}) is out of range: precision is 1 to 38, \
                 scale 0 to precision"
            ),
        }),
    }
}

fn length_of(
    definition: &ColumnDef,
    length: Option<CharacterLength>,
) -> Result<Option<u32>, Error> {
    match length {
        None | Some(CharacterLength::Max) => Ok(None),
        Some(CharacterLength::IntegerLength { length: length @ 1..=MAX_LENGTH, .. }) => {
            Ok(Some(length as u32))
        }
        Some(CharacterLength::IntegerLength { length, .. }) => Err(Error::Column {
            column: definition.name.value.clone(),
            message: format!("a length of {length} is out of range: 1 to {MAX_LENGTH}"),
        }),
    }
}

fn unsupported<T>(definition: &ColumnDef) -> Result<T, Error> {
    Err(Error::UnsupportedType {
        line: definition.name.span.start.line,
        column: definition.name.value.clone(),
        sql_type: definition.data_type.to_string(),
    })
}
