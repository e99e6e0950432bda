//! Files held against a second generation.

use inrush_dataset::{self as dataset, CancelToken, Error, Verification};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::callback;
use crate::errors;
use crate::interrupt::wait;
use crate::json::to_python;
use crate::options::Options;
use crate::places::destination;
use crate::progress::Meter;

/// Generates the files of a place once more, compares, and returns what `inrush verify --json` prints.
///
/// Each file is checked for its rows, its length, its checksum and every byte. What is wrong is
/// returned rather than raised: `report["mismatches"]` is empty where all is as it should be.
///
/// Parameters
/// ----------
/// place : str or os.PathLike
///     Where a job has written.
/// shard : str or (int, int), optional
///     Only the files of this shard, whether it is merged or not.
/// jobs : int, optional
///     Files at a time; the number of processors by default.
/// progress : callable, optional
///     `progress(done, total)` as for the job that wrote the files.
///
/// Raises
/// ------
/// ValueError, OSError
///     Where there is nothing that could be verified, or only shards that are not merged.
///
/// Examples
/// --------
/// >>> inrush.verify("data")["mismatches"]
/// []
#[pyfunction]
#[pyo3(
    signature = (place, **options),
    text_signature = "(place, *, shard=None, jobs=None, progress=None)"
)]
pub(crate) fn verify<'py>(
    py: Python<'py>,
    place: &Bound<'py, PyAny>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = Options::new(py, "verify", options)?;
    let place = destination("place", place)?;
    let (shard, jobs) = (options.shard()?, options.positive("jobs")?);
    let (cancel, meter) = (CancelToken::default(), Meter::default());
    let mut callback = callback(&options, &meter)?;
    options.finish()?;
    let work = || match shard {
        Some(shard) => dataset::verify_shard(&place, shard, jobs, &cancel, &meter),
        None => dataset::verify(&place, jobs, &cancel, &meter),
    };
    wait(
        py,
        &cancel,
        &mut callback,
        |_| work(),
        |report: Result<Verification, Error>| to_python(py, &report.map_err(errors::of_job)?),
    )
}
