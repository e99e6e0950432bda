//! An object as a stream: what reads and seeks like a file.

use std::io::{self, Read, Seek, SeekFrom};

use crate::Spec;
use crate::spec::BLOCK_BYTES;

/// Reads an object from its beginning to its end, in pieces of any size.
///
/// Pieces shorter than a block of 4 KiB come out of one that is kept, so that each is generated
/// once. Everything else goes straight into the caller's buffer.
///
/// ```
/// use std::io::{Read, Seek, SeekFrom};
/// use inrush_bytes::{Spec, Stream};
///
/// let mut stream = Stream::new(Spec::new(1_000_000));
/// stream.seek(SeekFrom::End(-5))?;
/// let mut tail = Vec::new();
/// stream.read_to_end(&mut tail)?;
/// assert_eq!(tail.len(), 5);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    spec: Spec,
    position: u64,
    kept: Option<Kept>,
}

/// A part of the object that was generated ahead of the reader.
#[derive(Clone, Debug)]
struct Kept {
    start: u64,
    bytes: Box<[u8; BLOCK_BYTES]>,
}

impl Stream {
    /// The object of `spec`, from its beginning.
    pub fn new(spec: Spec) -> Self {
        Self { spec, position: 0, kept: None }
    }

    /// The specification.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The offset of the next byte to be read; past the end after a seek to there.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether nothing is left to be read.
    pub fn is_complete(&self) -> bool {
        self.position >= self.spec.size()
    }

    /// Goes back to the beginning.
    pub fn reset(&mut self) {
        self.position = 0;
    }

    /// Goes back to the beginning of the same object of another seed.
    pub fn set_seed(&mut self, seed: u64) {
        *self = Self::new(self.spec.with_seed(seed));
    }

    /// Writes the next bytes, and returns how many: all of `out`, or as many as are left.
    ///
    /// An empty `out` takes none, at the end and before it: [`is_complete`](Self::is_complete)
    /// tells the two apart.
    pub fn fill_chunk(&mut self, out: &mut [u8]) -> usize {
        let n = if out.len() < BLOCK_BYTES {
            self.fill_from_kept(out)
        } else {
            self.spec.fill_at(self.position, out)
        };
        self.position += n as u64;
        n
    }

    fn fill_from_kept(&mut self, out: &mut [u8]) -> usize {
        let n = self.spec.n_from(self.position, out.len());
        let mut filled = 0;
        while filled < n {
            let at = self.position + filled as u64;
            let start = at - at % BLOCK_BYTES as u64;
            let kept = match &mut self.kept {
                Some(kept) if kept.start == start => kept,
                kept => {
                    let mut bytes = match kept.take() {
                        Some(old) => old.bytes,
                        None => Box::new([0; BLOCK_BYTES]),
                    };
                    self.spec.fill_at(start, &mut *bytes);
                    kept.insert(Kept { start, bytes })
                }
            };
            let from = (at - start) as usize;
            let some = (n - filled).min(BLOCK_BYTES - from);
            out[filled..filled + some].copy_from_slice(&kept.bytes[from..from + some]);
            filled += some;
        }
        n
    }
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        Ok(self.fill_chunk(out))
    }
}

impl Seek for Stream {
    /// Goes to an offset, which may lie past the end: nothing is read there.
    ///
    /// # Errors
    /// Where the offset is negative or above `u64::MAX`.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.spec.size().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| {
            let message = format!("seek to {to:?} from {} is out of range", self.position);
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        Ok(self.position)
    }
}
