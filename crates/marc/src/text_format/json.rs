//! MARC-in-JSON: an object with the leader and a list of fields, each an object with its tag as the key.

use crate::{Fault, RecordRef};

pub(super) fn write(record: RecordRef<'_>, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.extend_from_slice(b"{\"leader\":");
    string(&record.text_leader().to_string(), out);
    out.extend_from_slice(b",\"fields\":[");
    for (index, field) in record.fields().enumerate() {
        out.extend_from_slice(if index > 0 { b",{\"" } else { b"{\"" });
        out.extend_from_slice(&field.tag().bytes());
        out.extend_from_slice(b"\":");
        if field.tag().is_control() {
            string(&field.text()?, out);
        } else {
            out.extend_from_slice(b"{\"ind1\":");
            let [first, second] = field.indicators().map(char::from);
            string(first.encode_utf8(&mut [0; 4]), out);
            out.extend_from_slice(b",\"ind2\":");
            string(second.encode_utf8(&mut [0; 4]), out);
            out.extend_from_slice(b",\"subfields\":[");
            for (index, subfield) in field.subfields().enumerate() {
                out.extend_from_slice(if index > 0 { b",{" } else { b"{" });
                string(char::from(subfield.code()).encode_utf8(&mut [0; 4]), out);
                out.push(b':');
                string(&subfield.text()?, out);
                out.push(b'}');
            }
            out.extend_from_slice(b"]}");
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    Ok(())
}

fn string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("memory takes all, and text is text");
}
