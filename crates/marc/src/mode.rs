//! How readers take what they find.

use crate::repair::repair;
use crate::{Coding, Fault, Outcome, Record};

/// What a reader does with records in MARC-8, the coding before Unicode (leader position 9 is not `a`).
/// Those of which all text is plain ASCII are the same in both and are taken in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Marc8 {
    /// Keeps the record as it is, byte for byte: [`Subfield::text`](crate::Subfield::text) decodes, and a
    /// writer writes MARC-8 again.
    #[default]
    Keep,
    /// Makes a record in UTF-8 of it; an error for text that cannot be decoded.
    Decode,
    /// Returns [`Fault::Marc8Refused`].
    Refuse,
}

/// What all readers have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mode {
    pub(crate) is_lenient: bool,
    pub(crate) marc8: Marc8,
}

impl Mode {
    /// Makes `record` the one of a frame that ends with its one record terminator; empty after an error.
    #[inline]
    pub(crate) fn strict(self, frame: &[u8], record: &mut Record) -> Result<(), Fault> {
        record.set_whole(frame, true)?;
        if record.coding() == Coding::Utf8 || self.marc8 == Marc8::Keep {
            return Ok(());
        }
        let result = self.recode(record);
        if result.is_err() {
            record.clear();
        }
        result
    }

    /// Makes `record` what can be made of a frame; `fault` is why it is none as it stands. Empty when
    /// nothing can.
    #[cold]
    pub(crate) fn lenient(
        self,
        frame: &[u8],
        fault: &Fault,
        record: &mut Record,
    ) -> Option<Outcome> {
        let outcome = match record.set_whole(frame, false) {
            Ok(()) if fault.is_about_content() => Outcome::Kept,
            _ if repair(frame, record) => Outcome::Repaired,
            _ => {
                record.clear();
                return None;
            }
        };
        if self.recode(record).is_err() && self.marc8 == Marc8::Refuse {
            record.clear();
            return None;
        }
        Some(outcome)
    }

    fn recode(self, record: &mut Record) -> Result<(), Fault> {
        match self.marc8 {
            _ if record.coding() == Coding::Utf8 => Ok(()),
            Marc8::Keep => Ok(()),
            Marc8::Decode => record.decode_marc8(),
            Marc8::Refuse if record.is_plain_ascii() => Ok(()),
            Marc8::Refuse => Err(Fault::Marc8Refused),
        }
    }
}
