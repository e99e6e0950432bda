//! A server that takes parts of objects, counts them and forgets them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use futures_util::TryStreamExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::dto::{
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ETag, PutObjectInput, PutObjectOutput, UploadPartInput,
    UploadPartOutput,
};
use s3s::service::S3ServiceBuilder;
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// The name and the secret that requests are signed with.
pub(super) const KEYS: (&str, &str) = ("key", "secret");

/// The server, which ends when it is dropped.
pub(super) struct Server {
    pub(super) url: String,
    received: Arc<Mutex<Received>>,
    _runtime: Runtime,
}

/// What has come in.
#[derive(Clone, Copy, Debug, Default)]
struct Received {
    bytes: u64,
    parts: u64,
    objects: u64,
}

impl Server {
    pub(super) fn start() -> Result<Self> {
        let received = Arc::default();
        let mut builder = S3ServiceBuilder::new(Forgetful(Arc::clone(&received)));
        builder.set_auth(SimpleAuth::from_single(KEYS.0, KEYS.1));
        let service = builder.build();
        let runtime = runtime(1)?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).context("listen")?;
        let url = format!("http://{}", listener.local_addr()?);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    // A client that goes away is none of the server's business.
                    let server = auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok(Self { url, received, _runtime: runtime })
    }

    /// One whole object of so many bytes came in. Returns in how many parts.
    pub(super) fn check(&self, bytes: u64) -> Result<u64> {
        let Received { bytes: received, parts, objects } = *lock(&self.received);
        ensure!(received == bytes, "{received} bytes came in, not {bytes}");
        ensure!(objects == 1, "{objects} objects came in, not 1");
        Ok(parts)
    }
}

/// A runtime with so many threads.
pub(super) fn runtime(threads: usize) -> Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build().context("start tokio")
}

/// Reads parts, and keeps none.
struct Forgetful(Arc<Mutex<Received>>);

impl Forgetful {
    async fn read(&self, body: Option<s3s::dto::StreamingBlob>) -> S3Result<()> {
        let unreadable = |error: s3s::StdError| {
            S3Error::with_message(S3ErrorCode::InternalError, error.to_string())
        };
        let mut n_bytes = 0;
        if let Some(mut body) = body {
            while let Some(piece) = body.try_next().await.map_err(unreadable)? {
                n_bytes += piece.len() as u64;
            }
        }
        let mut received = lock(&self.0);
        received.bytes += n_bytes;
        received.parts += 1;
        Ok(())
    }

    fn complete(&self) {
        lock(&self.0).objects += 1;
    }
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    // Nothing panics between two counts.
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait::async_trait]
impl S3 for Forgetful {
    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        self.read(request.input.body).await?;
        self.complete();
        let e_tag = Some(ETag::Strong("tag".to_owned()));
        Ok(S3Response::new(PutObjectOutput { e_tag, ..Default::default() }))
    }

    async fn create_multipart_upload(
        &self,
        _: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let upload_id = Some("upload".to_owned());
        Ok(S3Response::new(CreateMultipartUploadOutput { upload_id, ..Default::default() }))
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.read(request.input.body).await?;
        let e_tag = Some(ETag::Strong("tag".to_owned()));
        Ok(S3Response::new(UploadPartOutput { e_tag, ..Default::default() }))
    }

    async fn complete_multipart_upload(
        &self,
        _: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete();
        let e_tag = Some(ETag::Strong("tag".to_owned()));
        Ok(S3Response::new(CompleteMultipartUploadOutput { e_tag, ..Default::default() }))
    }
}
