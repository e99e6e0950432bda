//! From the bytes of one record to the places of its fields.
//!
//! ```text
//! leader (24) | directory: 12 bytes an entry, 0x1e | fields, each with its 0x1e | 0x1d
//! entry: tag (3), length with the 0x1e (4), start from the base address (5)
//! ```
//!
//! After ISO 2709 and "MARC 21 Specifications for Record Structure, Character Sets, and Exchange Media"
//! of the Library of Congress.

use memchr::{memchr, memchr_iter};

use crate::entry::Entry;
use crate::leader::{LEADER_BYTES, Leader};
use crate::marks::{ENTRY_BYTES, FIELD_TERMINATOR, MIN_RECORD_BYTES, SUBFIELD_DELIMITER};
use crate::{Coding, Fault, Tag, digits};

/// Finds the fields of `frame`, which ends with its one record terminator, and checks that directory and
/// data agree to the byte.
#[inline]
pub(crate) fn parse(frame: &[u8], entries: &mut Vec<Entry>) -> Result<Leader, Fault> {
    let leader = leader_of(frame)?;
    check_structure(&leader)?;
    fields(frame, &leader, entries)?;
    Ok(leader)
}

/// The first bytes of a frame.
pub(crate) fn leader_of(frame: &[u8]) -> Result<Leader, Fault> {
    let leader = frame.first_chunk::<LEADER_BYTES>();
    let too_short = Fault::TooShort { length: frame.len() };
    leader
        .filter(|_| frame.len() >= MIN_RECORD_BYTES)
        .map(|&leader| Leader::found(leader))
        .ok_or(too_short)
}

/// What MARC 21 fixes in a leader.
#[inline]
pub(crate) fn check_structure(leader: &Leader) -> Result<(), Fault> {
    let bytes = leader.bytes();
    if bytes[10..12] == *b"22" && bytes[20..] == *b"4500" {
        return Ok(());
    }
    let wanted = [(10, "2"), (11, "2"), (20, "4"), (21, "5"), (22, "0"), (23, "0")];
    let wrong =
        wanted.into_iter().find(|(position, wanted)| bytes[*position] != wanted.as_bytes()[0]);
    wrong.map_or(Ok(()), |(position, wanted)| {
        Err(Fault::Leader { position, found: bytes[position], wanted })
    })
}

/// Finds the fields, by the base address and the directory.
#[inline]
pub(crate) fn fields(frame: &[u8], leader: &Leader, entries: &mut Vec<Entry>) -> Result<(), Fault> {
    let found: [u8; 5] = leader.bytes()[12..17].try_into().expect("five bytes");
    let base = match digits::parse(found) {
        Some(base) if (LEADER_BYTES + 1..frame.len()).contains(&(base as usize)) => base as usize,
        _ => return Err(Fault::BaseAddress { found }),
    };
    let (directory, end) = frame[LEADER_BYTES..base].as_chunks::<ENTRY_BYTES>();
    if end != [FIELD_TERMINATOR] {
        return Err(Fault::Directory { bytes: base - LEADER_BYTES });
    }
    if directory.is_empty() {
        return Err(Fault::NoFields);
    }
    let data = &frame[base..frame.len() - 1];
    let mut next = 0;
    let mut is_in_order = true;
    entries.reserve(directory.len());
    let first = entries.len();
    for (index, bytes) in directory.iter().enumerate() {
        let [t0, t1, t2, number @ ..] = *bytes;
        let (Some(tag), Some(number)) = (Tag::from_bytes([t0, t1, t2]), digits::parse(number))
        else {
            return Err(Fault::Entry { entry: index, found: *bytes });
        };
        let (length, start) = ((number / 100_000) as usize, (number % 100_000) as usize);
        let Some(field) = data.get(start..start + length) else {
            return Err(out_of_record(index, tag, start, length, data.len()));
        };
        if field.last() != Some(&FIELD_TERMINATOR) {
            return Err(Fault::NoFieldTerminator { entry: index, tag });
        }
        is_in_order &= start == next;
        next = start + length;
        entries.push(Entry { start: (base + start) as u32, len: length as u32 - 1, tag });
    }
    if !is_in_order || next != data.len() {
        check_claims(base, data, &entries[first..])?;
    }
    // Each byte is claimed once, and each field ends with a terminator: are there others?
    if memchr_iter(FIELD_TERMINATOR, data).count() == directory.len() {
        Ok(())
    } else {
        Err(inner_terminator(frame, &entries[first..]))
    }
}

#[cold]
fn inner_terminator(frame: &[u8], entries: &[Entry]) -> Fault {
    let is_in = |entry: &Entry| memchr(FIELD_TERMINATOR, &frame[entry.range()]).is_some();
    let entry = entries.iter().position(is_in).expect("there are more terminators than fields");
    Fault::InnerFieldTerminator { entry, tag: entries[entry].tag }
}

#[cold]
fn out_of_record(entry: usize, tag: Tag, start: usize, length: usize, data: usize) -> Fault {
    Fault::OutOfRecord { entry, tag, start, length, data }
}

/// That each byte of data belongs to one field, where the directory does not go through it in order.
#[cold]
fn check_claims(base: usize, data: &[u8], entries: &[Entry]) -> Result<(), Fault> {
    let mut in_order: Vec<&Entry> = entries.iter().collect();
    in_order.sort_unstable_by_key(|entry| entry.start);
    let mut next = base;
    let mut unclaimed = 0;
    for entry in in_order {
        let start = entry.start as usize;
        if start < next {
            return Err(Fault::Overlap { tag: entry.tag });
        }
        unclaimed += start - next;
        next = start + entry.len as usize + 1;
    }
    unclaimed += base + data.len() - next;
    if unclaimed > 0 { Err(Fault::Unclaimed { bytes: unclaimed }) } else { Ok(()) }
}

/// That the fields of a record hold what fields of their kinds do, and are UTF-8 if the leader says so.
#[inline]
pub(crate) fn check_content(leader: &Leader, bytes: &[u8], entries: &[Entry]) -> Result<(), Fault> {
    let is_odd = |entry: &&Entry| {
        let field = &bytes[entry.range()];
        !entry.tag.is_control() && !matches!(field, [_, _] | [_, _, SUBFIELD_DELIMITER, ..])
    };
    if let Some(entry) = entries.iter().find(is_odd) {
        let tag = entry.tag;
        return Err(match entry.len {
            0 | 1 => Fault::NoIndicators { tag, bytes: entry.len as usize },
            _ => Fault::NoSubfield { tag },
        });
    }
    if lacks_a_code(bytes) {
        let lacks = |entry: &&Entry| {
            !entry.tag.is_control()
                && lacks_a_code(&bytes[entry.start as usize..][..entry.len as usize + 1])
        };
        if let Some(entry) = entries.iter().find(lacks) {
            return Err(Fault::NoSubfield { tag: entry.tag });
        }
    }
    // All at once: text never begins or ends in the midst of a character if the whole is UTF-8, as
    // what stands between the fields is ASCII.
    if leader.coding() == Coding::Utf8 && simdutf8::basic::from_utf8(bytes).is_err() {
        return Err(not_utf8(bytes, entries));
    }
    Ok(())
}

/// Whether a delimiter has no printable ASCII character behind it; the last byte is no delimiter.
#[inline]
fn lacks_a_code(bytes: &[u8]) -> bool {
    // No early end, so that the loop is one of vectors: it is as long as the record, and as a rule finds
    // nothing.
    let followers = &bytes[1..];
    bytes.iter().zip(followers).fold(false, |found, (&byte, &follower)| {
        found | ((byte == SUBFIELD_DELIMITER) & (follower.wrapping_sub(b'!') > b'~' - b'!'))
    })
}

#[cold]
fn not_utf8(bytes: &[u8], entries: &[Entry]) -> Fault {
    let in_a_field = entries.iter().find_map(|entry| {
        let error = std::str::from_utf8(&bytes[entry.range()]).err()?;
        Some(Fault::NotUtf8 { tag: entry.tag, at: error.valid_up_to() })
    });
    // Otherwise it is the leader: fields and directory are all there is.
    let position = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    in_a_field.unwrap_or(Fault::Leader {
        position,
        found: bytes[position],
        wanted: "a printable ASCII character",
    })
}
