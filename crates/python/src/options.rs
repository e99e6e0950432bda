//! Arguments by keyword: counts and sizes as people write them, choices by name.
//!
//! Every function that runs a job has the same twelve options besides its own, so they are taken from a
//! dict by name rather than listed in every signature; what nobody has taken is an unknown keyword.

use std::str::FromStr;

use inrush_dataset::{
    ByteCount, CoordinatorKind, Destination, Durability, Existing, RowCount, RunOptions, Shard,
};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

/// The choices of an option.
pub(crate) type Choices<'c, T> = &'c [(&'c str, T)];

/// How far files are forced to the disk.
pub(crate) const DURABILITIES: Choices<'_, Durability> =
    &[("none", Durability::None), ("file", Durability::File), ("dir", Durability::Directory)];

const COORDINATORS: Choices<'_, CoordinatorKind> =
    &[("per-file", CoordinatorKind::PerFile), ("mutex", CoordinatorKind::SharedMutex)];

/// Keyword arguments, from which each is taken once. `None` is as good as not given.
#[derive(Debug)]
pub(crate) struct Options<'py> {
    function: &'static str,
    left: Bound<'py, PyDict>,
}

impl<'py> Options<'py> {
    /// The keyword arguments of `function`.
    pub(crate) fn new(
        py: Python<'py>,
        function: &'static str,
        given: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let left = given.map_or_else(|| Ok(PyDict::new(py)), |given| given.copy())?;
        Ok(Self { function, left })
    }

    /// Refuses what nobody has taken.
    pub(crate) fn finish(self) -> PyResult<()> {
        let Some(name) = self.left.keys().iter().next() else { return Ok(()) };
        let function = self.function;
        let message = format!("{function}() got an unexpected keyword argument '{name}'");
        Err(PyTypeError::new_err(message))
    }

    pub(crate) fn take(&self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = self.left.get_item(name)?;
        if value.is_some() {
            self.left.del_item(name)?;
        }
        Ok(value.filter(|value| !value.is_none()))
    }

    /// A number, or a text such as `"1M"`.
    pub(crate) fn count(&self, name: &str) -> PyResult<Option<u64>> {
        self.take(name)?.map(|value| count(name, &value)).transpose()
    }

    /// A number of bytes, or a text such as `"64KiB"`.
    pub(crate) fn bytes(&self, name: &str) -> PyResult<Option<u64>> {
        self.take(name)?.map(|value| bytes(name, &value)).transpose()
    }

    pub(crate) fn number(&self, name: &str) -> PyResult<Option<f64>> {
        self.take(name)?.map(|value| extracted(name, "a number", &value)).transpose()
    }

    pub(crate) fn text(&self, name: &str) -> PyResult<Option<String>> {
        self.take(name)?.map(|value| text(name, &value)).transpose()
    }

    pub(crate) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: Choices<'_, T>,
    ) -> PyResult<Option<T>> {
        self.text(name)?.map(|chosen| choice(name, &chosen, choices)).transpose()
    }

    pub(crate) fn flag(&self, name: &str) -> PyResult<bool> {
        let Some(value) = self.take(name)? else { return Ok(false) };
        // Not whatever is true in Python: `resume="no"` is a mistake.
        let flag = value.cast::<PyBool>().map_err(|_| mistaken(name, "True or False", &value))?;
        Ok(flag.is_true())
    }

    /// A number that has to be at least one.
    pub(crate) fn positive(&self, name: &str) -> PyResult<Option<usize>> {
        let positive = |number: u64| match usize::try_from(number) {
            Ok(0) => Err(PyValueError::new_err(format!("{name} must be at least 1"))),
            number => Ok(number.unwrap_or(usize::MAX)),
        };
        self.count(name)?.map(positive).transpose()
    }

    pub(crate) fn seed(&self) -> PyResult<u64> {
        let Some(value) = self.take("seed")? else { return Ok(0) };
        whole("seed", &value, "a whole number")
    }

    pub(crate) fn shard(&self) -> PyResult<Option<Shard>> {
        self.take("shard")?.map(|value| shard(&value)).transpose()
    }

    /// How a job is run, with its files going to `out`.
    pub(crate) fn run(&self, out: Destination) -> PyResult<RunOptions> {
        let mut run = RunOptions::new(out);
        run.shard = self.shard()?;
        run.jobs = self.positive("jobs")?;
        run.mem = self.bytes("mem")?;
        run.coordinator = self.choice("coordinator", COORDINATORS)?.unwrap_or(run.coordinator);
        run.chunk_bytes = self.bytes_within("chunk", 1, 1 << 30, "1 B to 1 GiB")?;
        run.durability = self.choice("fsync", DURABILITIES)?.unwrap_or(run.durability);
        run.direct = self.flag("direct")?;
        run.part_bytes = self.bytes_within("part_size", 5 << 20, 5 << 30, "5 MiB to 5 GiB")?;
        run.max_in_flight = self.positive("max_in_flight")?;
        run.existing = match (self.flag("resume")?, self.flag("overwrite")?) {
            (true, true) => {
                let message = "resume=True and overwrite=True exclude each other";
                return Err(PyValueError::new_err(message));
            }
            (true, false) => Existing::Resume,
            (false, true) => Existing::Overwrite,
            (false, false) => Existing::Refuse,
        };
        run.fail_fast = self.flag("fail_fast")?;
        Ok(run)
    }

    fn bytes_within(&self, name: &str, min: u64, max: u64, said: &str) -> PyResult<Option<usize>> {
        let within = |bytes: u64| {
            let fits = usize::try_from(bytes).ok().filter(|_| (min..=max).contains(&bytes));
            fits.ok_or_else(|| PyValueError::new_err(format!("{name} is from {said}")))
        };
        self.bytes(name)?.map(within).transpose()
    }
}

/// A number, or a text such as `"1M"`.
pub(crate) fn count(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    quantity(name, value, "a whole number or a text such as \"1M\"", |RowCount(count)| count)
}

/// A number of bytes, or a text such as `"64KiB"`.
pub(crate) fn bytes(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    quantity(name, value, "a number of bytes or a text such as \"64KiB\"", |ByteCount(n)| n)
}

pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    extracted(name, "a text", value)
}

/// What `chosen` stands for.
pub(crate) fn choice<T: Copy>(name: &str, chosen: &str, choices: Choices<'_, T>) -> PyResult<T> {
    if let Some((_, choice)) = choices.iter().find(|(choice, _)| *choice == chosen) {
        return Ok(*choice);
    }
    let names: Vec<String> = choices.iter().map(|(choice, _)| format!("'{choice}'")).collect();
    Err(PyValueError::new_err(format!("{name} is one of {}, not '{chosen}'", names.join(", "))))
}

/// `"i/n"` or `(i, n)`.
fn shard(value: &Bound<'_, PyAny>) -> PyResult<Shard> {
    let shard = if value.is_instance_of::<PyString>() {
        text("shard", value)?.parse()
    } else {
        let said = "a pair (i, n) of numbers or a text \"i/n\"";
        let pair: [Bound<'_, PyAny>; 2] = extracted("shard", said, value)?;
        let [i, n] = [whole("shard", &pair[0], said)?, whole("shard", &pair[1], said)?];
        match (u32::try_from(i), u32::try_from(n)) {
            (Ok(i), Ok(n)) => Shard::new(i, n),
            // It says of numbers that are too large what is expected.
            _ => format!("{i}/{n}").parse(),
        }
    };
    shard.map_err(|error| PyValueError::new_err(error.to_string()))
}

fn quantity<Q: FromStr<Err = String>>(
    name: &str,
    value: &Bound<'_, PyAny>,
    said: &str,
    number: impl Fn(Q) -> u64,
) -> PyResult<u64> {
    if value.is_instance_of::<PyString>() {
        let quantity = text(name, value)?.parse();
        let refuse = |message| PyValueError::new_err(format!("{name}: {message}"));
        return quantity.map(number).map_err(refuse);
    }
    whole(name, value, said)
}

/// A whole number of Python's, or of a library that has its own.
fn whole(name: &str, value: &Bound<'_, PyAny>, said: &str) -> PyResult<u64> {
    extracted(name, said, value).map_err(|error| {
        if !error.is_instance_of::<PyOverflowError>(value.py()) {
            return error;
        }
        PyValueError::new_err(format!("{name} is from 0 to {}, not {value}", u64::MAX))
    })
}

/// `value` as Rust has it, or the exception that says what `name` has to be.
///
/// Anything but a `TypeError` is passed on as it is: to ask an object what it is may run code, and that
/// is where a `KeyboardInterrupt` is raised.
pub(crate) fn extracted<'a, 'py, T: FromPyObject<'a, 'py>>(
    name: &str,
    said: &str,
    value: &'a Bound<'py, PyAny>,
) -> PyResult<T> {
    value.extract().map_err(|error: T::Error| {
        let error: PyErr = error.into();
        match error.is_instance_of::<PyTypeError>(value.py()) {
            true => mistaken(name, said, value),
            false => error,
        }
    })
}

/// The exception for an argument of another type.
fn mistaken(name: &str, said: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let given = value.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{name} is {said}, not {given}"))
}
