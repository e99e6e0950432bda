//! A multipart upload: parts on their way, then the end of it, whichever.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use object_store::{Error, MultipartUpload, PutPayload, Result};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

/// An upload that the store has begun. Whoever holds it ends it.
#[derive(Debug)]
pub(super) struct Upload {
    upload: Box<dyn MultipartUpload>,
    parts: JoinSet<()>,
    /// The errors of parts. Each is here before the permit of its part is back, so that whoever
    /// waited for that permit sees it.
    failures: Receiver<Error>,
    failed: Sender<Error>,
}

impl Upload {
    pub(super) fn new(upload: Box<dyn MultipartUpload>) -> Self {
        let (failed, failures) = mpsc::channel();
        Self { upload, parts: JoinSet::new(), failures, failed }
    }

    /// Sends the next part in the background. The permit comes back when the part has ended.
    pub(super) fn send(&mut self, part: PutPayload, permit: OwnedSemaphorePermit, on: &Handle) {
        // What has ended would stay in the set.
        while let Some(ended) = self.parts.try_join_next() {
            self.note(ended);
        }
        let sent = self.upload.put_part(part);
        let failed = self.failed.clone();
        let part = async move {
            if let Err(error) = sent.await {
                // Without an upload nobody asks.
                let _ = failed.send(error);
            }
            drop(permit);
        };
        self.parts.spawn_on(part, on);
    }

    /// The failure of a part, if one is known.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failures.try_recv().ok()
    }

    fn note(&self, ended: std::result::Result<(), JoinError>) {
        if let Err(panicked) = ended {
            // The other end is a field of `self`.
            let _ = self.failed.send(generic(panicked));
        }
    }

    /// Waits for all parts and makes the object of them; or aborts the upload, for at most
    /// `cleanup`.
    pub(super) async fn complete(mut self, cleanup: Duration) -> Result<()> {
        let mut failure = self.failure();
        while failure.is_none() && !self.parts.is_empty() {
            if let Some(ended) = self.parts.join_next().await {
                self.note(ended);
            }
            failure = self.failure();
        }
        let completed = match failure {
            Some(error) => Err(error),
            None => self.upload.complete().await,
        };
        if completed.is_err() {
            // The error worth reporting is the first one.
            let _ = self.abort(cleanup).await;
        }
        completed.map(drop)
    }

    /// Leaves nothing of it with the store, in at most `limit`.
    ///
    /// Parts on their way are cut off first: a part that arrives after the abort may stay, and cost
    /// money, with nobody left who knows of it.
    pub(super) async fn abort(mut self, limit: Duration) -> Result<()> {
        let aborted = async {
            while self.parts.try_join_next().is_some() {}
            let was_cut_off = !self.parts.is_empty();
            self.parts.shutdown().await;
            self.upload.abort().await?;
            if was_cut_off {
                // S3 may still have been busy with such a part, and then a second abort frees it.
                // It fails where the first one has ended the upload, which is the rule.
                let _ = self.upload.abort().await;
            }
            Ok(())
        };
        match timeout(limit, aborted).await {
            Ok(Err(Error::NotFound { .. })) => Ok(()),
            Ok(result) => result,
            Err(_) => {
                let message = format!("not aborted within {limit:?}; the upload may still be open");
                Err(generic(io::Error::other(message)))
            }
        }
    }
}

fn generic(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Generic { store: "upload", source: Box::new(error) }
}
