//! Records for tests, and other ways to make them.

use inrush_marc::{Error, Problem, Reader, Record, generate};

/// A record in ISO 2709 put together here, so that it can be wrong: its fields with what is between tag
/// and terminator, in the order of the directory.
pub(crate) fn iso2709(leader: &[u8; 24], fields: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut directory, mut data) = (Vec::new(), Vec::new());
    for (tag, bytes) in fields {
        directory.extend(format!("{tag}{:04}{:05}", bytes.len() + 1, data.len()).bytes());
        data.extend_from_slice(bytes);
        data.push(0x1e);
    }
    directory.push(0x1e);
    data.push(0x1d);
    let base = 24 + directory.len();
    let mut leader = leader.to_vec();
    leader[..5].copy_from_slice(format!("{:05}", base + data.len()).as_bytes());
    leader[12..17].copy_from_slice(format!("{base:05}").as_bytes());
    [leader, directory, data].concat()
}

pub(crate) const UTF8: &[u8; 24] = b"00000nam a2200000 i 4500";
pub(crate) const MARC8: &[u8; 24] = b"00000nam  2200000 i 4500";

/// A record that begins with a control number and has a title.
pub(crate) fn small(number: &str) -> Vec<u8> {
    iso2709(UTF8, &[("001", number.as_bytes()), ("245", b"10\x1faTitle")])
}

/// Generated records, one behind the other.
pub(crate) fn file(n: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for index in 0..n {
        generate(5, index).encode(&mut bytes).expect("generated records are within the limits");
    }
    bytes
}

pub(crate) fn read_strictly(bytes: &[u8]) -> Result<Vec<Record>, Error> {
    Reader::new(bytes).collect()
}

pub(crate) fn read_leniently(bytes: &[u8]) -> (Vec<Record>, Vec<Problem>) {
    let mut reader = Reader::new(bytes).lenient();
    let records = reader.by_ref().map(|record| record.expect("a slice can be read")).collect();
    (records, reader.take_problems())
}

pub(crate) fn encode(records: &[Record]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        record.encode(&mut bytes).expect("within the limits");
    }
    bytes
}

/// A `Read` that gives one byte to `at_most` at a time, and is interrupted before each.
pub(crate) struct Trickle<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) at_most: usize,
    pub(crate) is_interrupted: bool,
}

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let n = self.at_most.min(self.rest.len()).min(out.len());
        out[..n].copy_from_slice(&self.rest[..n]);
        self.rest = &self.rest[n..];
        Ok(n)
    }
}

/// Fails once, when so many bytes were read.
pub(crate) struct Fails<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) until: usize,
}

impl std::io::Read for Fails<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.until == 0 {
            self.until = usize::MAX;
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        let n = self.rest.len().min(out.len()).min(self.until);
        out[..n].copy_from_slice(&self.rest[..n]);
        self.rest = &self.rest[n..];
        self.until -= n;
        Ok(n)
    }
}
