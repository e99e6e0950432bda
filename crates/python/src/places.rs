//! Where files go, and what schemas are read from, as Python names them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use inrush_dataset::Destination;
use inrush_tables::Schema;
use nix::errno::Errno;
use pyo3::exceptions::{PyFileNotFoundError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors;
use crate::options::{extracted, text};

/// Where files go: a folder as text or path, or the URL of a place in an object store.
///
/// # Errors
/// `ValueError` for standard output, which is Python's to write to.
pub(crate) fn destination(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Destination> {
    if !value.is_instance_of::<PyString>() {
        return Ok(Destination::Folder(path(name, value)?));
    }
    let text = text(name, value)?;
    let refuse = |message: String| PyValueError::new_err(format!("{name}: {message}"));
    match text.parse().map_err(refuse)? {
        Destination::Stdout => Err(refuse(
            "standard output is for the command; name a folder, `s3://BUCKET/PREFIX`, `memory:` \
             or `null:`"
                .to_owned(),
        )),
        destination => Ok(destination),
    }
}

/// What a schema is read from.
#[derive(Debug)]
pub(crate) enum SchemaSource {
    Builtin(String),
    Sql(String),
    File(PathBuf),
}

impl SchemaSource {
    /// Of `value`: a path, `builtin:NAME`, or the text of a `CREATE TABLE`.
    pub(crate) fn new(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !value.is_instance_of::<PyString>() {
            return Ok(Self::File(path("schema", value)?));
        }
        let text = text("schema", value)?;
        Ok(match text.strip_prefix("builtin:") {
            Some(name) => Self::Builtin(name.to_owned()),
            None if is_sql(&text) => Self::Sql(text),
            None => Self::File(text.into()),
        })
    }

    /// Reads it.
    ///
    /// # Errors
    /// `ValueError` for what is no schema, `OSError` for a file that cannot be read.
    pub(crate) fn read(self) -> PyResult<Schema> {
        let invalid = |error: inrush_tables::Error| PyValueError::new_err(error.to_string());
        match self {
            Self::Builtin(name) => Schema::builtin(&name).map_err(invalid),
            Self::Sql(sql) => Schema::from_sql(&sql).map_err(invalid),
            Self::File(path) => {
                let sql = fs::read_to_string(&path).map_err(|error| unread(&path, &error))?;
                let invalid = |error| format!("`{}`: {error}", path.display());
                Schema::from_sql(&sql).map_err(invalid).map_err(PyValueError::new_err)
            }
        }
    }
}

/// Whether it has the words of a statement that makes a table, which no sensible path has.
fn is_sql(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let mut has = |word: &str| words.any(|other| other.eq_ignore_ascii_case(word));
    text.contains(char::is_whitespace) && has("create") && has("table")
}

fn unread(path: &Path, error: &io::Error) -> PyErr {
    match error.kind() {
        io::ErrorKind::NotFound => {
            let message = "No such schema: it is a path, `builtin:seed7`, or SQL with CREATE TABLE";
            let path = path.as_os_str().to_owned();
            PyFileNotFoundError::new_err((Errno::ENOENT as i32, message, path))
        }
        io::ErrorKind::InvalidData => {
            let path = path.display();
            PyValueError::new_err(format!("`{path}`: a schema is a text in UTF-8"))
        }
        _ => errors::of_system("read", path, error),
    }
}

/// The path that `value` is; none where it is of another kind.
///
/// # Errors
/// What its `__fspath__` raises.
pub(crate) fn path_of(value: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    match value.extract() {
        Err(error) if PyErr::is_instance_of::<PyTypeError>(&error, value.py()) => Ok(None),
        result => result.map(Some),
    }
}

fn path(name: &str, value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    extracted(name, "a text or a path", value)
}
