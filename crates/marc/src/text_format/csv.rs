//! CSV: a line for each record, a column for each thing that was asked for.

use crate::{Fault, Field, RecordRef, Tag};

/// Between the texts of several fields in one cell.
const BETWEEN_FIELDS: &str = "|";
/// Between the texts of several subfields of one field.
const BETWEEN_SUBFIELDS: &str = " ";

/// The columns of a CSV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvColumns(Vec<Column>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Leader,
    /// The subfields of these codes, in the order of the field; all, if there are none.
    Fields(Tag, Vec<u8>),
}

impl CsvColumns {
    /// Columns by their names: `LDR` is the leader, `001` a control field, `245` all subfields of a data
    /// field in order with blanks between, `245$ab` its subfields a and b. Several fields of the tag have
    /// `|` between them.
    ///
    /// # Errors
    /// [`Fault::BadColumn`] for a name that is none of these, or if there is none at all.
    ///
    /// # Examples
    /// ```
    /// use inrush_marc::{CsvColumns, Record, TextFormat};
    ///
    /// let csv = TextFormat::Csv(CsvColumns::new(&["001", "245$ab", "650$a"])?);
    /// let mut record = Record::new();
    /// record.control("001", "42")?;
    /// record.field("650", b" 0")?.subfield(b'a', "Rivers")?;
    /// record.field("650", b" 0")?.subfield(b'a', "Trade, foreign")?;
    /// let mut file = Vec::new();
    /// csv.write_head(&mut file);
    /// csv.write_record(record.view(), &mut file)?;
    /// assert_eq!(file, b"001,245$ab,650$a\n42,,\"Rivers|Trade, foreign\"\n");
    /// # Ok::<(), inrush_marc::Fault>(())
    /// ```
    pub fn new(names: &[impl AsRef<str>]) -> Result<Self, Fault> {
        let columns = names.iter().map(|name| {
            let name = name.as_ref();
            let source = source(name).ok_or_else(|| Fault::BadColumn { found: name.to_owned() })?;
            Ok(Column { name: name.to_owned(), source })
        });
        let columns = columns.collect::<Result<Vec<_>, Fault>>()?;
        if columns.is_empty() {
            return Err(Fault::BadColumn { found: String::new() });
        }
        Ok(Self(columns))
    }

    pub(super) fn write_header(&self, out: &mut Vec<u8>) {
        self.line(out, |column| Ok(Some(column.name.clone()))).expect("names are text");
    }

    pub(super) fn write(&self, record: RecordRef<'_>, out: &mut Vec<u8>) -> Result<(), Fault> {
        self.line(out, |column| match &column.source {
            Source::Leader => Ok(Some(record.text_leader().to_string())),
            Source::Fields(tag, codes) => cell(record, *tag, codes),
        })
    }

    fn line(
        &self,
        out: &mut Vec<u8>,
        mut text: impl FnMut(&Column) -> Result<Option<String>, Fault>,
    ) -> Result<(), Fault> {
        for (index, column) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match text(column)? {
                Some(text) => quote(&text, out),
                // One empty cell would be an empty line, which readers pass over.
                None if self.0.len() == 1 => quote("", out),
                None => {}
            }
        }
        out.push(b'\n');
        Ok(())
    }
}

fn source(name: &str) -> Option<Source> {
    let (tag, codes) = name.split_once('$').unwrap_or((name, ""));
    if tag == "LDR" {
        return (tag == name).then_some(Source::Leader);
    }
    let tag = Tag::new(tag).ok()?;
    let has_codes = !codes.is_empty();
    let is_right = name.contains('$') == has_codes
        && !(has_codes && tag.is_control())
        && codes.bytes().all(|code| code.is_ascii_graphic());
    is_right.then(|| Source::Fields(tag, codes.as_bytes().to_vec()))
}

/// The text of a cell; nothing, if the record has none of its fields or subfields.
fn cell(record: RecordRef<'_>, tag: Tag, codes: &[u8]) -> Result<Option<String>, Fault> {
    let mut cell: Option<String> = None;
    for field in record.fields().filter(|field| field.tag() == tag) {
        if let Some(text) = text_of(&field, codes)? {
            cell = Some(match cell {
                None => text,
                Some(before) => before + BETWEEN_FIELDS + &text,
            });
        }
    }
    Ok(cell)
}

fn text_of(field: &Field<'_>, codes: &[u8]) -> Result<Option<String>, Fault> {
    if field.tag().is_control() {
        return Ok(Some(field.text()?.into_owned()));
    }
    let is_wanted = |code: u8| codes.is_empty() || codes.contains(&code);
    let mut text: Option<String> = None;
    for subfield in field.subfields().filter(|subfield| is_wanted(subfield.code())) {
        let more = subfield.text()?;
        text = Some(match text {
            None => more.into_owned(),
            Some(before) => before + BETWEEN_SUBFIELDS + &more,
        });
    }
    Ok(text)
}

/// Appends a cell, in quotes if it has to be, or if it is empty and not missing.
fn quote(text: &str, out: &mut Vec<u8>) {
    if !text.is_empty() && !text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
