//! `Field`: a field of a record, as Python sees it.

use std::borrow::Cow;

use inrush_marc::Fault;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use super::error::fault;

/// A field taken apart: its tag, its indicators, the text of a control field, and its subfields.
pub(crate) type Parts = (String, String, Option<String>, Vec<(String, String)>);

/// A field as it was when it was asked for. The record is changed by methods of the record.
///
/// >>> record = Record()
/// >>> record.add_field("245", "10", [("a", "The sea, the sea /"), ("c", "Iris Murdoch.")])
/// >>> field = record["245"]
/// >>> field.tag, field.indicators, field["c"]
/// ('245', '10', 'Iris Murdoch.')
#[pyclass(frozen, eq, module = "inrush")]
#[derive(PartialEq, Eq)]
pub(crate) struct Field {
    tag: String,
    indicators: String,
    /// The text of a control field.
    data: Option<String>,
    subfields: Vec<(String, String)>,
}

impl Field {
    pub(crate) fn new(field: inrush_marc::Field<'_>) -> PyResult<Self> {
        let is_control = field.tag().is_control();
        let owned = |text: Result<Cow<'_, str>, Fault>| text.map(Cow::into_owned).map_err(fault);
        let subfields = field.subfields().map(|subfield| {
            let code = char::from(subfield.code()).to_string();
            Ok((code, owned(subfield.text())?))
        });
        Ok(Self {
            tag: field.tag().as_str().to_owned(),
            indicators: match is_control {
                true => String::new(),
                false => field.indicators().map(char::from).iter().collect(),
            },
            data: is_control.then(|| owned(field.text())).transpose()?,
            subfields: subfields.collect::<PyResult<_>>()?,
        })
    }

    pub(crate) fn into_parts(self) -> Parts {
        (self.tag, self.indicators, self.data, self.subfields)
    }

    fn find(&self, code: &str) -> Option<&str> {
        self.subfields.iter().find(|(found, _)| found == code).map(|(_, text)| text.as_str())
    }
}

#[pymethods]
impl Field {
    /// Three characters.
    #[getter]
    fn tag(&self) -> &str {
        &self.tag
    }

    /// Two characters; none of a control field.
    #[getter]
    fn indicators(&self) -> &str {
        &self.indicators
    }

    /// The text of a control field; none of a data field.
    #[getter]
    fn data(&self) -> Option<&str> {
        self.data.as_deref()
    }

    /// Pairs of a code and a text, in their order; none of a control field.
    #[getter(subfields)]
    fn all_subfields(&self) -> Vec<(String, String)> {
        self.subfields.clone()
    }

    /// The text of the first subfield of a code, or `default`.
    #[pyo3(signature = (code, default=None))]
    fn get<'a>(&'a self, code: &str, default: Option<&'a str>) -> Option<&'a str> {
        self.find(code).or(default)
    }

    /// The texts of the subfields of these codes.
    #[pyo3(signature = (*codes))]
    fn get_subfields(&self, codes: Vec<PyBackedStr>) -> Vec<&str> {
        let subfields = self.subfields.iter();
        subfields
            .filter(|(found, _)| codes.iter().any(|code| **code == **found))
            .map(|(_, text)| text.as_str())
            .collect()
    }

    fn __getitem__(&self, code: &str) -> PyResult<&str> {
        self.find(code).ok_or_else(|| PyKeyError::new_err(code.to_owned()))
    }

    fn __contains__(&self, code: &str) -> bool {
        self.find(code).is_some()
    }

    fn __str__(&self) -> String {
        match &self.data {
            Some(data) => format!("={}  {data}", self.tag),
            None => {
                let texts = self.subfields.iter().map(|(code, text)| format!("${code}{text}"));
                let indicators = self.indicators.replace(' ', "\\");
                format!("={}  {indicators}{}", self.tag, texts.collect::<String>())
            }
        }
    }

    fn __repr__(&self) -> String {
        format!("<Field {:?}>", self.__str__())
    }
}
