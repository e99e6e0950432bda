//! What a field is called.

use std::fmt;

use crate::Fault;

/// The name of a field: three ASCII digits or letters.
///
/// ```
/// use inrush_marc::Tag;
///
/// let title = Tag::new("245")?;
/// assert_eq!(title.as_str(), "245");
/// assert!(!title.is_control());
/// assert!(Tag::new("24é").is_err());
/// # Ok::<(), inrush_marc::Fault>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; 3]);

impl Tag {
    pub(crate) const CONTROL_NUMBER: Self = Self(*b"001");

    /// The tag that `text` spells.
    ///
    /// # Errors
    /// [`Fault::BadTag`] if it is not three ASCII digits or letters.
    #[inline]
    pub fn new(text: &str) -> Result<Self, Fault> {
        let tag = text.as_bytes().try_into().ok().and_then(Self::from_bytes);
        tag.ok_or_else(|| Fault::BadTag { found: text.to_owned() })
    }

    /// The tag of three bytes, unless one is neither an ASCII digit nor an ASCII letter.
    #[inline(always)]
    #[must_use]
    pub fn from_bytes(bytes: [u8; 3]) -> Option<Self> {
        bytes.iter().all(u8::is_ascii_alphanumeric).then_some(Self(bytes))
    }

    /// Its three bytes.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> [u8; 3] {
        self.0
    }

    /// Its three characters.
    ///
    /// # Panics
    /// Never: every tag is ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a tag is ASCII")
    }

    /// Whether its fields are control fields (`00X`), which have neither indicators nor subfields.
    #[inline(always)]
    #[must_use]
    pub fn is_control(self) -> bool {
        self.0[0] == b'0' && self.0[1] == b'0'
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}
