//! Records whose leader or directory is wrong, and whose fields can be told all the same.

use memchr::{memchr, memchr_iter, memmem};

use crate::entry::Entry;
use crate::leader::LEADER_BYTES;
use crate::marks::{ENTRY_BYTES, FIELD_TERMINATOR, RECORD_TERMINATOR};
use crate::{Record, Tag, digits, parse};

/// The longest text that is taken for a control number.
const MAX_CONTROL_NUMBER_BYTES: usize = 40;

/// Makes `record` of a frame that ends with a record terminator, if each field can be told: by the
/// directory where it is right, else by the terminators, where there are as many as entries.
pub(crate) fn repair(frame: &[u8], record: &mut Record) -> bool {
    record.clear();
    let Ok(leader) = parse::leader_of(frame) else { return false };
    if parse::fields(frame, &leader, &mut record.entries).is_err() {
        record.entries.clear();
        if by_terminators(frame, &mut record.entries).is_none() {
            return false;
        }
    }
    record.leader = leader.printable();
    record.bytes.extend_from_slice(frame);
    record.is_whole = true;
    // A leader and a directory of its own are what the next encoding makes.
    record.own();
    true
}

fn by_terminators(frame: &[u8], entries: &mut Vec<Entry>) -> Option<()> {
    // The beginning of one record and the end of another have as many fields as chance will have it.
    if next_leader(frame).is_some() {
        return None;
    }
    let data = directory_end(frame)? + 1;
    let (directory, rest) = frame[LEADER_BYTES..data - 1].as_chunks::<ENTRY_BYTES>();
    if directory.is_empty() || !rest.is_empty() {
        return None;
    }
    // Starts are compared only: whether they lead anywhere is what nobody knows.
    let mut in_order: Vec<(Option<u32>, usize)> = directory
        .iter()
        .enumerate()
        .map(|(index, entry)| {
            (entry.last_chunk::<5>().and_then(|&start| digits::parse(start)), index)
        })
        .collect();
    if in_order.iter().all(|(start, _)| start.is_some()) {
        in_order.sort();
    }
    let mut start = data;
    let mut found = vec![None; directory.len()];
    let mut ends = memchr_iter(FIELD_TERMINATOR, &frame[data..]);
    for (_, index) in in_order {
        let end = data + ends.next()?;
        let tag = Tag::from_bytes(*directory[index].first_chunk()?)?;
        found[index] = Some(Entry { start: start as u32, len: (end - start) as u32, tag });
        start = end + 1;
    }
    // As many fields as entries, and nothing behind them but the record's end.
    if start + 1 != frame.len() {
        return None;
    }
    entries.extend(found.into_iter().flatten());
    Some(())
}

fn directory_end(frame: &[u8]) -> Option<usize> {
    memchr(FIELD_TERMINATOR, frame.get(LEADER_BYTES..)?).map(|at| LEADER_BYTES + at)
}

/// The control number of a record that could not be read, if it looks like one.
pub(crate) fn guess_control_number(bytes: &[u8]) -> Option<String> {
    let end = directory_end(bytes)?;
    if !bytes[LEADER_BYTES..end].starts_with(b"001") {
        return None;
    }
    let rest = &bytes[end + 1..];
    let number = &rest[..memchr(FIELD_TERMINATOR, rest)?];
    let is_printable = number.iter().all(|byte| matches!(byte, b' '..=b'~'));
    (is_printable && number.len() <= MAX_CONTROL_NUMBER_BYTES)
        .then(|| String::from_utf8_lossy(number).into_owned())
}

/// Where in `bytes`, but not at its beginning, a record begins for all one can see.
pub(crate) fn next_leader(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, b"4500").find_map(|at| {
        let start = at.checked_sub(20).filter(|&start| start > 0)?;
        is_leader(&bytes[start..]).then_some(start)
    })
}

/// Whether `bytes` begin with a leader, for all one can see.
pub(crate) fn is_leader(bytes: &[u8]) -> bool {
    let Some(leader) = bytes.first_chunk::<LEADER_BYTES>() else { return false };
    // Directories are full of digits, and `4500` is in every one with a title.
    leader[..5].iter().all(u8::is_ascii_digit)
        && leader[5..7].iter().all(u8::is_ascii_alphabetic)
        && leader[10..12] == *b"22"
        && leader[12..17].iter().all(u8::is_ascii_digit)
        && leader[20..] == *b"4500"
        && !leader.contains(&RECORD_TERMINATOR)
        && !leader.contains(&FIELD_TERMINATOR)
}
