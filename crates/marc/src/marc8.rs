//! MARC-8, the coding of MARC 21 before Unicode.
//!
//! Bytes from 0x21 to 0x7e are characters of the set G0, at first ASCII; those from 0xa1 to 0xfe of G1, at
//! first ANSEL. Escape sequences put other sets in their places, up to the end of the subfield. Marks
//! stand in front of their letter, and in Unicode behind it; the result is not composed.
//!
//! After "MARC 21 Specifications for Record Structure, Character Sets, and Exchange Media: Character sets
//! and encoding options" of the Library of Congress. The East Asian set (EACC), of more than 15,000
//! characters, is refused by name.

mod sets;

use crate::marks::{FIELD_TERMINATOR, SUBFIELD_DELIMITER};
use crate::{Coding, Fault, Record, Tag};
use sets::{ANSEL, ASCII, Set};

const ESCAPE: u8 = 0x1b;

/// The text of `bytes`, which belong to a field of `tag`.
pub(crate) fn decode(tag: Tag, bytes: &[u8]) -> Result<String, Fault> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2);
    let mut marks = String::new();
    let (mut g0, mut g1) = (&ASCII, &ANSEL);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == ESCAPE {
            at += escape(tag, at, &bytes[at + 1..], &mut g0, &mut g1)? + 1;
            continue;
        }
        let set = if byte < 0x80 { g0 } else { g1 };
        let Some(c) = character(set, byte) else {
            return Err(Fault::Marc8Byte { tag, at, byte, set: set.name });
        };
        if sets::is_mark(c) {
            marks.push(c);
        } else {
            text.push(c);
            text.push_str(&marks);
            marks.clear();
        }
        at += 1;
    }
    if marks.is_empty() { Ok(text) } else { Err(Fault::Marc8Mark { tag, at: at - 1 }) }
}

fn character(set: &Set, byte: u8) -> Option<char> {
    match byte {
        b' ' => Some(' '),
        // Controls have their places, whatever the sets are.
        0x88 => Some('\u{98}'),
        0x89 => Some('\u{9c}'),
        0x8d => Some('\u{200d}'),
        0x8e => Some('\u{200c}'),
        0x21..=0x7e | 0xa1..=0xfe => set.get(byte & 0x7f),
        _ => None,
    }
}

/// Does what an escape sequence says; how many bytes it has behind the escape.
fn escape(
    tag: Tag,
    at: usize,
    rest: &[u8],
    g0: &mut &'static Set,
    g1: &mut &'static Set,
) -> Result<usize, Fault> {
    let unknown = |set: String| Fault::Marc8Set { tag, at, set };
    let (place, n_before) = match rest {
        [b's', ..] => {
            *g0 = &ASCII;
            return Ok(1);
        }
        [b'g' | b'b' | b'p', ..] => (g0, 0),
        [b'(' | b',', ..] => (g0, 1),
        [b')' | b'-', ..] => (g1, 1),
        [b'$', ..] => {
            let name = if rest.iter().take(3).any(|&byte| byte == b'1') {
                "East Asian (EACC)".to_owned()
            } else {
                sequence(rest)
            };
            return Err(unknown(name));
        }
        _ => return Err(unknown(sequence(rest))),
    };
    let (name, n_name) = match &rest[n_before..] {
        [b'!', b'E', ..] => (b'E', 2),
        [b'E', ..] | [] => return Err(unknown(sequence(rest))),
        [name, ..] => (*name, 1),
    };
    *place = sets::by_name(name).ok_or_else(|| unknown(sequence(rest)))?;
    Ok(n_before + n_name)
}

/// An escape sequence as one can read it.
fn sequence(rest: &[u8]) -> String {
    format!("the set of `ESC {}`", rest[..rest.len().min(2)].escape_ascii())
}

impl Record {
    /// Makes a record in UTF-8 of one in MARC-8; one in UTF-8 stays as it is.
    ///
    /// # Errors
    /// [`Fault::Marc8Byte`], [`Fault::Marc8Mark`] or [`Fault::Marc8Set`]; the record is then as it was.
    pub fn decode_marc8(&mut self) -> Result<(), Fault> {
        if self.coding() == Coding::Utf8 {
            return Ok(());
        }
        if !self.is_plain_ascii() {
            let mut bytes = Vec::with_capacity(self.bytes.len() * 5 / 4);
            let mut entries = self.entries.clone();
            for (entry, field) in entries.iter_mut().zip(self.fields()) {
                entry.start = bytes.len() as u32;
                // Indicators and codes are ASCII in both; each subfield begins with the sets of old.
                for (index, part) in
                    field.bytes().split(|&byte| byte == SUBFIELD_DELIMITER).enumerate()
                {
                    let mut text = part;
                    if index > 0 {
                        bytes.push(SUBFIELD_DELIMITER);
                        let code = part.len().min(1);
                        bytes.extend_from_slice(&part[..code]);
                        text = &part[code..];
                    }
                    bytes.extend_from_slice(decode(entry.tag, text)?.as_bytes());
                }
                entry.len = bytes.len() as u32 - entry.start;
                bytes.push(FIELD_TERMINATOR);
            }
            (self.bytes, self.entries) = (bytes, entries);
            self.is_whole = false;
        }
        self.own();
        self.leader = self.leader.with_coding(Coding::Utf8);
        Ok(())
    }
}
