//! What the tests start from.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use inrush_tables::{Column, Error, Schema, Table};

/// The schema of `CREATE TABLE t (columns)`.
pub(crate) fn schema(columns: &str) -> Schema {
    try_schema(columns).unwrap_or_else(|error| panic!("{columns}: {error}"))
}

/// As [`schema`], with what is wrong with it.
pub(crate) fn try_schema(columns: &str) -> Result<Schema, Error> {
    Schema::from_sql(&format!("CREATE TABLE t ({columns})"))
}

/// The one column of `CREATE TABLE t (c definition)`.
pub(crate) fn column(definition: &str) -> Column {
    schema(&format!("c {definition}")).columns()[0].clone()
}

/// A table of seed 0 with these columns.
pub(crate) fn table(columns: &str, rows: u64) -> Table {
    Table::new(&schema(columns), 0, rows).unwrap_or_else(|error| panic!("{columns}: {error}"))
}

/// All rows of such a table.
pub(crate) fn rows(columns: &str, rows: u64) -> RecordBatch {
    table(columns, rows).batch(0..rows)
}

/// The column `name` of `batch`, as text.
pub(crate) fn text<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringArray {
    batch.column_by_name(name).expect("the batch has the column").as_string()
}

/// The cells of `column` that are not null, each as its native text.
pub(crate) fn texts(column: &StringArray) -> impl Iterator<Item = &str> {
    (0..column.len()).filter(|&i| column.is_valid(i)).map(|i| column.value(i))
}

/// The bytes of each cell of a column of any type, or nothing where it is null.
pub(crate) fn cells(column: &ArrayRef) -> Vec<Option<Vec<u8>>> {
    let bytes: Box<dyn Fn(usize) -> Vec<u8>> = if let Some(text) = column.as_string_opt::<i32>() {
        Box::new(|i| text.value(i).into())
    } else if let Some(flags) = column.as_boolean_opt() {
        Box::new(|i| vec![u8::from(flags.value(i))])
    } else {
        let width = column.data_type().primitive_width().expect("neither text nor flag");
        let data = column.to_data();
        Box::new(move |i| {
            let start = (data.offset() + i) * width;
            data.buffers()[0].as_slice()[start..start + width].to_vec()
        })
    };
    (0..column.len()).map(|i| column.is_valid(i).then(|| bytes(i))).collect()
}
