//! Tables that exist only as they are asked for, handed over as Arrow arrays without a copy.
//!
//! The Arrow PyCapsule interface is all that Python needs to know: whoever takes a stream or an array
//! by it (pyarrow, polars, DuckDB and others) takes these.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchIterator, StructArray};
use inrush_tables::{Schema, Table};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyTuple};

use crate::options::{Options, count};
use crate::places::SchemaSource;

/// Rows that are generated at a time unless told otherwise: few calls, and columns of half a MiB.
const BATCH_ROWS: u64 = 64 * 1024;

/// A table whose rows are generated as they are asked for.
///
/// A row depends only on the schema, the seed and its number, so any part of a table can be had at any
/// time, and costs no memory until then. It can be iterated over as often as wanted.
///
/// Parameters
/// ----------
/// schema : str or os.PathLike
///     A path of a file with `CREATE TABLE`, `"builtin:seed7"`, or the SQL itself.
/// rows : int or str
///     `1000`, `"10k"`, `"1.5M"`.
/// seed : int
///     The same seed gives the same rows.
///
/// Raises
/// ------
/// ValueError
///     Where the schema is faulty, or too narrow for the rows.
/// OSError
///     Where it cannot be read.
///
/// Examples
/// --------
/// >>> people = inrush.Table("CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT)", "1M")
/// >>> pyarrow.table(people).num_rows
/// 1000000
/// >>> polars.DataFrame(people.batch(10, 20)).columns
/// ['id', 'name']
/// >>> duckdb.sql("select max(id) from people").fetchall()
/// [(1000000,)]
#[pyclass(frozen, name = "Table", module = "inrush")]
#[derive(Debug)]
pub(crate) struct PyTable {
    table: Arc<Table>,
    schema: Schema,
    seed: u64,
}

impl PyTable {
    fn of(source: SchemaSource, rows: u64, seed: u64) -> PyResult<Self> {
        let schema = source.read()?;
        let table = Table::new(&schema, seed, rows);
        let table = table.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { table: Arc::new(table), schema, seed })
    }
}

#[pymethods]
impl PyTable {
    #[new]
    #[pyo3(signature = (schema, rows, **options), text_signature = "(schema, rows, *, seed=0)")]
    fn new(
        py: Python<'_>,
        schema: &Bound<'_, PyAny>,
        rows: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let options = Options::new(py, "Table", options)?;
        let (source, rows) = (SchemaSource::new(schema)?, count("rows", rows)?);
        let seed = options.seed()?;
        options.finish()?;
        py.detach(|| Self::of(source, rows, seed))
    }

    /// For pickle, and with it for other processes: the SQL, and what else rows depend on.
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (String, u64, u64))> {
        let Self { table, schema, seed } = slf.get();
        let arguments = (schema.text().to_owned(), table.rows(), *seed);
        Ok((slf.get_type().getattr("_rebuilt")?, arguments))
    }

    #[staticmethod]
    fn _rebuilt(py: Python<'_>, sql: String, rows: u64, seed: u64) -> PyResult<Self> {
        py.detach(|| Self::of(SchemaSource::Sql(sql), rows, seed))
    }

    /// The name of the table.
    #[getter]
    fn name(&self) -> &str {
        self.schema.name()
    }

    /// The names of the columns, in order.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.schema.columns().iter().map(|column| &*column.name).collect()
    }

    /// The SQL that the schema was read from.
    #[getter]
    fn schema_sql(&self) -> &str {
        self.schema.text()
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> u64 {
        self.table.rows()
    }

    fn __len__(&self) -> usize {
        usize::try_from(self.table.rows()).unwrap_or(usize::MAX)
    }

    fn __repr__(&self) -> String {
        let (name, rows, seed) = (self.name(), self.table.rows(), self.seed);
        format!("<inrush.Table {name}: {rows} rows of {}, seed {seed}>", self.columns().join(", "))
    }

    /// The rows from `start` up to, but without, `stop`.
    ///
    /// Parameters
    /// ----------
    /// start, stop : int or str
    ///     Numbers of rows, from 0.
    ///
    /// Raises
    /// ------
    /// IndexError
    ///     Where the table has no such rows.
    /// ValueError
    ///     Where they are too many for one batch: some eight million, or 2 GiB of text in a column.
    ///
    /// Examples
    /// --------
    /// >>> inrush.Table("builtin:seed7", 1000).batch(990, 1000).num_rows
    /// 10
    fn batch(
        &self,
        py: Python<'_>,
        start: &Bound<'_, PyAny>,
        stop: &Bound<'_, PyAny>,
    ) -> PyResult<Batch> {
        let (start, stop) = (count("start", start)?, count("stop", stop)?);
        let rows = self.table.rows();
        if start > stop || stop > rows {
            let message = format!("no rows from {start} to {stop} in a table of {rows}");
            return Err(PyIndexError::new_err(message));
        }
        self.check_batch_rows(stop - start)?;
        let batch = py.detach(|| self.table.batch(start..stop));
        Ok(Batch { batch })
    }

    /// Iterates over all rows, `batch_rows` at a time.
    ///
    /// Parameters
    /// ----------
    /// batch_rows : int or str, optional
    ///     Rows in each batch but the last; 65536 by default, and fewer where a column of text would
    ///     have 2 GiB.
    ///
    /// Examples
    /// --------
    /// >>> [len(batch) for batch in inrush.Table("builtin:seed7", 1000).batches(400)]
    /// [400, 400, 200]
    #[pyo3(signature = (batch_rows=None), text_signature = "($self, batch_rows=65536)")]
    fn batches(&self, batch_rows: Option<&Bound<'_, PyAny>>) -> PyResult<Batches> {
        let batch_rows = match batch_rows {
            None => self.default_batch_rows(),
            Some(rows) => count("batch_rows", rows)?,
        };
        if batch_rows == 0 {
            return Err(PyValueError::new_err("batch_rows must be at least 1"));
        }
        self.check_batch_rows(batch_rows)?;
        Ok(Batches { table: Arc::clone(&self.table), batch_rows, next: Mutex::new(0) })
    }

    fn __iter__(&self) -> PyResult<Batches> {
        self.batches(None)
    }

    /// The schema as a capsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &RecordBatch::new_empty(self.table.arrow_schema()))
    }

    /// All rows as a capsule of the Arrow C stream interface, generated while they are read.
    ///
    /// The columns have the types of the schema, whatever is requested.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // What is requested is a wish: who reads the stream asks it for its schema.
        let _ = requested_schema;
        let batches = self.batches(None)?;
        let batches = std::iter::from_fn(move || batches.next().map(Ok));
        let reader = RecordBatchIterator::new(batches, self.table.arrow_schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

impl PyTable {
    fn default_batch_rows(&self) -> u64 {
        BATCH_ROWS.min(self.table.max_batch_rows())
    }

    fn check_batch_rows(&self, rows: u64) -> PyResult<()> {
        let most = self.table.max_batch_rows();
        if rows > most {
            let message = format!("a batch of this table has at most {most} rows, not {rows}");
            return Err(PyValueError::new_err(message));
        }
        Ok(())
    }
}

/// The rows of a table, batch by batch. Threads that share it get batches of their own.
#[pyclass(frozen, module = "inrush")]
#[derive(Debug)]
pub(crate) struct Batches {
    table: Arc<Table>,
    batch_rows: u64,
    /// The first row of the next batch.
    next: Mutex<u64>,
}

#[pymethods]
impl Batches {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> Option<Batch> {
        py.detach(|| self.next()).map(|batch| Batch { batch })
    }
}

impl Batches {
    fn next(&self) -> Option<RecordBatch> {
        let (start, stop) = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let start = *next;
            *next = start.saturating_add(self.batch_rows).min(self.table.rows());
            (start, *next)
        };
        (start < stop).then(|| self.table.batch(start..stop))
    }
}

/// Some rows of a table, as Arrow has them.
///
/// `pyarrow.record_batch(batch)` and `polars.DataFrame(batch)` take it without copying.
#[pyclass(frozen, module = "inrush")]
#[derive(Debug)]
pub(crate) struct Batch {
    batch: RecordBatch,
}

#[pymethods]
impl Batch {
    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The bytes of memory that the columns have.
    #[getter]
    fn nbytes(&self) -> usize {
        self.batch.get_array_memory_size()
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        let (rows, columns) = (self.batch.num_rows(), self.batch.num_columns());
        format!("<inrush.Batch of {rows} rows, {columns} columns>")
    }

    /// The schema as a capsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.batch)
    }

    /// The schema and the rows as capsules of the Arrow C data interface, which share the memory.
    ///
    /// The columns have the types of the schema, whatever is requested.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let _ = requested_schema;
        let array = FFI_ArrowArray::new(&StructArray::from(self.batch.clone()).into_data());
        let array = PyCapsule::new_with_value(py, array, c"arrow_array")?;
        (schema_capsule(py, &self.batch)?, array).into_pyobject(py)
    }
}

fn schema_capsule<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(&*batch.schema());
    let schema = schema.map_err(|error| PyValueError::new_err(error.to_string()))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}
