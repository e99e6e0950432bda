//! MARCXML, by the schema "MARC21 slim" of the Library of Congress.

use crate::{Fault, RecordRef, Tag};

pub(super) const HEAD: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <collection xmlns=\"http://www.loc.gov/MARC21/slim\">\n";
pub(super) const TAIL: &[u8] = b"</collection>\n";

pub(super) fn write(record: RecordRef<'_>, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.extend_from_slice(b"<record><leader>");
    escape(Tag::CONTROL_NUMBER, &record.text_leader().to_string(), out)?;
    out.extend_from_slice(b"</leader>");
    for field in record.fields() {
        let tag = field.tag();
        if tag.is_control() {
            out.extend_from_slice(b"<controlfield tag=\"");
            out.extend_from_slice(&tag.bytes());
            out.extend_from_slice(b"\">");
            escape(tag, &field.text()?, out)?;
            out.extend_from_slice(b"</controlfield>");
            continue;
        }
        out.extend_from_slice(b"<datafield tag=\"");
        out.extend_from_slice(&tag.bytes());
        for (name, indicator) in [b"\" ind1=\"", b"\" ind2=\""].into_iter().zip(field.indicators())
        {
            out.extend_from_slice(name);
            escape(tag, char::from(indicator).encode_utf8(&mut [0; 4]), out)?;
        }
        out.extend_from_slice(b"\">");
        for subfield in field.subfields() {
            out.extend_from_slice(b"<subfield code=\"");
            escape(tag, char::from(subfield.code()).encode_utf8(&mut [0; 4]), out)?;
            out.extend_from_slice(b"\">");
            escape(tag, &subfield.text()?, out)?;
            out.extend_from_slice(b"</subfield>");
        }
        out.extend_from_slice(b"</datafield>");
    }
    out.extend_from_slice(b"</record>\n");
    Ok(())
}

/// Appends text as XML 1.0 has it; an error for a character that no XML can hold.
fn escape(tag: Tag, text: &str, out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let instead: &[u8] = match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            '>' => b"&gt;",
            '"' => b"&quot;",
            // A reader makes one line feed of it otherwise, and blanks of all in an attribute.
            '\r' => b"&#13;",
            '\n' => b"&#10;",
            '\t' => b"&#9;",
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {
                return Err(Fault::NotXml { tag, at, found: c });
            }
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[done..at]);
        out.extend_from_slice(instead);
        done = at + c.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[done..]);
    Ok(())
}
