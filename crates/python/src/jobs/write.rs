//! The jobs that write files.

use inrush_dataset::{BytesSpec, Codec, FileFormat, MarcSpec, Model, ObjectSpec, Sizes, TableSpec};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::run;
use crate::errors;
use crate::options::{Choices, Options, bytes, count, text};
use crate::places::SchemaSource;

const FORMATS: Choices<'_, Format> = &[("parquet", Format::Parquet), ("csv", Format::Csv)];

const CODECS: Choices<'_, Codec> = &[
    ("none", Codec::None),
    ("snappy", Codec::Snappy),
    ("zstd", Codec::Zstd),
    ("lz4", Codec::Lz4),
    ("gzip", Codec::Gzip),
];

/// The formats by name.
#[derive(Clone, Copy)]
enum Format {
    Parquet,
    Csv,
}

/// Generates a table into files and returns the summary that `inrush table --json` prints.
///
/// The job runs in threads of its own while other threads of Python go on. The bytes of a file depend
/// only on the schema, the rows, the files, the format and the seed.
///
/// Parameters
/// ----------
/// schema : str or os.PathLike
///     A path of a file with `CREATE TABLE`, `"builtin:seed7"`, or the SQL itself.
/// rows : int or str
///     Rows in all files together: `1000`, `"10k"`, `"1.5M"`.
/// out : str or os.PathLike
///     A folder, `s3://BUCKET/PREFIX`, `gs://`, `az://`, `memory:` or `null:`.
/// files : int or str
///     How many files; the first `rows % files` get one row more.
/// format : str
///     `"parquet"` or `"csv"`.
/// compression : str, optional
///     `"none"`, `"snappy"`, `"zstd"`, `"lz4"` or `"gzip"`; CSV takes none, gzip and zstd. By default
///     Parquet has snappy and CSV none.
/// row_group_rows : int or str, optional
///     Rows in a Parquet row group, 131072 by default.
/// seed : int
///     The same seed gives the same bytes.
/// coordinator : str
///     `"per-file"`, or `"mutex"` for the baseline.
/// shard : str or (int, int), optional
///     `"i/n"` or `(i, n)`: only the files `f` with `f % n == i`.
/// jobs : int, optional
///     Files in flight; the number of processors by default.
/// mem : int or str, optional
///     A cap on memory in bytes, kept by lowering `jobs`.
/// chunk : int or str, optional
///     Bytes that go from generator to writer at a time, 64 KiB by default.
/// fsync : str
///     `"none"`, `"file"` or `"dir"`: how far a file is forced to the disk before it counts as whole.
/// direct : bool
///     Whether to write past the page cache.
/// part_size, max_in_flight : int or str, optional
///     Bytes in a part that an object store is sent, and parts on their way at once.
/// resume, overwrite : bool
///     Finish an earlier run of the same job, or remove what it wrote.
/// fail_fast : bool
///     Whether the first failure stops the job.
/// progress : callable, optional
///     `progress(done, total)` in rows, at most ten times a second and once at the end, in the calling
///     thread. What it raises stops the job, and is raised.
///
/// Raises
/// ------
/// ValueError, FileExistsError, OSError
///     Where nothing could be written at all.
/// JobError
///     Where some files failed; its `summary` says which.
/// KeyboardInterrupt
///     Once the files in flight are finished or gone; `resume=True` goes on later.
///
/// Examples
/// --------
/// >>> summary = inrush.write_table("builtin:seed7", 1000, "memory:", files=4, format="csv")
/// >>> summary["files"], summary["rows"]
/// (4, 1000)
#[pyfunction]
#[pyo3(
    signature = (schema, rows, out, **options),
    text_signature = "(schema, rows, out, *, files=1, format='parquet', compression=None, \
                      row_group_rows=None, seed=0, coordinator='per-file', shard=None, jobs=None, \
                      mem=None, chunk=None, fsync='none', direct=False, part_size=None, \
                      max_in_flight=None, resume=False, overwrite=False, fail_fast=False, \
                      progress=None)"
)]
pub(crate) fn write_table<'py>(
    py: Python<'py>,
    schema: &Bound<'py, PyAny>,
    rows: &Bound<'py, PyAny>,
    out: &Bound<'py, PyAny>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = Options::new(py, "write_table", options)?;
    let schema = SchemaSource::new(schema)?;
    let rows = count("rows", rows)?;
    let files = options.count("files")?.unwrap_or(1);
    let mut format = match options.choice("format", FORMATS)?.unwrap_or(Format::Parquet) {
        Format::Parquet => FileFormat::parquet(),
        Format::Csv => FileFormat::csv(),
    };
    if let Some(codec) = options.choice("compression", CODECS)? {
        format = format.with_codec(codec);
    }
    if let Some(rows) = options.count("row_group_rows")? {
        format = format.with_row_group_rows(rows).map_err(errors::of_job)?;
    }
    let seed = options.seed()?;
    let spec = move || {
        let schema = schema.read()?;
        let spec = TableSpec::new(&schema, rows, files, format).map_err(errors::of_job)?;
        Ok(spec.with_seed(seed).into())
    };
    run(py, spec, out, options)
}

/// Generates objects of bytes, a file each, and returns the summary that `inrush bytes --json` prints.
///
/// Parameters
/// ----------
/// objects : int or str
///     How many objects.
/// size : int or str
///     Bytes in each: `65536`, `"64MiB"`, or `"lognormal:1MiB:2.0"` (the median, and the standard
///     deviation of the logarithm).
/// out : str or os.PathLike
///     As for `write_table`.
/// dedup : float
///     Bytes for each byte that is left without duplicates, 1 to 10000.
/// compress : float, optional
///     Bytes for each byte that a compressor leaves, 1 to 64; 1 by default, and 2.4 for text.
/// dedup_unit : int or str, optional
///     Bytes in what is duplicated, a power of two from 512 to 1 MiB; 4 KiB by default.
/// model : str, optional
///     `"mix"`, `"lz"` or `"text"`: how units come by their ratio.
/// seed, shard, jobs, mem, ... :
///     As for `write_table`. `progress` counts bytes; a chunk has 256 KiB by default.
///
/// Raises
/// ------
/// As `write_table` does.
///
/// Examples
/// --------
/// >>> inrush.write_bytes(2, "1MiB", "memory:", compress=2.5)["bytes"]
/// 2097152
#[pyfunction]
#[pyo3(
    signature = (objects, size, out, **options),
    text_signature = "(objects, size, out, *, dedup=1.0, compress=None, dedup_unit=None, \
                      model=None, seed=0, coordinator='per-file', shard=None, jobs=None, mem=None, \
                      chunk=None, fsync='none', direct=False, part_size=None, max_in_flight=None, \
                      resume=False, overwrite=False, fail_fast=False, progress=None)"
)]
pub(crate) fn write_bytes<'py>(
    py: Python<'py>,
    objects: &Bound<'py, PyAny>,
    size: &Bound<'py, PyAny>,
    out: &Bound<'py, PyAny>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = Options::new(py, "write_bytes", options)?;
    let objects = count("objects", objects)?;
    let size = sizes(size)?;
    let mut object = ObjectSpec::builder(0).seed(options.seed()?);
    if let Some(dedup) = options.number("dedup")? {
        object = object.dedup(dedup);
    }
    if let Some(unit) = options.bytes("dedup_unit")? {
        object = object.dedup_unit(unit);
    }
    if let Some(compress) = options.number("compress")? {
        object = object.compress(compress);
    }
    if let Some(model) = options.text("model")? {
        let refuse = |error| PyValueError::new_err(format!("model: {error}"));
        object = object.model(model.parse::<Model>().map_err(|error| refuse(error.to_string()))?);
    }
    let object = object.build().map_err(|error| errors::of_job(error.into()))?;
    let spec = move || {
        let spec = BytesSpec::new(objects, size, &object).map_err(errors::of_job)?;
        Ok(spec.into())
    };
    run(py, spec, out, options)
}

/// Generates catalogue records in MARC 21 and returns the summary that `inrush marc --json` prints.
///
/// Parameters
/// ----------
/// records : int or str
///     Records in all files together.
/// out : str or os.PathLike
///     As for `write_table`.
/// files : int or str
///     How many files; the first `records % files` get one record more.
/// seed, shard, jobs, mem, ... :
///     As for `write_table`. `progress` counts records.
///
/// Raises
/// ------
/// As `write_table` does.
///
/// Examples
/// --------
/// >>> inrush.write_marc("1k", "memory:", files=2)["rows"]
/// 1000
#[pyfunction]
#[pyo3(
    signature = (records, out, **options),
    text_signature = "(records, out, *, files=1, seed=0, coordinator='per-file', shard=None, \
                      jobs=None, mem=None, chunk=None, fsync='none', direct=False, part_size=None, \
                      max_in_flight=None, resume=False, overwrite=False, fail_fast=False, \
                      progress=None)"
)]
pub(crate) fn write_marc<'py>(
    py: Python<'py>,
    records: &Bound<'py, PyAny>,
    out: &Bound<'py, PyAny>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = Options::new(py, "write_marc", options)?;
    let records = count("records", records)?;
    let files = options.count("files")?.unwrap_or(1);
    let seed = options.seed()?;
    let spec = move || {
        let spec = MarcSpec::new(records, files, seed).map_err(errors::of_job)?;
        Ok(spec.into())
    };
    run(py, spec, out, options)
}

fn sizes(value: &Bound<'_, PyAny>) -> PyResult<Sizes> {
    if value.is_instance_of::<PyString>() {
        let refuse = |message: String| PyValueError::new_err(format!("size: {message}"));
        return text("size", value)?.parse().map_err(refuse);
    }
    bytes("size", value).map(Sizes::Fixed)
}
