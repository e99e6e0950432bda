//! Many records in a few buffers.

use crate::entry::Entry;
use crate::frames::{Run, check_end};
use crate::leader::LEADER_BYTES;
use crate::mode::{Marc8, Mode};
use crate::repair::guess_control_number;
use crate::{Coding, Error, Fault, Leader, Place, Problem, Reader, Record, RecordRef, parse};

/// Records that a [`ParallelReader`](crate::ParallelReader) has read, in order.
///
/// They share one buffer, and nothing is allocated for one of them, but for those that were repaired or
/// decoded.
#[derive(Debug, Default)]
pub struct Batch {
    run: Run,
    entries: Vec<Entry>,
    parts: Vec<Part>,
    /// Records that are not as they were found.
    others: Vec<Record>,
    /// With indices from the batch's beginning on, as nobody knows yet how many were before.
    problems: Vec<Problem>,
    /// What is wrong with the record behind the last, and which it is.
    error: Option<(Place, Fault)>,
    /// How many records there were, with those that are left out.
    n_found: u64,
}

#[derive(Debug)]
enum Part {
    /// Where a frame begins and ends, and its first and last entry.
    Whole([usize; 2], [usize; 2]),
    /// One of the others.
    Other(usize),
}

impl Batch {
    /// How many records it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// A record, by its index in the batch.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<RecordRef<'_>> {
        self.parts.get(index).map(|part| self.view(part))
    }

    /// The records, in order.
    pub fn records(&self) -> impl ExactSizeIterator<Item = RecordRef<'_>> {
        self.parts.iter().map(|part| self.view(part))
    }

    #[inline]
    fn view(&self, part: &Part) -> RecordRef<'_> {
        match *part {
            Part::Whole([start, end], [first, last]) => {
                let bytes = &self.run.block[start..end];
                let leader = *bytes.first_chunk::<LEADER_BYTES>().expect("it was parsed");
                let entries = &self.entries[first..last];
                RecordRef { leader: Leader::found(leader), bytes, entries, is_whole: true }
            }
            Part::Other(other) => self.others[other].view(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.run.ends.clear();
        self.entries.clear();
        self.parts.clear();
        self.others.clear();
        self.problems.clear();
        self.error = None;
        self.n_found = 0;
    }

    /// Where frames go that are to be parsed.
    pub(crate) fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    /// How much was wrong so far.
    pub(crate) fn n_problems(&self) -> usize {
        self.problems.len()
    }

    /// Makes records of the frames: all, or those before the first that is none.
    pub(crate) fn parse(&mut self, mode: Mode) {
        let mut start = self.run.start;
        for index in 0..self.run.ends.len() {
            let end = self.run.ends[index];
            match self.parse_one(mode, start, end) {
                Ok(part) => {
                    self.parts.push(part);
                    self.n_found += 1;
                }
                Err(_) if mode.is_lenient => self.recover(mode, start, end),
                Err(fault) => {
                    let place = Place {
                        record: self.n_found,
                        offset: self.run.offset + start as u64,
                        control_number: guess_control_number(&self.run.block[start..end]),
                    };
                    self.error = Some((place, fault));
                    return;
                }
            }
            start = end;
        }
    }

    #[inline]
    fn parse_one(&mut self, mode: Mode, start: usize, end: usize) -> Result<Part, Fault> {
        let frame = &self.run.block[start..end];
        check_end(frame)?;
        let first = self.entries.len();
        let leader = parse::parse(frame, &mut self.entries)?;
        parse::check_content(&leader, frame, &self.entries[first..])?;
        if leader.coding() == Coding::Marc8 && mode.marc8 != Marc8::Keep {
            let mut record = Record::new();
            mode.strict(frame, &mut record)?;
            self.others.push(record);
            return Ok(Part::Other(self.others.len() - 1));
        }
        Ok(Part::Whole([start, end], [first, self.entries.len()]))
    }

    /// What a lenient reader makes of a frame: one record, none, or several.
    #[cold]
    fn recover(&mut self, mode: Mode, start: usize, end: usize) {
        let mut reader = Reader::with_mode(&self.run.block[start..end], mode);
        // Memory can be read, and of what is in it nothing is an error.
        for record in reader.by_ref().map_while(Result::ok) {
            self.parts.push(Part::Other(self.others.len()));
            self.others.push(record);
        }
        for mut problem in reader.take_problems() {
            problem.place.record += self.n_found;
            problem.place.offset += self.run.offset + start as u64;
            self.problems.push(problem);
        }
        self.n_found += reader.n_found();
    }

    /// What was found, for who knows how many records were before.
    pub(crate) fn take_findings(
        &mut self,
        n_before: u64,
        problems: &mut Vec<Problem>,
    ) -> Result<u64, Error> {
        for mut problem in self.problems.drain(..) {
            problem.place.record += n_before;
            problems.push(problem);
        }
        match self.error.take() {
            None => Ok(self.n_found),
            Some((mut place, fault)) => {
                place.record += n_before;
                Err(Error::record(place, fault))
            }
        }
    }

    /// Adds what came of bytes that are no frame, before there are frames.
    pub(crate) fn push_recovered(
        &mut self,
        record: Option<Record>,
        problem: Problem,
        is_record: bool,
    ) {
        debug_assert!(self.run.ends.is_empty(), "frames are parsed later");
        let place = Place { record: self.n_found, ..problem.place };
        self.problems.push(Problem { place, ..problem });
        if let Some(record) = record {
            self.parts.push(Part::Other(self.others.len()));
            self.others.push(record);
        }
        self.n_found += u64::from(is_record);
    }

    /// Ends the batch with an error.
    pub(crate) fn fail(&mut self, place: Place, fault: Fault) {
        self.error = Some((Place { record: self.n_found, ..place }, fault));
    }
}
