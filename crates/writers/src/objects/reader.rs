//! The bytes of an object, while they arrive.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use object_store::GetResult;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinSet;

use super::failure::failure;
use super::runtime::wait;
use super::store::Shared;
use crate::{Action, WriteError};

/// How many pieces may wait for their reader. The client decides how long one is: some hundreds of
/// KiB at most.
const PIECES_AHEAD: usize = 4;

/// Reads an object from its first byte to its last.
///
/// A connection that breaks is taken up again where it broke, within the attempts of the store. An
/// error names the URL of the object, and the read cannot go on after it.
#[derive(Debug)]
pub struct ObjectReader {
    url: String,
    /// How many bytes are still to come.
    left: u64,
    piece: Bytes,
    pieces: Receiver<object_store::Result<Bytes>>,
    /// The task that fetches the pieces, which ends with this value.
    _fetch: JoinSet<()>,
    /// The threads that run it.
    _shared: Arc<Shared>,
}

impl ObjectReader {
    pub(super) fn new(shared: Arc<Shared>, url: String, got: GetResult) -> Self {
        let left = got.range.end - got.range.start;
        let mut stream = got.into_stream();
        let (sender, pieces) = channel(PIECES_AHEAD);
        let mut fetch = JoinSet::new();
        let pump = async move {
            while let Some(piece) = stream.next().await {
                if sender.send(piece).await.is_err() {
                    break;
                }
            }
        };
        fetch.spawn_on(pump, shared.runtime.handle());
        Self { url, left, piece: Bytes::new(), pieces, _fetch: fetch, _shared: shared }
    }
}

impl ObjectReader {
    #[cold]
    fn cut_off(&self) -> io::Error {
        let message = format!("ended {} bytes before its end", self.left);
        let source = io::Error::new(io::ErrorKind::UnexpectedEof, message);
        let error = WriteError::new(Action::Read, self.url.as_ref(), source);
        io::Error::new(io::ErrorKind::UnexpectedEof, error)
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match wait(self.pieces.recv()) {
                Some(Ok(piece)) => {
                    self.left = self.left.saturating_sub(piece.len() as u64);
                    self.piece = piece;
                }
                Some(Err(error)) => {
                    let error = failure(Action::Read, &self.url, error);
                    return Err(io::Error::new(error.source.kind(), error));
                }
                None if self.left == 0 => return Ok(0),
                None => return Err(self.cut_off()),
            }
        }
        let n = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..n]);
        Ok(n)
    }
}
