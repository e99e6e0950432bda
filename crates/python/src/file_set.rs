//! Many files at once, written by Rust threads.

mod feed;
mod payload;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use inrush_dataset::CancelToken;
use inrush_writers::{FileSet, Mode, Report, RetryPolicy, SetError};
use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::errors;
use crate::interrupt::{Attendant, Bell, wait};
use crate::json::to_python;
use crate::options::{Choices, DURABILITIES, Options, extracted};
use feed::Feed;
use payload::payload;

const MODES: Choices<'_, Mode> =
    &[("append", Mode::Append), ("truncate", Mode::Truncate), ("atomic", Mode::Atomic)];

/// Writes to many files at once, in Rust threads, while other threads of Python go on.
///
/// A set is a description: between calls it holds no handle and no thread. Within a call a failure that
/// may pass is tried again behind the last byte known to be written; any other ends that file alone, and
/// the others go on. No two calls may write the same file at a time.
///
/// Parameters
/// ----------
/// paths : iterable of str or os.PathLike
///     The files; one that is listed twice is written once.
/// mode : str
///     `"append"` writes behind what a file has, `"truncate"` removes that first, `"atomic"` keeps it
///     until the new bytes are whole and then takes its place.
/// workers : int, optional
///     Threads that write; as many as there are processors by default, and one where files are few.
/// max_open : int, optional
///     Files open at a time; as many as the process may open by default.
/// attempts : int
///     Attempts at a file in all, with pauses from 100 ms to 1 s between them.
/// timeout : float, optional
///     Seconds that a call may take.
/// fsync : str
///     `"none"`, `"file"` or `"dir"`: how far a file is forced to the disk.
///
/// Raises
/// ------
/// ValueError
///     For a number or a name that makes no sense.
///
/// Examples
/// --------
/// >>> files = inrush.FileSet(["a.log", "b.log"])
/// >>> files.write_all(b"hello\n")["written"]
/// 2
/// >>> files.write([(0, b"to the first\n"), b"to both\n"])["bytes"]
/// 29
#[pyclass(frozen, name = "FileSet", module = "inrush")]
#[derive(Debug)]
pub(crate) struct PyFileSet {
    set: FileSet,
}

#[pymethods]
impl PyFileSet {
    #[new]
    #[pyo3(
        signature = (paths, **options),
        text_signature = "(paths, *, mode='append', workers=None, max_open=None, attempts=3, \
                          timeout=None, fsync='none')"
    )]
    fn new(
        py: Python<'_>,
        paths: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let options = Options::new(py, "FileSet", options)?;
        let mut set = FileSet::new(listed(paths)?);
        if let Some(mode) = options.choice("mode", MODES)? {
            set = set.mode(mode);
        }
        if let Some(workers) = options.positive("workers")? {
            set = set.workers(workers);
        }
        if let Some(max_open) = options.positive("max_open")? {
            set = set.max_open(max_open);
        }
        if let Some(attempts) = options.positive("attempts")? {
            set = set.retry(RetryPolicy::attempts(u32::try_from(attempts).unwrap_or(u32::MAX)));
        }
        if let Some(seconds) = options.number("timeout")? {
            let timeout = Duration::try_from_secs_f64(seconds);
            let refuse = |error| PyValueError::new_err(format!("timeout={seconds}: {error}"));
            set = set.timeout(timeout.map_err(refuse)?);
        }
        if let Some(durability) = options.choice("fsync", DURABILITIES)? {
            set = set.fsync(durability);
        }
        options.finish()?;
        Ok(Self { set })
    }

    /// The files, in the order of the list.
    #[getter]
    fn paths(&self) -> Vec<&std::ffi::OsStr> {
        self.set.paths().iter().map(|path| path.as_os_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.set.paths().len()
    }

    fn __repr__(&self) -> String {
        format!("<inrush.FileSet of {} files>", self.set.paths().len())
    }

    /// Writes the same bytes to every file, and returns the report.
    ///
    /// Parameters
    /// ----------
    /// data : bytes or any buffer
    ///     `bytes` are written from where they are; of another buffer a copy is taken first.
    ///
    /// Raises
    /// ------
    /// FileSetError
    ///     Where a file is not written; its `report` says which, and why.
    ///
    /// Examples
    /// --------
    /// >>> inrush.FileSet(["a", "b"]).write_all(b"hello")["bytes"]
    /// 10
    fn write_all<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let data = payload(data)?;
        self.call(py, &mut (), |set, _| set.write_all(&data))
    }

    /// Writes each file its own bytes, and returns the report.
    ///
    /// Parameters
    /// ----------
    /// contents : iterable of buffers
    ///     As many as there are files, in the order of the list. All are taken before the first is
    ///     written.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     Where there are more or fewer than files.
    /// FileSetError
    ///     Where a file is not written.
    ///
    /// Examples
    /// --------
    /// >>> inrush.FileSet(["a", "b"], mode="atomic").write_each([b"for a", b"for b"])["written"]
    /// 2
    fn write_each<'py>(
        &self,
        py: Python<'py>,
        contents: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if contents.is_instance_of::<PyBytes>() || contents.hasattr("keys")? {
            let message = "contents is an iterable of buffers, one for each file in their order";
            return Err(PyTypeError::new_err(message));
        }
        let contents = gathered(contents, payload)?;
        let (n_files, n) = (self.set.paths().len(), contents.len());
        if n != n_files {
            return Err(PyValueError::new_err(format!("{n} buffers for {n_files} files")));
        }
        self.call(py, &mut (), |set, _| set.write_each(|i, file| file.write_all(&contents[i])))
    }

    /// Writes messages as they come, and returns the report.
    ///
    /// The iterable is asked in the calling thread, a few hundred KiB ahead of what is written; a
    /// message may wait for the next one to come. Every file has its messages in their order.
    ///
    /// Parameters
    /// ----------
    /// messages : iterable of buffers, or of (int, buffer)
    ///     A buffer goes to every file, a pair of a file's number in the list and a buffer to that one.
    ///
    /// Raises
    /// ------
    /// FileSetError
    ///     Where a file is not written.
    /// IndexError
    ///     Where a message is for a file that there is not; what came before it may be written.
    ///
    /// What the iterable raises stops the set, and is raised: messages that came before may be written,
    /// and an atomic set is left as it was.
    ///
    /// Examples
    /// --------
    /// >>> inrush.FileSet(["even", "odd"]).write((n % 2, b"%d\n" % n) for n in range(10))["bytes"]
    /// 20
    fn write<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if messages.is_instance_of::<PyBytes>() {
            let message = "messages is an iterable of buffers; write_all takes one buffer";
            return Err(PyTypeError::new_err(message));
        }
        let (mut feed, batches) = Feed::new(messages)?;
        self.call(py, &mut feed, |set, bell| set.write_batches(batches.ringing(bell)))
    }
}

impl PyFileSet {
    /// Lets `write` work on the set, and answers with its report.
    fn call<'py>(
        &self,
        py: Python<'py>,
        attendant: &mut impl Attendant,
        write: impl FnOnce(&FileSet, &Bell) -> Result<Report, SetError> + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let cancel = CancelToken::default();
        let set = self.set.clone().cancel(cancel.clone());
        wait(
            py,
            &cancel,
            attendant,
            |bell| write(&set, bell),
            |written| match written {
                Ok(report) => to_python(py, &report),
                Err(SetError::Incomplete(report)) => {
                    let account = to_python(py, &*report)?;
                    let message = report.to_string();
                    Err(errors::of_set(py, message, &account, report.is_out_of_space()))
                }
                Err(error @ SetError::NoSuchFile { .. }) => {
                    Err(PyIndexError::new_err(error.to_string()))
                }
                Err(error) => Err(PyValueError::new_err(error.to_string())),
            },
        )
    }
}

/// The paths that an iterable has.
fn listed(paths: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    let is_one = paths.is_instance_of::<PyString>() || paths.is_instance_of::<PyBytes>();
    if is_one || paths.hasattr("__fspath__")? {
        return Err(PyTypeError::new_err("paths is an iterable of paths, not one path"));
    }
    gathered(paths, |path| extracted("a path", "a text or a path", path))
}

/// What `take` makes of the items of an iterable.
fn gathered<T>(
    items: &Bound<'_, PyAny>,
    take: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let mut gathered = Vec::new();
    // Not by `collect`: it asks how many there are, which runs code of Python's, and drops what that
    // raises, be it `KeyboardInterrupt`.
    for item in items.try_iter()? {
        gathered.push(take(&item?)?);
    }
    Ok(gathered)
}
