//! The first 24 bytes of a record.

use std::fmt;

use crate::Fault;
use crate::digits;

/// Bytes in a leader.
pub(crate) const LEADER_BYTES: usize = 24;

/// How the text of a record is coded, by leader position 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `a`: UTF-8.
    Utf8,
    /// A blank, or anything else: MARC-8.
    Marc8,
}

/// What a record says about itself in its first 24 bytes.
///
/// | position | what | who sets it |
/// |---|---|---|
/// | 0 to 4 | length of the record, in bytes | the encoder |
/// | 5 | status (`n` new, `c` corrected, ...) | you |
/// | 6 | type (`a` language material, `c` music, ...) | you |
/// | 7 | level (`m` monograph, `s` serial, ...) | you |
/// | 8 | type of control | you |
/// | 9 | [`Coding`]: `a` for UTF-8, a blank for MARC-8 | the record |
/// | 10, 11 | lengths of indicators and of subfield codes: `22` | the encoder |
/// | 12 to 16 | where the data begins, in bytes | the encoder |
/// | 17 | encoding level | you |
/// | 18 | cataloguing form (`i` ISBD, `a` AACR2, ...) | you |
/// | 19 | multipart level | you |
/// | 20 to 23 | map of a directory's entry: `4500` | the encoder |
///
/// From the MARC 21 Format for Bibliographic Data of the Library of Congress, "Leader".
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leader([u8; LEADER_BYTES]);

impl Leader {
    /// A leader of these bytes.
    ///
    /// # Errors
    /// [`Fault::Leader`] if one that only you can set is no printable ASCII character. What the encoder
    /// sets is not looked at.
    pub fn new(bytes: [u8; LEADER_BYTES]) -> Result<Self, Fault> {
        let yours = (5..10).chain(17..20);
        for position in yours {
            let found = bytes[position];
            if !matches!(found, b' '..=b'~') {
                return Err(Fault::Leader {
                    position,
                    found,
                    wanted: "a printable ASCII character",
                });
            }
        }
        Ok(Self(bytes))
    }

    /// As it was found.
    #[inline(always)]
    pub(crate) fn found(bytes: [u8; LEADER_BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &[u8; LEADER_BYTES] {
        &self.0
    }

    /// Position 5: the record's status.
    #[must_use]
    pub fn status(&self) -> u8 {
        self.0[5]
    }

    /// Position 6: the type of what is described.
    #[must_use]
    pub fn kind(&self) -> u8 {
        self.0[6]
    }

    /// Position 7: the bibliographic level.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.0[7]
    }

    /// Position 9: how text is coded.
    #[inline]
    #[must_use]
    pub fn coding(&self) -> Coding {
        if self.0[9] == b'a' { Coding::Utf8 } else { Coding::Marc8 }
    }

    /// With a blank where something else stood than a printable ASCII character.
    pub(crate) fn printable(self) -> Self {
        Self(self.0.map(|byte| if matches!(byte, b' '..=b'~') { byte } else { b' ' }))
    }

    /// What the encoder does not set.
    pub(crate) fn yours(&self) -> [u8; 8] {
        [5, 6, 7, 8, 9, 17, 18, 19].map(|position: usize| self.0[position])
    }

    pub(crate) fn with_coding(mut self, coding: Coding) -> Self {
        self.0[9] = if coding == Coding::Utf8 { b'a' } else { b' ' };
        self
    }

    /// With what the encoder knows; both numbers have at most five digits.
    #[inline(always)]
    pub(crate) fn encoded(mut self, record_bytes: u32, base: u32) -> Self {
        self.0[..5].copy_from_slice(&digits::five(record_bytes));
        self.0[10..12].copy_from_slice(b"22");
        self.0[12..17].copy_from_slice(&digits::five(base));
        self.0[20..].copy_from_slice(b"4500");
        self
    }
}

impl Default for Leader {
    /// A new record of a printed monograph, in UTF-8 and by ISBD.
    fn default() -> Self {
        Self(*b"00000nam a2200000 i 4500")
    }
}

impl fmt::Display for Leader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.escape_ascii(), f)
    }
}

impl fmt::Debug for Leader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leader({self})")
    }
}
