//! References of records, taken from whatever can be iterated over.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use super::record::Record;

/// Records that are taken at once from an iterator that does not know how many it has.
pub(crate) const TAKEN_AT_ONCE: usize = 4096;

/// Takes references of all records. Those of a list or a tuple are taken at once; of others `full` is
/// handed so many of them whenever there are so many. Returns those that `full` was not handed, and why
/// there are no more of them where that is an exception.
pub(crate) fn take(
    records: &Bound<'_, PyAny>,
    at_once: usize,
    mut full: impl FnMut(&[Py<Record>]) -> PyResult<()>,
) -> (Vec<Py<Record>>, PyResult<()>) {
    let mut taken = Vec::new();
    let result = if let Ok(list) = records.cast_exact::<PyList>() {
        taken.reserve(list.len());
        list.iter().enumerate().try_for_each(|(i, item)| take_one(&mut taken, i, &item))
    } else if let Ok(tuple) = records.cast_exact::<PyTuple>() {
        taken.reserve(tuple.len());
        tuple.iter().enumerate().try_for_each(|(i, item)| take_one(&mut taken, i, &item))
    } else {
        let mut n_before = 0;
        records.try_iter().and_then(|mut items| {
            items.try_for_each(|item| {
                let index = n_before + taken.len();
                take_one(&mut taken, index, &item?)?;
                if taken.len() < at_once {
                    return Ok(());
                }
                n_before += taken.len();
                full(&std::mem::take(&mut taken))
            })
        })
    };
    (taken, result)
}

#[inline]
fn take_one(taken: &mut Vec<Py<Record>>, index: usize, item: &Bound<'_, PyAny>) -> PyResult<()> {
    match item.cast::<Record>() {
        Ok(record) => {
            taken.push(record.clone().unbind());
            Ok(())
        }
        Err(_) => Err(no_record(index, item)),
    }
}

#[cold]
fn no_record(index: usize, item: &Bound<'_, PyAny>) -> PyErr {
    match item.get_type().name() {
        Ok(found) => PyTypeError::new_err(format!("item {index} is {found}, not Record")),
        Err(error) => error,
    }
}
