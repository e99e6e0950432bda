//! JSON, XML and CSV say what the records say, to readers that are not ours.

use inrush_marc::{CsvColumns, Fault, Record, TextFormat};
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use crate::given::{MARC8, UTF8, file, iso2709, read_strictly};

/// A field as all forms have it: tag, indicators and (code, text), or the text of a control field under
/// the code 0.
type Plain = (String, String, Vec<(u8, String)>);

fn plain(record: &Record) -> Vec<Plain> {
    let text = |text: Result<std::borrow::Cow<'_, str>, Fault>| text.expect("is text").into_owned();
    let fields = record.fields().map(|field| {
        let indicators = String::from_utf8(field.indicators().to_vec()).expect("is ASCII");
        if field.tag().is_control() {
            return (field.tag().to_string(), String::new(), vec![(0, text(field.text()))]);
        }
        let subfields = field.subfields().map(|subfield| (subfield.code(), text(subfield.text())));
        (field.tag().to_string(), indicators, subfields.collect())
    });
    fields.collect()
}

fn records() -> Vec<Record> {
    let mut records = read_strictly(&file(400)).expect("generated records are valid");
    let fields: [(&str, &[u8]); 5] = [
        ("001", b"<\"&'>,\\/"),
        ("003", b""),
        ("500", b"\"<\x1f\"a \"quoted\", and\nmore\r\n\x1f<<tag>&amp;\t"),
        ("500", b"  "),
        ("501", b"&'\x1fa"),
    ];
    records.push(Record::from_bytes(&iso2709(UTF8, &fields)).expect("is valid"));
    let fields: [(&str, &[u8]); 2] = [("001", b"m"), ("245", b"10\x1faCaf\xe2e \x1b(NMIR\x1b(B")];
    records.push(Record::from_bytes(&iso2709(MARC8, &fields)).expect("is valid"));
    records
}

fn whole(format: &TextFormat, records: &[Record]) -> String {
    let mut out = Vec::new();
    format.write_head(&mut out);
    for (index, record) in records.iter().enumerate() {
        if index > 0 {
            format.write_separator(&mut out);
        }
        format.write_record(record.view(), &mut out).expect("is text");
    }
    format.write_tail(&mut out);
    String::from_utf8(out).expect("is UTF-8")
}

fn from_json(record: &Value) -> Vec<Plain> {
    let text = |value: &Value| value.as_str().expect("is a string").to_owned();
    let fields = record["fields"].as_array().expect("is a list").iter().map(|field| {
        let (tag, field) =
            field.as_object().expect("is an object").iter().next().expect("has a key");
        if field.is_string() {
            return (tag.clone(), String::new(), vec![(0, text(field))]);
        }
        let subfields = field["subfields"].as_array().expect("is a list").iter().map(|subfield| {
            let subfield = subfield.as_object().expect("is an object");
            let (code, value) = subfield.iter().next().expect("has a key");
            (code.as_bytes()[0], text(value))
        });
        (tag.clone(), text(&field["ind1"]) + &text(&field["ind2"]), subfields.collect())
    });
    fields.collect()
}

#[test]
fn json_says_what_the_records_say() {
    let records = records();
    let lines = whole(&TextFormat::JsonLines, &records);
    assert_eq!(lines.lines().count(), records.len());
    let array: Value = serde_json::from_str(&whole(&TextFormat::Json, &records)).expect("is JSON");
    for ((line, value), record) in
        lines.lines().zip(array.as_array().expect("is a list")).zip(&records)
    {
        assert_eq!(&serde_json::from_str::<Value>(line).expect("is JSON"), value);
        assert_eq!(from_json(value), plain(record));
        let leader = value["leader"].as_str().expect("is a string");
        assert_eq!((leader.len(), &leader[9..10], &leader[20..]), (24, "a", "4500"));
    }
    assert_eq!(
        serde_json::from_str::<Value>(&whole(&TextFormat::Json, &[])).expect("is JSON"),
        Value::Array(Vec::new())
    );
}

fn from_xml(xml: &str) -> Vec<Vec<Plain>> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let attribute = |tag: &BytesStart<'_>, name: &str| {
        let attribute = tag.try_get_attribute(name).expect("is XML").expect("is there");
        let value = std::str::from_utf8(&attribute.value).expect("is UTF-8");
        quick_xml::escape::unescape(value).expect("is XML").into_owned()
    };
    let (mut records, mut text) = (Vec::<Vec<Plain>>::new(), String::new());
    loop {
        match reader.read_event().expect("is XML") {
            Event::Start(tag) => {
                text.clear();
                let fields = records.last_mut();
                match tag.name().as_ref() {
                    b"record" => records.push(Vec::new()),
                    b"controlfield" => fields.expect("in a record").push((
                        attribute(&tag, "tag"),
                        String::new(),
                        vec![(0, String::new())],
                    )),
                    b"datafield" => fields.expect("in a record").push((
                        attribute(&tag, "tag"),
                        attribute(&tag, "ind1") + &attribute(&tag, "ind2"),
                        Vec::new(),
                    )),
                    b"subfield" => {
                        let field = fields.expect("in a record").last_mut().expect("in a field");
                        field.2.push((attribute(&tag, "code").as_bytes()[0], String::new()));
                    }
                    _ => {}
                }
            }
            Event::Text(part) => text.push_str(&part.decode().expect("is UTF-8")),
            Event::GeneralRef(name) => match name.resolve_char_ref().expect("is XML") {
                Some(c) => text.push(c),
                None => text.push(match name.as_ref() {
                    b"amp" => '&',
                    b"lt" => '<',
                    b"gt" => '>',
                    b"quot" => '"',
                    other => panic!("{}", other.escape_ascii()),
                }),
            },
            Event::End(tag) if matches!(tag.name().as_ref(), b"controlfield" | b"subfield") => {
                let field =
                    records.last_mut().and_then(|fields| fields.last_mut()).expect("in a field");
                field.2.last_mut().expect("in a subfield").1 = std::mem::take(&mut text);
            }
            Event::Eof => return records,
            _ => {}
        }
    }
}

#[test]
fn xml_says_what_the_records_say() {
    let records = records();
    let wanted: Vec<Vec<Plain>> = records.iter().map(plain).collect();
    assert_eq!(from_xml(&whole(&TextFormat::MarcXml, &records)), wanted);
    assert_eq!(from_xml(&whole(&TextFormat::MarcXml, &[])), Vec::<Vec<Plain>>::new());
}

#[test]
fn a_character_that_is_not_xml_is_named_and_nothing_is_written() {
    let record =
        Record::from_bytes(&iso2709(UTF8, &[("500", b"  \x1faab\x08c")])).expect("is valid");
    let mut out = b"before".to_vec();
    let error = TextFormat::MarcXml.write_record(record.view(), &mut out).expect_err("it has one");
    assert_eq!(
        error.to_string(),
        "field 500: `\\u{8}` at byte 2 of the text is no character of XML; \
        write JSON, or take it out"
    );
    assert_eq!(out, b"before");
    TextFormat::JsonLines.write_record(record.view(), &mut out).expect("JSON can");
}

#[test]
fn text_that_cannot_be_decoded_is_an_error_in_every_form() {
    let bytes = iso2709(MARC8, &[("500", b"  \x1fa\x1b$1!0!")]);
    let record = Record::from_bytes(&bytes).expect("its structure is right");
    let csv = TextFormat::Csv(CsvColumns::new(&["500"]).expect("is a column"));
    for format in [TextFormat::JsonLines, TextFormat::Json, TextFormat::MarcXml, csv] {
        let mut out = b"before".to_vec();
        let error = format.write_record(record.view(), &mut out).expect_err("EACC is not decoded");
        assert!(matches!(error, Fault::Marc8Set { .. }), "{error}");
        assert_eq!(out, b"before");
    }
}

#[test]
fn csv_has_the_columns_that_were_asked_for() {
    let records = records();
    let columns = CsvColumns::new(&["LDR", "001", "245$ab", "650$a", "500"]).expect("are columns");
    let text = whole(&TextFormat::Csv(columns), &records);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().expect("is CSV"), vec!["LDR", "001", "245$ab", "650$a", "500"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("is CSV")).collect();
    assert_eq!(rows.len(), records.len());
    for (row, record) in rows.iter().zip(&records) {
        let texts = |tag: &str, codes: &[u8]| {
            let fields = plain(record).into_iter().filter(|field| field.0 == tag);
            let texts = fields.map(|(_, _, subfields)| {
                let wanted = subfields
                    .into_iter()
                    .filter(|(code, _)| codes.is_empty() || codes.contains(code));
                wanted.map(|(_, text)| text).collect::<Vec<_>>()
            });
            let texts: Vec<String> =
                texts.filter(|texts| !texts.is_empty()).map(|texts| texts.join(" ")).collect();
            texts.join("|")
        };
        let wanted =
            [texts("001", b""), texts("245", b"ab"), texts("650", b"a"), texts("500", b"")];
        assert_eq!(row.iter().skip(1).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn a_cell_that_is_missing_and_one_without_text_are_told_apart() {
    let record =
        Record::from_bytes(&iso2709(UTF8, &[("003", b""), ("500", b"  \x1fa")])).expect("is valid");
    let lines = |names: &[&str]| {
        let mut out = Vec::new();
        let format = TextFormat::Csv(CsvColumns::new(names).expect("are columns"));
        format.write_record(record.view(), &mut out).expect("is text");
        String::from_utf8(out).expect("is UTF-8")
    };
    assert_eq!(lines(&["001", "003", "500", "500$b", "501"]), ",\"\",\"\",,\n");
    assert_eq!(lines(&["001"]), "\"\"\n");
}

#[test]
fn a_name_that_is_no_column_is_an_error() {
    for name in ["", "24", "245$", "001$a", "245$a b", "245ab", "LDR$a"] {
        let error = CsvColumns::new(&[name]).expect_err(name);
        assert!(matches!(error, Fault::BadColumn { .. }), "{name}");
    }
    assert!(CsvColumns::new(&[] as &[&str]).is_err());
}
