//! Records from a `Read`, one behind the other.

use std::io::Read;
use std::iter::FusedIterator;

use crate::frames::{Frames, Next};
use crate::mode::{Marc8, Mode};
use crate::repair::guess_control_number;
use crate::resync::{attempt, resync};
use crate::{Error, Fault, Outcome, Place, Problem, Record};

/// Reads records one behind the other.
///
/// Strict, as it is made: leader, directory and data must agree to the byte, and what says that it is
/// UTF-8 must be. A record that is not so is an error with its index, its offset and its control number;
/// if its end is where it should be, reading goes on behind it.
///
/// Lenient: what can be told is handed out, the rest is skipped, and [`problems`](Self::problems) lists
/// each record that was not as it should be. There is never a record without fields.
///
/// It reads blocks of 256 KiB and needs no buffered input.
///
/// ```
/// use inrush_marc::{Outcome, Reader, Record, generate};
///
/// let mut file = Vec::new();
/// for index in 0..3 {
///     generate(7, index).encode(&mut file)?;
/// }
/// file.truncate(file.len() - 10);
///
/// let mut reader = Reader::new(&file[..]).lenient();
/// let mut record = Record::new();
/// let mut n_records = 0;
/// while reader.read_into(&mut record)? {
///     n_records += 1;
/// }
/// assert_eq!(n_records, 2);
/// assert!(matches!(reader.problems()[0].outcome, Outcome::Skipped { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    frames: Frames<R>,
    mode: Mode,
    /// Of the next record.
    index: u64,
    problems: Vec<Problem>,
    has_stopped: bool,
}

impl<R: Read> Reader<R> {
    /// A strict reader that keeps MARC-8 as it is.
    pub fn new(input: R) -> Self {
        let frames = Frames::new(input);
        Self { frames, mode: Mode::default(), index: 0, problems: Vec::new(), has_stopped: false }
    }

    pub(crate) fn with_mode(input: R, mode: Mode) -> Self {
        Self { mode, ..Self::new(input) }
    }

    /// How many records there were, with those that were left out.
    pub(crate) fn n_found(&self) -> u64 {
        self.index
    }

    /// Hands out what it can, and lists what was wrong.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.mode.is_lenient = true;
        self
    }

    /// Does something else with MARC-8.
    #[must_use]
    pub fn marc8(mut self, marc8: Marc8) -> Self {
        self.mode.marc8 = marc8;
        self
    }

    /// Reads the next record into `record`, whose memory is used again; `false` if there is none, and
    /// `record` is then as it was.
    ///
    /// # Errors
    /// [`Error::Read`], after which the same record is tried again. Of a strict reader also
    /// [`Error::Record`], and [`Error::Stopped`] ever after if there was no telling where the next record
    /// begins.
    #[inline]
    pub fn read_into(&mut self, record: &mut Record) -> Result<bool, Error> {
        if self.has_stopped {
            return Err(Error::Stopped { offset: self.frames.offset() });
        }
        loop {
            match self.frames.peek()? {
                Next::Frame(length) => {
                    let frame = &self.frames.ahead()[..length];
                    let result = self.mode.strict(frame, record);
                    if let Err(fault) = result {
                        if !self.recover(length, fault, record)? {
                            continue;
                        }
                    } else {
                        self.frames.take(length);
                        self.index += 1;
                    }
                    return Ok(true);
                }
                Next::End => return Ok(false),
                Next::Fault(fault) if self.mode.is_lenient => {
                    if self.resync(fault, record)? {
                        return Ok(true);
                    }
                }
                Next::Fault(fault) => {
                    self.has_stopped = true;
                    let place = self.place();
                    return Err(Error::record(place, fault));
                }
            }
        }
    }

    /// Reads the next record.
    ///
    /// # Errors
    /// As [`read_into`](Self::read_into).
    pub fn read(&mut self) -> Result<Option<Record>, Error> {
        let mut record = Record::new();
        Ok(self.read_into(&mut record)?.then_some(record))
    }

    /// What was wrong so far; nothing, of a strict reader.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Hands out what was wrong so far, and forgets it.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// What is read from. It has been read from further than to the last record.
    #[must_use]
    pub fn get_ref(&self) -> &R {
        self.frames.get_ref()
    }

    /// Where in the input the next record begins, in bytes.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.frames.offset()
    }

    /// After a frame that is no record: an error, or what can be made of it; `false` for nothing.
    #[cold]
    fn recover(&mut self, length: usize, fault: Fault, record: &mut Record) -> Result<bool, Error> {
        let place = self.place();
        self.index += 1;
        if !self.mode.is_lenient {
            self.frames.take(length);
            return Err(Error::record(place, fault));
        }
        let outcome = attempt(&mut self.frames, self.mode, &fault, record, length);
        self.problems.push(Problem { place, fault, outcome });
        Ok(!matches!(outcome, Outcome::Skipped { .. }))
    }

    /// Where no record ends as it should: what can be made of the bytes up to the next one; `false` for
    /// nothing.
    #[cold]
    fn resync(&mut self, fault: Fault, record: &mut Record) -> Result<bool, Error> {
        let place = self.place();
        let (is_record, outcome) = resync(&mut self.frames, self.mode, &fault, record)?;
        self.index += u64::from(is_record);
        self.problems.push(Problem { place, fault, outcome });
        Ok(!matches!(outcome, Outcome::Skipped { .. }))
    }

    fn place(&self) -> Place {
        Place {
            record: self.index,
            offset: self.frames.offset(),
            control_number: guess_control_number(self.frames.ahead()),
        }
    }
}

/// The records up to the end. Behind an error that leaves no place to go on from, and behind one of the
/// input, there is nothing more.
impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_stopped {
            return None;
        }
        let result = self.read();
        self.has_stopped |= matches!(result, Err(Error::Read { .. }) | Ok(None));
        result.transpose()
    }
}

impl<R: Read> FusedIterator for Reader<R> {}
