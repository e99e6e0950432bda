//! `Record`: a catalogue record, as Python sees it.

use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use inrush_marc::{Coding, Encoder, Generator, Leader, Reader, TextFormat};
use pyo3::basic::CompareOp;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyTuple};

use super::error::{self, fault};
use super::field::{Field, Parts};

/// A record of ISO 2709 and MARC 21: a leader, and fields in an order that is kept.
///
/// >>> record = Record()
/// >>> record.add_control("001", "42")
/// >>> record.add_field("245", "10", [("a", "The sea, the sea /"), ("c", "Iris Murdoch.")])
/// >>> record["245"]["a"]
/// 'The sea, the sea /'
/// >>> Record.from_bytes(bytes(record)) == record
/// True
///
/// A record that was read and not changed is written again byte for byte. Threads may share records:
/// each method sees a whole one.
#[pyclass(frozen, module = "inrush")]
pub(crate) struct Record(Mutex<inrush_marc::Record>);

impl Record {
    pub(crate) fn new_with(record: inrush_marc::Record) -> Self {
        Self(Mutex::new(record))
    }

    /// The record, for a thread that is attached to the interpreter, and lets go of it while it waits.
    pub(crate) fn attached(&self, py: Python<'_>) -> MutexGuard<'_, inrush_marc::Record> {
        loop {
            match self.0.try_lock() {
                Ok(record) => return record,
                // Nothing under the lock leaves a record half changed.
                Err(TryLockError::Poisoned(error)) => return error.into_inner(),
                // To attach again may run anything, and is not done with the lock.
                Err(TryLockError::WouldBlock) => py.detach(|| drop(self.0.lock())),
            }
        }
    }

    /// The record, for a thread that is not attached. It must not attach before it has let go of it.
    pub(crate) fn detached(&self) -> MutexGuard<'_, inrush_marc::Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Encodes it, for a thread that is not attached.
    #[inline]
    pub(crate) fn encode_detached(&self, encoder: &mut Encoder) -> PyResult<()> {
        let result = encoder.encode(self.detached().view());
        result.map_err(error::error)
    }
}

#[pymethods]
impl Record {
    /// A record without fields, in UTF-8. Of `leader`, 24 characters, length, base address and what MARC
    /// 21 fixes are set when the record is encoded.
    #[new]
    #[pyo3(signature = (leader=None))]
    fn new(leader: Option<&str>) -> PyResult<Self> {
        let mut record = inrush_marc::Record::new();
        if let Some(leader) = leader {
            record.set_leader(parse_leader(leader)?);
        }
        Ok(Self::new_with(record))
    }

    /// The record that `data` is: all of it, and checked to the byte.
    ///
    /// >>> data = bytes(Record.generate(0))
    /// >>> Record.from_bytes(data) == Record.generate(0)
    /// True
    /// >>> Record.from_bytes(data[:-1])
    /// Traceback (most recent call last):
    /// ...
    /// inrush.MarcError: ...
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        inrush_marc::Record::from_bytes(data).map(Self::new_with).map_err(fault)
    }

    /// A record that nobody catalogued: the same for the same arguments, everywhere, and with the fields
    /// and lengths of a real catalogue.
    ///
    /// >>> Record.generate(0, seed=7)["245"].tag
    /// '245'
    #[staticmethod]
    #[pyo3(signature = (index, *, seed=0))]
    fn generate(index: u64, seed: u64) -> Self {
        Self::new_with(Generator::new(seed).record(index).clone())
    }

    /// The leader: 24 characters.
    #[getter]
    fn leader(&self, py: Python<'_>) -> String {
        leader_text(&self.attached(py))
    }

    #[setter]
    fn set_leader(&self, py: Python<'_>, leader: &str) -> PyResult<()> {
        let leader = parse_leader(leader)?;
        self.attached(py).set_leader(leader);
        Ok(())
    }

    /// Adds a control field (`001` to `009`) behind the others.
    ///
    /// >>> Record().add_control("001", "42")
    fn add_control(&self, py: Python<'_>, tag: &str, text: &str) -> PyResult<()> {
        self.attached(py).control(tag, text).map(|_| ()).map_err(fault)
    }

    /// Adds a data field behind the others: two indicators, and pairs of a code and a text.
    ///
    /// >>> Record().add_field("650", " 0", [("a", "Sea stories.")])
    fn add_field(
        &self,
        py: Python<'_>,
        tag: &str,
        indicators: &str,
        subfields: Vec<(PyBackedStr, PyBackedStr)>,
    ) -> PyResult<()> {
        let mut record = self.attached(py);
        let coding = record.leader().coding();
        if subfields.iter().all(|(code, text)| is_plain(coding, code, text)) {
            return add_field(&mut record, tag, indicators, &subfields);
        }
        // It may be refused in the middle, and a field once begun cannot be taken back to the byte.
        let mut changed = record.clone();
        add_field(&mut changed, tag, indicators, &subfields)?;
        *record = changed;
        Ok(())
    }

    /// The fields of these tags, in their order; all of them without tags.
    ///
    /// >>> [field.tag for field in Record.generate(0).get_fields("001", "245")]
    /// ['001', '245']
    #[pyo3(signature = (*tags))]
    fn get_fields(&self, py: Python<'_>, tags: Vec<PyBackedStr>) -> PyResult<Vec<Field>> {
        let record = self.attached(py);
        record
            .fields()
            .filter(|field| {
                tags.is_empty() || tags.iter().any(|tag| &**tag == field.tag().as_str())
            })
            .map(Field::new)
            .collect()
    }

    /// The first field of a tag, or `default`.
    #[pyo3(signature = (tag, default=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        tag: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let field = self.attached(py).get(tag).map(Field::new).transpose()?;
        match field {
            Some(field) => Ok(Some(Bound::new(py, field)?.into_any())),
            None => Ok(default),
        }
    }

    fn __getitem__(&self, py: Python<'_>, tag: &str) -> PyResult<Field> {
        let field = self.attached(py).get(tag).map(Field::new).transpose()?;
        field.ok_or_else(|| PyKeyError::new_err(tag.to_owned()))
    }

    fn __contains__(&self, py: Python<'_>, tag: &str) -> bool {
        self.attached(py).get(tag).is_some()
    }

    /// Removes the fields of these tags, and returns how many there were.
    #[pyo3(signature = (*tags))]
    fn remove_fields(&self, py: Python<'_>, tags: Vec<PyBackedStr>) -> usize {
        let mut record = self.attached(py);
        let n_before = record.fields().count();
        record.retain(|field| tags.iter().all(|tag| &**tag != field.tag().as_str()));
        n_before - record.fields().count()
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let fields = slf.get().get_fields(py, Vec::new())?;
        Ok(PyTuple::new(py, fields)?.try_iter()?.into_any())
    }

    /// The number of fields.
    fn __len__(&self, py: Python<'_>) -> usize {
        self.attached(py).fields().count()
    }

    /// A record without fields is one all the same.
    fn __bool__(&self) -> bool {
        true
    }

    /// ISO 2709.
    fn __bytes__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut bytes = Vec::new();
        self.attached(py).encode(&mut bytes).map_err(fault)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// MARC-in-JSON, as pymarc reads and writes it.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let mut text = self.text(py, &TextFormat::Json, false)?;
        text.truncate(text.trim_end().len());
        Ok(text)
    }

    /// MARCXML: a collection with this record.
    fn to_xml(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, &TextFormat::MarcXml, true)
    }

    /// A copy that is changed on its own.
    fn copy(&self, py: Python<'_>) -> Self {
        Self::new_with(self.attached(py).clone())
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.copy(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.copy(py)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (py, class) = (slf.py(), slf.get_type());
        let record = slf.get().attached(py).clone();
        let mut bytes = Vec::new();
        let Err(refused) = record.encode(&mut bytes) else {
            return Ok((
                class.getattr("_restored")?,
                (PyBytes::new(py, &bytes),).into_pyobject(py)?,
            ));
        };
        // What ISO 2709 cannot say, a record without fields or a long one, is said field by field.
        let parts = record.fields().map(|field| Field::new(field).map(Field::into_parts));
        let parts = parts.collect::<PyResult<Vec<Parts>>>()?;
        let leader = leader_text(&record);
        let is_same = rebuilt(&leader, &parts).is_ok_and(|rebuilt| rebuilt == record);
        match is_same {
            true => Ok((class.getattr("_rebuilt")?, (leader, parts).into_pyobject(py)?)),
            false => Err(fault(refused)),
        }
    }

    /// For pickle: the record of its own bytes, as a lenient reader would take them if it did before.
    #[staticmethod]
    fn _restored(data: &[u8]) -> PyResult<Self> {
        let record = inrush_marc::Record::from_bytes(data).or_else(|refused| {
            let read = Reader::new(data).lenient().read().map_err(error::error)?;
            read.ok_or_else(|| fault(refused))
        });
        record.map(Self::new_with)
    }

    /// For pickle: the record of leader and fields.
    #[staticmethod]
    fn _rebuilt(leader: &str, fields: Vec<Parts>) -> PyResult<Self> {
        rebuilt(leader, &fields).map(Self::new_with)
    }

    fn __richcmp__(
        slf: &Bound<'_, Self>,
        other: &Bound<'_, Self>,
        op: CompareOp,
    ) -> PyResult<bool> {
        let py = slf.py();
        let is_equal = slf.is(other) || {
            // One after the other: two threads that compare two records both ways wait for nobody.
            let one = slf.get().attached(py).clone();
            one == *other.get().attached(py)
        };
        match op {
            CompareOp::Eq => Ok(is_equal),
            CompareOp::Ne => Ok(!is_equal),
            _ => Err(pyo3::exceptions::PyTypeError::new_err("records have no order")),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let record = self.attached(py);
        let n_fields = record.fields().count();
        match record.view().control_number() {
            Some(number) => format!("<Record {number:?}, {n_fields} fields>"),
            None => format!("<Record, {n_fields} fields>"),
        }
    }
}

impl Record {
    fn text(&self, py: Python<'_>, format: &TextFormat, whole: bool) -> PyResult<String> {
        let mut out = Vec::new();
        if whole {
            format.write_head(&mut out);
        }
        format.write_record(self.attached(py).view(), &mut out).map_err(fault)?;
        if whole {
            format.write_tail(&mut out);
        }
        String::from_utf8(out).map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

/// Whether there is nothing that a record could have against a subfield, at a glance.
fn is_plain(coding: Coding, code: &str, text: &str) -> bool {
    let is_control = |byte: u8| byte < b' ';
    let has_control = text.bytes().fold(false, |found, byte| found | is_control(byte));
    let is_code = matches!(code.as_bytes(), [b'!'..=b'~']);
    is_code && !has_control && (coding == Coding::Utf8 || text.is_ascii())
}

/// Adds a field, or the part of it in front of what is refused.
fn add_field(
    record: &mut inrush_marc::Record,
    tag: &str,
    indicators: &str,
    subfields: &[(impl Deref<Target = str>, impl Deref<Target = str>)],
) -> PyResult<()> {
    let &[first, second] = indicators.as_bytes() else {
        let message = format!("field {tag}: indicators are two characters, not {indicators:?}");
        return Err(PyValueError::new_err(message));
    };
    let mut added = record.field(tag, &[first, second]).map_err(fault)?;
    for (code, text) in subfields {
        let &[code] = code.as_bytes() else {
            let code: &str = code;
            let message =
                format!("field {tag}: the code of a subfield is one character, not {code:?}");
            return Err(PyValueError::new_err(message));
        };
        added = added.subfield(code, text).map_err(fault)?;
    }
    Ok(())
}

fn rebuilt(leader: &str, fields: &[Parts]) -> PyResult<inrush_marc::Record> {
    let mut record = inrush_marc::Record::new();
    record.set_leader(parse_leader(leader)?);
    for (tag, indicators, data, subfields) in fields {
        match data {
            Some(data) => {
                record.control(tag, data).map_err(fault)?;
            }
            None => add_field(&mut record, tag, indicators, subfields)?,
        }
    }
    Ok(record)
}

fn leader_text(record: &inrush_marc::Record) -> String {
    record.leader().bytes().iter().map(|&byte| char::from(byte)).collect()
}

fn parse_leader(text: &str) -> PyResult<Leader> {
    let bytes = text.is_ascii().then(|| text.as_bytes().try_into().ok()).flatten();
    let bytes = bytes.ok_or_else(|| {
        let message = format!("a leader has 24 characters of ASCII, not {text:?}");
        PyValueError::new_err(message)
    })?;
    Leader::new(bytes).map_err(fault)
}
