//! The bytes of an object, in order, fetched some pieces ahead.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures_util::{StreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, ObjectMeta};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinSet;

use super::failure::failure;
use super::location::Client;
use super::runtime::wait;
use super::store::Shared;
use crate::{Action, WriteError};

/// How many bytes one request asks for.
///
/// A request has a time limit, so a long object is not read by one.
const PIECE_BYTES: u64 = 4 << 20;

/// How many pieces are on their way at once.
const PIECES_AHEAD: usize = 4;

/// Reads an object from its first byte to its last, in at most 24 MiB of memory.
///
/// An error names the URL of the object, and the read cannot go on after it. An object that is
/// replaced while it is read is such an error.
#[derive(Debug)]
pub struct ObjectReader {
    url: String,
    /// How many bytes have not been fetched.
    left: u64,
    piece: Bytes,
    pieces: Receiver<object_store::Result<Bytes>>,
    /// The task that fetches the pieces, which ends with this value.
    _fetch: JoinSet<()>,
    /// The threads that run it.
    _shared: Arc<Shared>,
}

impl ObjectReader {
    /// Reads the object that `meta` describes.
    pub(super) fn new(shared: Arc<Shared>, url: String, meta: ObjectMeta) -> Self {
        let (sender, pieces) = channel(1);
        let left = meta.size;
        let client = shared.client.clone();
        let fetch_all = async move {
            let ranges = (0..meta.size).step_by(PIECE_BYTES as usize);
            let fetches = ranges.map(|start| {
                let range = start..meta.size.min(start + PIECE_BYTES);
                fetch(client.clone(), meta.location.clone(), range, meta.e_tag.clone())
            });
            let mut pieces = stream::iter(fetches).buffered(PIECES_AHEAD);
            while let Some(piece) = pieces.next().await {
                let is_last = piece.is_err();
                if sender.send(piece).await.is_err() || is_last {
                    break;
                }
            }
        };
        let mut fetching = JoinSet::new();
        fetching.spawn_on(fetch_all, shared.runtime.handle());
        Self { url, left, piece: Bytes::new(), pieces, _fetch: fetching, _shared: shared }
    }

    /// The next piece as it was fetched, and one of no bytes at the end.
    pub(super) fn next_piece(&mut self) -> Result<Bytes, WriteError> {
        if self.left == 0 {
            return Ok(Bytes::new());
        }
        match wait(self.pieces.recv()) {
            Some(Ok(piece)) => {
                self.left = self.left.saturating_sub(piece.len() as u64);
                Ok(piece)
            }
            Some(Err(error)) => Err(failure(Action::Read, &self.url, error)),
            None => Err(self.cut_off()),
        }
    }

    #[cold]
    fn cut_off(&self) -> WriteError {
        let message = format!("ended {} bytes before its end", self.left);
        let source = io::Error::new(io::ErrorKind::UnexpectedEof, message);
        WriteError::new(Action::Read, self.url.as_ref(), source)
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() {
            let next = self.next_piece();
            self.piece = next.map_err(|error| io::Error::new(error.source.kind(), error))?;
        }
        let n = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..n]);
        Ok(n)
    }
}

async fn fetch(
    client: Client,
    path: Path,
    range: Range<u64>,
    e_tag: Option<String>,
) -> object_store::Result<Bytes> {
    let expected = range.end - range.start;
    let options = GetOptions::new().with_range(Some(range)).with_if_match(e_tag);
    let piece = client.get_opts(&path, options).await?.bytes().await?;
    if piece.len() as u64 == expected {
        return Ok(piece);
    }
    let source = format!("{} bytes came where {expected} were asked for", piece.len()).into();
    Err(object_store::Error::Generic { store: "reader", source })
}
