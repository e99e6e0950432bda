//! From the bytes of a field to text.

use std::borrow::Cow;

use crate::{Coding, Fault, Tag, marc8};

/// The text of `bytes`, which belong to a field of `tag`.
#[inline]
pub(crate) fn decode(tag: Tag, coding: Coding, bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    match (coding, std::str::from_utf8(bytes)) {
        (Coding::Utf8, Ok(text)) => Ok(Cow::Borrowed(text)),
        (Coding::Utf8, Err(error)) => Err(Fault::NotUtf8 { tag, at: error.valid_up_to() }),
        (Coding::Marc8, text) => match text {
            Ok(text) if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                Ok(Cow::Borrowed(text))
            }
            _ => marc8::decode(tag, bytes).map(Cow::Owned),
        },
    }
}
