//! A multipart upload: parts on their way, then the end of it, whichever.

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
    parts: JoinSet<Result<()>>,
}

impl Upload {
    pub(super) fn new(upload: Box<dyn MultipartUpload>) -> Self {
        Self { upload, parts: JoinSet::new() }
    }

    /// Sends the next part in the background. The permit comes back when the part has ended.
    pub(super) fn send(&mut self, part: PutPayload, permit: OwnedSemaphorePermit, on: &Handle) {
        let sent = self.upload.put_part(part);
        self.parts.spawn_on(
            async move {
                let result = sent.await;
                drop(permit);
                result
            },
            on,
        );
    }

    /// The failure of a part, if one is known.
    pub(super) fn failure(&mut self) -> Option<Error> {
        while let Some(ended) = self.parts.try_join_next() {
            if let Err(error) = flatten(ended) {
                return Some(error);
            }
        }
        None
    }

    /// Waits for all parts and makes the object of them; or aborts the upload, for at most
    /// `cleanup`.
    pub(super) async fn complete(mut self, cleanup: Duration) -> Result<()> {
        let completed = async {
            while let Some(ended) = self.parts.join_next().await {
                flatten(ended)?;
            }
            self.upload.complete().await
        };
        match completed.await {
            Ok(_) => Ok(()),
            Err(error) => {
                // The error worth reporting is the first one.
                let _ = self.abort(cleanup).await;
                Err(error)
            }
        }
    }

    /// Leaves nothing of it with the store, in at most `limit`.
    ///
    /// Parts on their way are cut off first: a part that arrives after the abort may stay, and cost
    /// money, with nobody left who knows of it.
    pub(super) async fn abort(mut self, limit: Duration) -> Result<()> {
        let aborted = async {
            let was_cut_off = !self.parts.is_empty();
            self.parts.shutdown().await;
            self.upload.abort().await?;
            if was_cut_off {
                // S3 may still have been busy with such a part, and then a second abort frees it. It
                // fails where the first one has ended the upload, which is the rule.
                let _ = self.upload.abort().await;
            }
            Ok(())
        };
        match timeout(limit, aborted).await {
            Ok(Err(Error::NotFound { .. })) => Ok(()),
            Ok(result) => result,
            Err(elapsed) => Err(generic(elapsed)),
        }
    }
}

fn flatten(ended: std::result::Result<Result<()>, JoinError>) -> Result<()> {
    ended.unwrap_or_else(|error| Err(generic(error)))
}

fn generic(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Generic { store: "upload", source: Box::new(error) }
}
