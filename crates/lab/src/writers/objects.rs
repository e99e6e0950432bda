//! An object to an S3 server in this process, which reads parts and forgets them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use futures_util::TryStreamExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use inrush_writers::{Environment, ObjectStore, ObjectStoreOptions, Sink};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use s3s::auth::SimpleAuth;
use s3s::dto::{
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ETag, UploadPartInput, UploadPartOutput,
};
use s3s::service::S3ServiceBuilder;
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::Rate;
use crate::process::timed;

const KEYS: (&str, &str) = ("key", "secret");
const PART_BYTES: usize = 8 << 20;
const IN_FLIGHT: usize = 16;
/// What one write hands over, as the command's chunks of bytes do.
const CHUNK_BYTES: usize = 256 << 10;
/// As many as the store takes by itself on a machine with two processors.
const THREADS: usize = 2;

/// Lets `subject` send an object of `mib` MiB.
pub(super) fn send(mib: u64, subject: &str) -> Result<Rate> {
    let server = Server::start()?;
    let bytes = mib << 20;
    let ((), wall_s, cpu_s) = match subject {
        "object-store" => {
            let store = server.store()?;
            let chunk = vec![0xA5; CHUNK_BYTES];
            timed(|| {
                let mut sink = Box::new(store.sink("object")?);
                for _ in 0..bytes / CHUNK_BYTES as u64 {
                    sink.write(&chunk)?;
                }
                let written = sink.finish()?.bytes;
                ensure!(written == bytes, "{written} bytes");
                Ok(())
            })?
        }
        "raw-parts" => raw_parts(&server, bytes)?,
        _ => bail!("`{subject}` sends no objects"),
    };
    // ORDERING: Relaxed, as all requests have been answered.
    let received = server.received.load(Ordering::Relaxed);
    ensure!(received == bytes, "{received} bytes came in");
    Ok(Rate { files: 1, bytes, wall_s, cpu_s })
}

/// The same requests by the same client, of parts that are there already.
fn raw_parts(server: &Server, bytes: u64) -> Result<((), f64, f64)> {
    let client = AmazonS3Builder::new()
        .with_bucket_name("bucket")
        .with_region("us-east-1")
        .with_access_key_id(KEYS.0)
        .with_secret_access_key(KEYS.1)
        .with_endpoint(&server.url)
        .with_allow_http(true)
        .build()?;
    let runtime = runtime(THREADS)?;
    // As much memory as parts on their way take: a single part would stay in the cache.
    let parts: Vec<Bytes> = (0..=IN_FLIGHT).map(|_| Bytes::from(vec![0xA5; PART_BYTES])).collect();
    timed(|| {
        runtime.block_on(async {
            let mut upload = client.put_multipart(&Path::from("object")).await?;
            let mut sent = tokio::task::JoinSet::new();
            for i in 0..(bytes / PART_BYTES as u64) as usize {
                if sent.len() == IN_FLIGHT {
                    sent.join_next().await.context("there is a part")???;
                }
                sent.spawn(upload.put_part(PutPayload::from(parts[i % parts.len()].clone())));
            }
            while let Some(done) = sent.join_next().await {
                done??;
            }
            upload.complete().await?;
            Ok(())
        })
    })
}

fn runtime(threads: usize) -> Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build().context("start tokio")
}

/// The server, which ends when it is dropped.
struct Server {
    url: String,
    received: Arc<AtomicU64>,
    _runtime: Runtime,
}

impl Server {
    fn start() -> Result<Self> {
        let received = Arc::new(AtomicU64::new(0));
        let mut builder = S3ServiceBuilder::new(Forgetful { received: Arc::clone(&received) });
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

    fn store(&self) -> Result<ObjectStore> {
        let environment = Environment::from([
            ("AWS_ACCESS_KEY_ID", KEYS.0),
            ("AWS_SECRET_ACCESS_KEY", KEYS.1),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", &self.url),
        ]);
        let options = ObjectStoreOptions {
            part_bytes: PART_BYTES,
            max_in_flight: IN_FLIGHT,
            threads: THREADS,
            environment,
            ..ObjectStoreOptions::default()
        };
        Ok(ObjectStore::open("s3://bucket", options)?)
    }
}

fn unreadable(error: s3s::StdError) -> S3Error {
    S3Error::with_message(S3ErrorCode::InternalError, error.to_string())
}

/// Reads parts, and keeps none.
struct Forgetful {
    received: Arc<AtomicU64>,
}

#[async_trait::async_trait]
impl S3 for Forgetful {
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
        let mut n_bytes = 0;
        if let Some(mut body) = request.input.body {
            while let Some(piece) = body.try_next().await.map_err(unreadable)? {
                n_bytes += piece.len() as u64;
            }
        }
        // ORDERING: Relaxed, as the sum is read once all requests have been answered.
        self.received.fetch_add(n_bytes, Ordering::Relaxed);
        let e_tag = Some(ETag::Strong("tag".to_owned()));
        Ok(S3Response::new(UploadPartOutput { e_tag, ..Default::default() }))
    }

    async fn complete_multipart_upload(
        &self,
        _: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let e_tag = Some(ETag::Strong("tag".to_owned()));
        Ok(S3Response::new(CompleteMultipartUploadOutput { e_tag, ..Default::default() }))
    }
}
