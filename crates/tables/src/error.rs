//! What can be wrong with a schema, and with asking for more rows than its keys allow.

/// Why a schema could not be read or its rows not be generated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not SQL that the parser knows.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Counted from 1; the last line where the text ends too early.
        line: u64,
        /// Counted from 1, in characters.
        column: u64,
        /// What the parser expected and what it found.
        message: String,
    },
    /// The text holds no `CREATE TABLE`.
    #[error("no CREATE TABLE statement: a schema is the DDL of one table")]
    NoTable,
    /// The text holds more than one `CREATE TABLE`.
    #[error("{count} CREATE TABLE statements: a schema is the DDL of one table")]
    SeveralTables {
        /// How many there are.
        count: usize,
    },
    /// A table without columns.
    #[error("table `{table}` has no columns")]
    NoColumns {
        /// The table.
        table: String,
    },
    /// Two columns of one name (SQL compares names without case).
    #[error("column `{column}` is defined twice")]
    DuplicateColumn {
        /// The column.
        column: String,
    },
    /// A type that cannot be generated.
    #[error(
        "line {line}: column `{column}` has the unsupported type `{sql_type}`; supported are {}",
        crate::SqlType::SUPPORTED
    )]
    UnsupportedType {
        /// The line of the column, counted from 1.
        line: u64,
        /// The column.
        column: String,
        /// The type, as written.
        sql_type: String,
    },
    /// Something in a column's definition contradicts itself.
    #[error("column `{column}`: {message}")]
    Column {
        /// The column.
        column: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A key names a column that the table lacks.
    #[error("a key names the column `{column}`, which the table does not have")]
    UnknownKeyColumn {
        /// The column.
        column: String,
    },
    /// A unique column has fewer values than the table has rows.
    #[error(
        "column `{column}` is unique, but {sql_type} holds only {capacity} values and \
         {rows} rows are asked for: widen the type or ask for fewer rows"
    )]
    TooFewValues {
        /// The column.
        column: String,
        /// Its type.
        sql_type: crate::SqlType,
        /// How many different values the column can hold.
        capacity: u64,
        /// How many rows were asked for.
        rows: u64,
    },
    /// No schema ships under that name.
    #[error("no builtin schema `{name}`; there are: {}", known.join(", "))]
    UnknownBuiltin {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
}
