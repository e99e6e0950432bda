//! The sink.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

use super::buffers::Buffer;
use super::failure::failure;
use super::part_sizes::part_bytes_at;
use super::store::Shared;
use super::upload::Upload;
use crate::{Action, Sink, WriteError, Written};

/// An object of an [`ObjectStore`](crate::ObjectStore) while it is written.
///
/// Nothing is seen under its name before it is finished; an object of that name stays until then.
/// Dropping it aborts what was begun, and waits for that, for at most the request timeout of the
/// store. Two things can leave an upload open, which S3 charges for: the end of the process, and an
/// answer to the very request that begins the upload that is lost on its way. A rule of the bucket
/// that aborts incomplete uploads after a day is the remedy for both.
///
/// An answer that is lost can also hide a success. S3 gives the same answer again to a request that
/// completes an upload; with a server that does not, [`finish`](Sink::finish) fails though the
/// object is there.
///
/// A part that fails for good is reported by the next call. The object is then lost, and the store
/// has tried again already, so no error is transient.
#[derive(Debug)]
pub struct Object {
    url: String,
    path: Path,
    /// The bytes that are not on their way yet.
    part: Buffer,
    /// How long `part` may get.
    part_bytes: usize,
    /// How many parts went before it.
    parts_sent: usize,
    bytes: u64,
    /// Whether bytes were lost, so that the object may not be finished.
    failed: bool,
    /// Present from the second part on, until it is completed or aborted.
    upload: Option<Upload>,
    shared: Arc<Shared>,
}

impl Object {
    pub(super) fn new(shared: Arc<Shared>, url: String, path: Path) -> Self {
        Self {
            url,
            path,
            part: shared.buffers.take(),
            part_bytes: shared.part_bytes,
            parts_sent: 0,
            bytes: 0,
            failed: false,
            upload: None,
            shared,
        }
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), WriteError> {
        if self.failed {
            let source = io::Error::other("written to after an error");
            return Err(WriteError::new(Action::Write, self.url.as_ref(), source));
        }
        if let Some(error) = self.upload.as_ref().and_then(Upload::failure) {
            return Err(failure(Action::Write, &self.url, error));
        }
        while !bytes.is_empty() {
            // A full part is kept until there is more, so that an object of one part is sent whole.
            if self.part.len() == self.part_bytes {
                self.send_part()?;
            }
            let n = bytes.len().min(self.part_bytes - self.part.len());
            let (head, tail) = bytes.split_at(n);
            self.part.push(head, self.part_bytes);
            self.bytes += n as u64;
            bytes = tail;
        }
        Ok(())
    }

    /// Puts the part on its way, as soon as the store may have one more there.
    fn send_part(&mut self) -> Result<(), WriteError> {
        let Some(next_bytes) = part_bytes_at(self.shared.part_bytes, self.parts_sent + 1) else {
            let message = "an object has at most 10,000 parts; set larger ones";
            let source = io::Error::new(io::ErrorKind::FileTooLarge, message);
            return Err(WriteError::new(Action::Write, self.url.as_ref(), source));
        };
        if self.upload.is_none() {
            self.upload = Some(self.begin()?);
        }
        let permit = self.shared.permit_for(self.part.len());
        let part = self.take_part();
        let Some(upload) = &mut self.upload else { unreachable!("it was begun above") };
        if let Some(error) = upload.failure() {
            return Err(failure(Action::Write, &self.url, error));
        }
        upload.send(part, permit, self.shared.runtime.handle());
        self.parts_sent += 1;
        self.part_bytes = next_bytes;
        Ok(())
    }

    fn begin(&self) -> Result<Upload, WriteError> {
        let (client, path) = (self.shared.client.clone(), self.path.clone());
        let begun = self.shared.runtime.run(async move { client.put_multipart(&path).await });
        begun.map(Upload::new).map_err(|error| failure(Action::Create, &self.url, error))
    }

    fn take_part(&mut self) -> PutPayload {
        let part = std::mem::replace(&mut self.part, self.shared.buffers.take());
        PutPayload::from_bytes(Bytes::from_owner(part))
    }

    fn publish(&mut self) -> Result<(), WriteError> {
        let Some(mut upload) = self.upload.take() else {
            let part = self.take_part();
            return self.shared.put(&self.url, self.path.clone(), part);
        };
        // Parts go on their way only when more comes, so this one is not empty.
        let permit = self.shared.permit_for(self.part.len());
        let part = self.take_part();
        upload.send(part, permit, self.shared.runtime.handle());
        let limit = self.shared.cleanup_limit;
        let completed = self.shared.runtime.run(upload.complete(limit));
        completed.map_err(|error| failure(Action::Close, &self.url, error))
    }

    fn remove(&mut self) -> Result<(), WriteError> {
        let Some(upload) = self.upload.take() else { return Ok(()) };
        let aborted = self.shared.runtime.run(upload.abort(self.shared.cleanup_limit));
        aborted.map_err(|error| failure(Action::Remove, &self.url, error))
    }
}

impl Sink for Object {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let before = self.bytes;
        self.push(bytes).map_err(|error| {
            self.failed = true;
            // At most the length of a slice.
            WriteError { accepted: (self.bytes - before) as usize, ..error }
        })
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        if self.failed {
            let source = io::Error::other("finished after an error");
            return Err(WriteError::new(Action::Close, self.url.as_ref(), source));
        }
        self.publish().map(|()| Written::new(self.bytes))
    }

    fn abort(mut self: Box<Self>) -> Result<(), WriteError> {
        self.remove()
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // Nobody is left to hear of an error here; `abort` is for those who want to.
        let _ = self.remove();
    }
}
