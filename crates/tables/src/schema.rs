//! A schema: what a table's columns are, whatever text it came from.

use std::fmt;

use crate::Error;

/// A table to generate: its name, its columns in order, and the text that described it.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    name: String,
    columns: Vec<Column>,
    text: String,
}

impl Schema {
    /// The schema described by the first `CREATE TABLE` of `sql`, in MySQL or PostgreSQL spelling.
    ///
    /// # Errors
    /// [`Error::Syntax`] with the line and column of the fault, [`Error::UnsupportedType`],
    /// [`Error::Column`] and their like, each naming the column it is about.
    ///
    /// # Examples
    /// ```
    /// let schema = inrush_tables::Schema::from_sql("CREATE TABLE t (id INT PRIMARY KEY)")?;
    /// assert_eq!(schema.name(), "t");
    /// assert!(!schema.columns()[0].nullable);
    /// # Ok::<(), inrush_tables::Error>(())
    /// ```
    pub fn from_sql(sql: &str) -> Result<Self, Error> {
        crate::ddl::parse(sql)
    }

    /// The schema that ships under `name`, as in `builtin:name`.
    ///
    /// # Errors
    /// [`Error::UnknownBuiltin`], which lists the names there are.
    pub fn builtin(name: &str) -> Result<Self, Error> {
        crate::builtin::schema(name)
    }

    pub(crate) fn new(name: String, columns: Vec<Column>, text: String) -> Result<Self, Error> {
        if columns.is_empty() {
            return Err(Error::NoColumns { table: name });
        }
        for (i, column) in columns.iter().enumerate() {
            let earlier = &columns[..i];
            if earlier.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name)) {
                return Err(Error::DuplicateColumn { column: column.name.clone() });
            }
        }
        Ok(Self { name, columns, text })
    }

    /// The table's name, as written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns, in the order of the table.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The text that this schema was read from: all that is needed to read it again.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// One column of a [`Schema`].
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name, as written.
    pub name: String,
    /// The SQL type.
    pub sql_type: SqlType,
    /// Whether the column may hold nulls at all.
    pub nullable: bool,
    /// Whether the column is a key.
    pub key: Key,
    /// The share of nulls, from 0 to 1. Zero where `nullable` is false, and in a unique column
    /// unless its comment asks for nulls.
    pub null_share: f64,
    /// The smallest and the largest value asked for (`min=`, `max=` in the column's comment).
    pub bounds: Bounds,
}

/// Whether and how a column identifies a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Values may repeat.
    None,
    /// No two rows share a value; the values look drawn at random.
    Unique,
    /// The values are 1, 2, 3 and so on over the whole table: `auto_increment`, `serial`, or an
    /// integer primary key.
    Sequence,
}

/// The bounds that a column's comment asks for; both ends belong to the range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The smallest value.
    pub min: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
}

/// The SQL types that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlType {
    /// `tinyint` (8), `smallint` (16), `mediumint` (24), `int` (32), `bigint` (64).
    Integer {
        /// The width in bits.
        bits: u8,
        /// `UNSIGNED` in MySQL.
        unsigned: bool,
    },
    /// `float`, `real`: 32 bits.
    Float,
    /// `double`, `double precision`, `float(25)` and wider: 64 bits.
    Double,
    /// `decimal(p, s)`, `numeric(p, s)`.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits behind the point, at most `precision`.
        scale: u8,
    },
    /// `bool`, `boolean`.
    Boolean,
    /// `date`.
    Date,
    /// `timestamp`, `timestamptz` (an instant in UTC) and `datetime` (no time zone), in
    /// microseconds.
    Timestamp {
        /// Whether the value is an instant in UTC rather than a reading of some wall clock.
        utc: bool,
    },
    /// `char(n)`: exactly `n` characters.
    Char {
        /// Characters.
        length: u32,
    },
    /// `varchar(n)`: at most `n` characters; `text` and its kin have no length of their own.
    Text {
        /// The most characters, if there is a limit.
        max_length: Option<u32>,
    },
}

impl SqlType {
    /// The spellings that [`Schema::from_sql`] takes, for messages and documents.
    pub const SUPPORTED: &str = "tinyint, smallint, mediumint, int, bigint (and unsigned), \
        serial, bigserial, float, real, double, decimal(p,s), numeric(p,s), boolean, date, \
        timestamp, timestamptz, datetime, char(n), varchar(n), text";
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Integer { bits, unsigned } => {
                let name = match bits {
                    8 => "tinyint",
                    16 => "smallint",
                    24 => "mediumint",
                    32 => "int",
                    _ => "bigint",
                };
                write!(f, "{name}{}", if unsigned { " unsigned" } else { "" })
            }
            Self::Float => f.write_str("float"),
            Self::Double => f.write_str("double"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Boolean => f.write_str("boolean"),
            Self::Date => f.write_str("date"),
            Self::Timestamp { utc: true } => f.write_str("timestamp"),
            Self::Timestamp { utc: false } => f.write_str("datetime"),
            Self::Char { length } => write!(f, "char({length})"),
            Self::Text { max_length: Some(n) } => write!(f, "varchar({n})"),
            Self::Text { max_length: None } => f.write_str("text"),
        }
    }
}
