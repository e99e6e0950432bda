//! The checksum is that of the bytes which the sink inside has taken.

use std::io;
use std::path::Path;

use inrush_writers::{Action, Checksum, MemoryStore, Null, Sink, WriteError, Written};
use proptest::collection::vec;
use proptest::prelude::*;
use twox_hash::XxHash3_64;

proptest! {
    #[test]
    fn the_checksum_of_any_chunking_is_that_of_the_whole(
        chunks in vec(vec(any::<u8>(), 0..600), 0..40),
    ) {
        let mut sink = Box::new(Checksum::new(Box::new(Null::default())));
        for chunk in &chunks {
            sink.write(chunk).unwrap();
        }
        let whole = chunks.concat();
        let written = sink.finish().unwrap();
        prop_assert_eq!(written.bytes, whole.len() as u64);
        prop_assert_eq!(written.xxh3, Some(XxHash3_64::oneshot(&whole)));
    }

    #[test]
    fn after_a_write_error_only_what_was_accepted_is_hashed(
        before in vec(any::<u8>(), 0..600),
        refused in vec(any::<u8>(), 1..600),
        part in 0.0..1.0,
        after in vec(any::<u8>(), 0..600),
    ) {
        let accepted = (refused.len() as f64 * part) as usize;
        let store = MemoryStore::default();
        let inner = Once { left: Some((before.len(), accepted)), inner: store.sink("file") };
        let mut sink = Box::new(Checksum::new(Box::new(inner)));
        sink.write(&before).unwrap();
        let error = sink.write(&refused).unwrap_err();
        prop_assert_eq!(error.accepted, accepted);
        sink.write(&after).unwrap();
        let taken = [&before[..], &refused[..accepted], &after[..]].concat();
        let written = sink.finish().unwrap();
        prop_assert_eq!(written.xxh3, Some(XxHash3_64::oneshot(&taken)));
        prop_assert_eq!(store.get("file"), Some(taken));
    }
}

/// Fails once, after a number of bytes and so many more, and then goes on: a sink that allows a
/// retry.
#[derive(Debug)]
struct Once<S> {
    left: Option<(usize, usize)>,
    inner: S,
}

impl<S: Sink> Sink for Once<S> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        match &mut self.left {
            Some((0, accepted)) if !bytes.is_empty() => {
                let accepted = *accepted;
                self.left = None;
                self.inner.write(&bytes[..accepted])?;
                let source = io::Error::other("once");
                let error = WriteError::new(Action::Write, Path::new("file"), source);
                Err(WriteError { accepted, ..error })
            }
            left => {
                if let Some((before, _)) = left {
                    *before -= bytes.len();
                }
                self.inner.write(bytes)
            }
        }
    }

    fn finish(self: Box<Self>) -> Result<Written, WriteError> {
        Box::new(self.inner).finish()
    }

    fn abort(self: Box<Self>) -> Result<(), WriteError> {
        Box::new(self.inner).abort()
    }
}
