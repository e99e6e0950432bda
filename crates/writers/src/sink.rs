//! The contract that every back end keeps.

use std::fmt::Debug;

use crate::WriteError;

/// Takes the bytes of one file, in order.
///
/// After a [transient](WriteError::is_transient) error the sink stands behind the last byte that it
/// [accepted](WriteError::accepted), and takes the rest when it is offered again. After any other
/// error it takes no more: what remains is to abort it, or to drop it, which does the same without a
/// word about success.
///
/// A byte that was accepted may still lie in a buffer. That it was lost is then an error of a later
/// call, and a final one: the file is not finished, so none of the others matters either.
pub trait Sink: Debug + Send {
    /// Takes all of `bytes`.
    ///
    /// # Errors
    /// [`WriteError`], with the number of bytes of this call that were taken before it.
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError>;

    /// Makes the file visible, as durable as was asked for.
    ///
    /// # Errors
    /// [`WriteError`]; the file is then not there.
    fn finish(self: Box<Self>) -> Result<Written, WriteError>;

    /// Leaves nothing behind.
    ///
    /// # Errors
    /// [`WriteError`] where something could not be removed.
    fn abort(self: Box<Self>) -> Result<(), WriteError>;
}

/// What a finished sink vouches for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The length of the file in bytes.
    pub bytes: u64,
    /// The xxh3 (64 bits, seed 0) of the file, where a [`Checksum`](crate::Checksum) is in the
    /// stack.
    pub xxh3: Option<u64>,
    /// Whether the bytes went past the page cache, all but those behind the last border of a block:
    /// only where [`Direct`](crate::Direct) wrote them and the file system let it.
    pub direct: bool,
}

impl Written {
    /// A file of `bytes` bytes, of unknown checksum, written through the page cache.
    pub fn new(bytes: u64) -> Self {
        Self { bytes, xxh3: None, direct: false }
    }
}
