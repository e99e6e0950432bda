//! The manifests of all shards as one.

use inrush_dataset::{self as dataset, CancelToken, Error, Merge};
use pyo3::prelude::*;

use super::listed;
use crate::errors;
use crate::interrupt::wait;
use crate::json::to_python;
use crate::places::destination;

/// Makes one manifest of those of all shards, and returns what `inrush merge --json` prints.
///
/// Parameters
/// ----------
/// place : str or os.PathLike
///     Where all shards have written.
///
/// Raises
/// ------
/// JobError
///     Where a shard is missing or unfinished, or does not match; nothing was changed then, and its
///     `summary` says what is wrong.
/// ValueError, OSError
///     Where there is nothing to merge, or shards of different jobs.
///
/// Examples
/// --------
/// >>> for i in range(2):
/// ...     summary = inrush.write_table("builtin:seed7", 10, "data", files=4, shard=(i, 2))
/// >>> inrush.merge("data")["shards"]
/// 2
#[pyfunction]
pub(crate) fn merge<'py>(
    py: Python<'py>,
    place: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let place = destination("place", place)?;
    let cancel = CancelToken::default();
    let work = |_: &_| dataset::merge(&place, &cancel);
    wait(py, &cancel, &mut (), work, |report: Result<Merge, Error>| {
        let report = report.map_err(errors::of_job)?;
        let account = to_python(py, &report)?;
        let wrong: Vec<_> = report.unfinished.iter().chain(&report.mismatches).collect();
        if wrong.is_empty() {
            return Ok(account);
        }
        let lines = wrong.iter().map(|fault| format!("{}: {}", fault.name, fault.problem));
        let message = format!("{place} is not merged{}", listed(lines, wrong.len()));
        Err(errors::of_files(py, message, &account, false))
    })
}
