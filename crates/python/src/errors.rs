//! What went wrong, as the exceptions that Python has for it.
//!
//! | what | exception |
//! |---|---|
//! | the system refused something | `OSError` with `errno` and `filename`, so one of its subclasses |
//! | a place is taken, or another process writes to it | `FileExistsError`, `BlockingIOError` |
//! | an argument, a schema or a manifest makes no sense | `ValueError` |
//! | a job has run, and some of its files failed | `inrush.JobError` |
//! | a set was written, and some of its files failed | `inrush.FileSetError` |

use std::io;
use std::path::Path;

use inrush_dataset::{ByteCount, Error};
use inrush_writers::WriteError;
use nix::errno::Errno;
use pyo3::create_exception;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

create_exception!(
    inrush,
    JobError,
    PyRuntimeError,
    "A job has run, and some of its files failed; the others are whole.\n\n\
     Attributes\n\
     ----------\n\
     summary : dict\n    \
         What the job would have returned. `summary[\"failures\"]` lists the files with their errors.\n\
     out_of_space : bool\n    \
         Whether a file failed because there was no space left.\n"
);

create_exception!(
    inrush,
    FileSetError,
    PyRuntimeError,
    "Some files of a set are not written.\n\n\
     Attributes\n\
     ----------\n\
     report : dict\n    \
         What the call would have returned. `report[\"outcomes\"]` has every file with its `path`,\n    \
         `status`, `attempts`, `bytes`, `action` and `error`.\n\
     out_of_space : bool\n    \
         Whether a file failed because there was no space left.\n"
);

/// The exception for a job that could not be run.
pub(crate) fn of_job(error: Error) -> PyErr {
    let taken = |path: &Path, message: String| os_error(Errno::EEXIST, message, path);
    match error {
        Error::Io { action, path, source } => of_system(action, &path, &source),
        Error::Write(error) => of_write(&error),
        Error::NotEmpty { path, entry } => taken(
            &path,
            format!(
                "not empty, it holds `{entry}`; resume=True finishes an earlier run, \
                 overwrite=True writes anew"
            ),
        ),
        Error::NothingToResume { path, entry } => taken(
            &path,
            format!(
                "nothing to resume, it holds `{entry}` and no manifest; overwrite=True writes \
                 anew, or choose another place"
            ),
        ),
        Error::OtherSpec { path, differences } => taken(
            &path,
            format!(
                "holds another job, which differs in {}; resume=True takes the same arguments, \
                 overwrite=True writes anew",
                differences.join(", ")
            ),
        ),
        Error::OtherJob { path, differences } => taken(
            &path,
            format!(
                "is of another job, which differs in {}; a shard removes only what is its own, so \
                 empty the place or choose another",
                differences.join(", ")
            ),
        ),
        Error::OtherSharding { path, there, here } => taken(
            &path,
            format!(
                "is of shard {there}, not of one of {here}; all shards of a job are of one number"
            ),
        ),
        Error::Busy { path } => {
            let message = "being written by another process; wait for it, or choose another place";
            os_error(Errno::EAGAIN, message.to_owned(), &path)
        }
        Error::NotAFolder { path } => {
            let message = "not a folder; name a folder, `s3://BUCKET/PREFIX`, `memory:` or `null:`";
            os_error(Errno::ENOTDIR, message.to_owned(), &path)
        }
        Error::NoManifest { path } => {
            let message = "no manifest here; it is not a place that a job wrote to";
            os_error(Errno::ENOENT, message.to_owned(), &path)
        }
        Error::TooLittleMemory { needed, allowed } => PyValueError::new_err(format!(
            "mem: one file in flight needs about {}, more than {}; raise mem, or lower \
             row_group_rows, max_in_flight or part_size",
            ByteCount(needed),
            ByteCount(allowed)
        )),
        error @ Error::NotMerged { .. } => {
            invalid(error, "merge(place) comes first; shard=(i, n) names one of them")
        }
        error @ Error::ShardsDiffer { .. } => {
            invalid(error, "run the shards that are wrong once more, with overwrite=True")
        }
        error => PyValueError::new_err(error.to_string()),
    }
}

/// The exception for a failed step of a sink.
pub(crate) fn of_write(error: &WriteError) -> PyErr {
    let mut message = error.action.to_string();
    if error.is_out_of_space() {
        message.push_str(", make room and go on with resume=True");
    }
    of_system(&message, &error.path, &error.source)
}

/// The exception for a failed step of a sink of records. One of Python's that ended it is raised itself.
pub(crate) fn of_sink(error: &WriteError) -> PyErr {
    let raised = error.source.get_ref().and_then(|inner| inner.downcast_ref::<PyErr>());
    match raised {
        Some(raised) => Python::attach(|py| raised.clone_ref(py)),
        None => of_system(&error.action.to_string(), &error.path, &error.source),
    }
}

/// The exception for what the system said of `action` on `path`.
pub(crate) fn of_system(action: &str, path: &Path, error: &io::Error) -> PyErr {
    let known = match error.kind() {
        io::ErrorKind::NotFound => Some(Errno::ENOENT),
        io::ErrorKind::PermissionDenied => Some(Errno::EACCES),
        io::ErrorKind::AlreadyExists => Some(Errno::EEXIST),
        io::ErrorKind::StorageFull => Some(Errno::ENOSPC),
        _ => None,
    };
    let errno = error.raw_os_error().map(Errno::from_raw).or(known);
    let said = match error.raw_os_error() {
        // Without the number, which the exception shows by itself.
        Some(errno) => Errno::from_raw(errno).desc().to_owned(),
        None => error.to_string(),
    };
    match errno {
        Some(errno) => os_error(errno, format!("{said} ({action})"), path),
        None => PyErr::from(io::Error::new(
            error.kind(),
            format!("{action} `{}`: {said}", path.display()),
        )),
    }
}

/// The exception for a job some of whose files failed.
pub(crate) fn of_files(
    py: Python<'_>,
    message: String,
    summary: &Bound<'_, PyAny>,
    out_of_space: bool,
) -> PyErr {
    with(py, JobError::new_err(message), "summary", summary, out_of_space)
}

/// The exception for a set some of whose files failed.
pub(crate) fn of_set(
    py: Python<'_>,
    message: String,
    report: &Bound<'_, PyAny>,
    out_of_space: bool,
) -> PyErr {
    with(py, FileSetError::new_err(message), "report", report, out_of_space)
}

/// `error` with its attributes, or what kept them from being set.
fn with(
    py: Python<'_>,
    error: PyErr,
    name: &str,
    account: &Bound<'_, PyAny>,
    out_of_space: bool,
) -> PyErr {
    let value = error.value(py);
    let set = value.setattr(name, account);
    match set.and_then(|()| value.setattr("out_of_space", out_of_space)) {
        Ok(()) => error,
        Err(other) => other,
    }
}

fn os_error(errno: Errno, message: String, path: &Path) -> PyErr {
    // Python makes of it the subclass that the number has.
    PyOSError::new_err((errno as i32, message, path.as_os_str().to_owned()))
}

fn invalid(error: Error, hint: &str) -> PyErr {
    PyValueError::new_err(format!("{error}; {hint}"))
}
