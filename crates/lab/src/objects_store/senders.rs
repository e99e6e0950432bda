//! The ways to send an object.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use inrush_writers::{Environment, ObjectStore, ObjectStoreOptions, Sink};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

use super::server::{KEYS, Server, runtime};
use crate::Cell;
use crate::process::timed;

/// What one write hands over, as the command's chunks of bytes do.
const CHUNK_BYTES: u64 = 256 << 10;
/// As many as the store takes by itself on a machine with two processors.
const THREADS: usize = 2;

/// Wall and processor time in seconds, from the first byte to the last answer.
pub(super) type Took = (f64, f64);

/// An object that is to be sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object {
    pub(super) bytes: u64,
    part_bytes: u64,
    in_flight: usize,
}

impl Object {
    pub(super) fn new(cell: &Cell) -> Self {
        Self {
            bytes: cell.number("size_bytes"),
            part_bytes: cell.number("part_bytes"),
            in_flight: cell.number("in_flight") as usize,
        }
    }

    /// Sends it through the sink.
    pub(super) fn by_sink(self, server: &Server) -> Result<Took> {
        let options = ObjectStoreOptions {
            part_bytes: self.part_bytes as usize,
            max_in_flight: self.in_flight,
            threads: THREADS,
            environment: Environment::from([
                ("AWS_ACCESS_KEY_ID", KEYS.0),
                ("AWS_SECRET_ACCESS_KEY", KEYS.1),
                ("AWS_REGION", "us-east-1"),
                ("AWS_ENDPOINT_URL", &server.url),
            ]),
            ..ObjectStoreOptions::default()
        };
        let store = ObjectStore::open("s3://bucket", options)?;
        let chunk = vec![0xA5; CHUNK_BYTES as usize];
        let (written, wall_s, cpu_s) = timed(|| {
            let mut sink = Box::new(store.sink("object")?);
            let mut left = self.bytes;
            while left > 0 {
                let n = left.min(CHUNK_BYTES);
                sink.write(&chunk[..n as usize])?;
                left -= n;
            }
            Ok(sink.finish()?.bytes)
        })?;
        ensure!(written == self.bytes, "{written} bytes");
        Ok((wall_s, cpu_s))
    }

    /// Forgets the last chunk.
    pub(super) fn forgetfully(self, server: &Server) -> Result<Took> {
        Self { bytes: self.bytes.saturating_sub(CHUNK_BYTES), ..self }.by_sink(server)
    }

    /// Sends the same requests by the same client, of parts that are there already.
    pub(super) fn by_client(self, server: &Server) -> Result<Took> {
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
        let part = || Bytes::from(vec![0xA5; self.part_bytes as usize]);
        let parts: Vec<Bytes> = (0..=self.in_flight).map(|_| part()).collect();
        let ((), wall_s, cpu_s) = timed(|| {
            runtime.block_on(async {
                let mut upload = client.put_multipart(&Path::from("object")).await?;
                let mut sent = tokio::task::JoinSet::new();
                let mut left = self.bytes;
                for part in parts.iter().cycle() {
                    if left == 0 {
                        break;
                    }
                    if sent.len() == self.in_flight {
                        sent.join_next().await.context("there is a part")???;
                    }
                    let n = left.min(self.part_bytes);
                    sent.spawn(upload.put_part(PutPayload::from(part.slice(..n as usize))));
                    left -= n;
                }
                while let Some(done) = sent.join_next().await {
                    done??;
                }
                upload.complete().await?;
                Ok(())
            })
        })?;
        Ok((wall_s, cpu_s))
    }
}
