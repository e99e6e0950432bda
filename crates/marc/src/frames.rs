//! Where records begin and end in a stream of bytes.

use std::io::{ErrorKind, Read};

use memchr::memchr;

use crate::marks::{MIN_RECORD_BYTES, RECORD_TERMINATOR};
use crate::{Error, Fault, digits};

/// Bytes that are asked for at once; a record of the greatest length fits twice.
const BLOCK_BYTES: usize = 256 * 1024;

/// A stream, a block of which is in memory.
#[derive(Debug)]
pub(crate) struct Frames<R> {
    input: R,
    block: Vec<u8>,
    /// What of the block is not used up.
    start: usize,
    end: usize,
    /// Of the input, where the block starts.
    offset: u64,
    is_at_end: bool,
    /// What the input said behind what is in memory, when there were records to hand out first.
    failure: Option<Error>,
}

/// Frames that are handed out together, in the block in which they were read.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) block: Vec<u8>,
    /// Where in the block the first begins.
    pub(crate) start: usize,
    /// Where each of them ends.
    pub(crate) ends: Vec<usize>,
    /// Of the input, where the block begins.
    pub(crate) offset: u64,
}

/// What the next bytes are.
#[derive(Debug)]
pub(crate) enum Next {
    /// A record of so many bytes, which [`Frames::take`] hands out.
    Frame(usize),
    /// There are no more bytes.
    End,
    /// What stands here is no record that ends where it says.
    Fault(Fault),
}

impl<R: Read> Frames<R> {
    pub(crate) fn new(input: R) -> Self {
        Self::with_block(input, BLOCK_BYTES)
    }

    /// With blocks of so many bytes, in which the longest record should fit.
    pub(crate) fn with_block(input: R, bytes: usize) -> Self {
        let block = vec![0; bytes];
        Self { input, block, start: 0, end: 0, offset: 0, is_at_end: false, failure: None }
    }

    pub(crate) fn get_ref(&self) -> &R {
        &self.input
    }

    /// Of the input, where the next record begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset + self.start as u64
    }

    /// What is in memory from there on.
    #[inline(always)]
    pub(crate) fn ahead(&self) -> &[u8] {
        &self.block[self.start..self.end]
    }

    /// Hands out the next bytes, which have to be in memory.
    #[inline(always)]
    pub(crate) fn take(&mut self, n: usize) -> &[u8] {
        let taken = &self.block[self.start..self.start + n];
        self.start += n;
        taken
    }

    /// Hands out the records that are in memory, with the block, and goes on in the one that `run` had:
    /// only what is behind the last of them is copied. `false` if the next is no record for all one can
    /// see without looking into it, or if there is none.
    pub(crate) fn take_run(&mut self, run: &mut Run) -> Result<bool, Error> {
        if self.failure.is_none() {
            self.failure = self.reach(self.block.len()).err();
        }
        run.ends.clear();
        let mut next = self.start;
        while let Some(end) = self.hop(next) {
            run.ends.push(end);
            next = end;
        }
        let rest = &self.block[next..self.end];
        if run.block.len() != self.block.len() {
            // Zeros from the allocator cost nothing until they are written over.
            run.block = vec![0; self.block.len()];
        }
        run.block[..rest.len()].copy_from_slice(rest);
        std::mem::swap(&mut run.block, &mut self.block);
        (run.start, run.offset) = (self.start, self.offset);
        self.offset += next as u64;
        (self.start, self.end) = (0, self.end - next);
        match self.failure.take_if(|_| run.ends.is_empty()) {
            Some(error) => Err(error),
            None => Ok(!run.ends.is_empty()),
        }
    }

    /// Where the record that begins at `start` of the block ends, if it does so in the block.
    #[inline]
    fn hop(&self, start: usize) -> Option<usize> {
        let ahead = &self.block[start..self.end];
        if ahead.len() < MIN_RECORD_BYTES {
            return None;
        }
        let length = length_of(ahead).ok()?;
        (ahead.get(length - 1) == Some(&RECORD_TERMINATOR)).then_some(start + length)
    }

    /// Looks at the next record.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<Next, Error> {
        if self.ahead().len() < MIN_RECORD_BYTES && !self.reach(MIN_RECORD_BYTES)? {
            let found = self.ahead().len();
            return Ok(match found {
                0 => Next::End,
                _ => Next::Fault(first_fault(self.ahead(), MIN_RECORD_BYTES)),
            });
        }
        let length = match length_of(self.ahead()) {
            Ok(length) => length,
            Err(fault) => return Ok(Next::Fault(fault)),
        };
        if self.ahead().len() < length && !self.reach(length)? {
            let found = self.ahead().len();
            return Ok(Next::Fault(Fault::Truncated { wanted: length, found }));
        }
        Ok(match check_end(&self.ahead()[..length]) {
            Ok(()) => Next::Frame(length),
            Err(fault) => Next::Fault(fault),
        })
    }

    /// Has at least `wanted` bytes in memory; `false` if the input has no more.
    #[cold]
    pub(crate) fn reach(&mut self, wanted: usize) -> Result<bool, Error> {
        if wanted > self.block.len() - self.start {
            self.block.copy_within(self.start..self.end, 0);
            self.offset += self.start as u64;
            self.end -= self.start;
            self.start = 0;
            if wanted > self.block.len() {
                self.block.resize(wanted.next_multiple_of(BLOCK_BYTES), 0);
            }
        }
        while self.end - self.start < wanted && !self.is_at_end {
            match self.input.read(&mut self.block[self.end..]) {
                Ok(0) => self.is_at_end = true,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(Error::Read { offset: self.offset + self.end as u64, source });
                }
            }
        }
        Ok(self.end - self.start >= wanted)
    }
}

/// What is wrong with an input that ends before a record could.
fn first_fault(rest: &[u8], wanted: usize) -> Fault {
    let digits = &rest[..rest.len().min(5)];
    if digits.iter().all(u8::is_ascii_digit) {
        Fault::Truncated { wanted, found: rest.len() }
    } else {
        Fault::NoLength { found: digits.to_vec() }
    }
}

/// The length that a record begins with.
#[inline(always)]
pub(crate) fn length_of(bytes: &[u8]) -> Result<usize, Fault> {
    let digits = *bytes.first_chunk::<5>().expect("as long as the shortest record");
    match digits::parse(digits) {
        Some(length) if length as usize >= MIN_RECORD_BYTES => Ok(length as usize),
        Some(length) => Err(Fault::TooShort { length: length as usize }),
        None => Err(Fault::NoLength { found: digits.to_vec() }),
    }
}

/// That a record ends where its length says, and not before.
#[inline(always)]
pub(crate) fn check_end(frame: &[u8]) -> Result<(), Fault> {
    let length = frame.len();
    match memchr(RECORD_TERMINATOR, frame) {
        Some(at) if at + 1 == length => Ok(()),
        Some(at) if frame[length - 1] == RECORD_TERMINATOR => {
            Err(Fault::InnerRecordTerminator { at, length })
        }
        _ => Err(Fault::NoRecordTerminator { length }),
    }
}

/// That `bytes` are one record from end to end.
pub(crate) fn check_frame(bytes: &[u8]) -> Result<(), Fault> {
    if bytes.len() < MIN_RECORD_BYTES {
        return Err(first_fault(bytes, MIN_RECORD_BYTES));
    }
    let length = length_of(bytes)?;
    match bytes.get(..length) {
        None => Err(Fault::Truncated { wanted: length, found: bytes.len() }),
        Some(frame) => {
            check_end(frame)?;
            if bytes.len() > length {
                Err(Fault::Unclaimed { bytes: bytes.len() - length })
            } else {
                Ok(())
            }
        }
    }
}
