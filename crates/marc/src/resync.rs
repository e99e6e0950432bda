//! Finding the next record where one does not end as its length says.

use std::io::Read;

use memchr::memchr;

use crate::frames::Frames;
use crate::marks::RECORD_TERMINATOR;
use crate::mode::Mode;
use crate::repair::{is_leader, next_leader};
use crate::{Error, Fault, Outcome, Record};

/// Bytes without a record terminator after which nobody looks for a record in them any more.
const HOPELESS_BYTES: usize = 1 << 20;

/// Uses up the bytes up to the next record and makes of them what can be made; whether they were a
/// record of a kind, and not just bytes between two.
pub(crate) fn resync<R: Read>(
    frames: &mut Frames<R>,
    mode: Mode,
    fault: &Fault,
    record: &mut Record,
) -> Result<(bool, Outcome), Error> {
    let n_between = frames.ahead().iter().take_while(|&&byte| is_between(byte)).count();
    if n_between > 0 {
        frames.take(n_between);
        return Ok((false, Outcome::Skipped { bytes: n_between }));
    }
    if let Fault::InnerRecordTerminator { at, length } = *fault
        && !is_leader(&frames.ahead()[at + 1..])
    {
        return Ok((true, attempt(frames, mode, fault, record, length)));
    }
    let mut skipped = 0;
    loop {
        if let Some(at) = memchr(RECORD_TERMINATOR, frames.ahead()) {
            if skipped > 0 {
                frames.take(at + 1);
                return Ok((true, Outcome::Skipped { bytes: skipped + at + 1 }));
            }
            return Ok((true, attempt(frames, mode, fault, record, at + 1)));
        }
        let n_ahead = frames.ahead().len();
        if n_ahead >= HOPELESS_BYTES {
            frames.take(n_ahead);
            skipped += n_ahead;
        } else if !frames.reach(n_ahead + 1)? {
            frames.take(n_ahead);
            return Ok((true, Outcome::Skipped { bytes: skipped + n_ahead }));
        }
    }
}

/// What some systems put between records or behind the last.
fn is_between(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b' ' | 0 | 0x1a)
}

/// Makes what can be made of the next `length` bytes. If that is nothing, and another record begins
/// within them, reading goes on there.
pub(crate) fn attempt<R: Read>(
    frames: &mut Frames<R>,
    mode: Mode,
    fault: &Fault,
    record: &mut Record,
    length: usize,
) -> Outcome {
    let frame = &frames.ahead()[..length];
    if let Some(outcome) = mode.lenient(frame, fault, record) {
        frames.take(length);
        return outcome;
    }
    let bytes = next_leader(frame).unwrap_or(length);
    frames.take(bytes);
    Outcome::Skipped { bytes }
}
