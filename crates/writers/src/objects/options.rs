//! What a store can be told, and how it refuses.

use std::io;
use std::thread;
use std::time::Duration;

use super::Environment;

/// How an [`ObjectStore`](crate::ObjectStore) sends bytes.
///
/// The store needs up to (`max_in_flight` + open objects) times `part_bytes` of memory, until an
/// object is so long that its parts have to grow (see `part_bytes`).
#[derive(Clone, Debug)]
pub struct ObjectStoreOptions {
    /// The size of a part in bytes: 8 MiB unless told, 5 MiB to 5 GiB. An object of no more bytes
    /// is sent by one request. So that 10,000 parts hold 5 TiB, the size doubles every 800 parts
    /// until it is 1 GiB or more; with 8 MiB, first when an object is longer than 6.25 GiB. Parts
    /// that grew count for as many as they weigh in `max_in_flight`. (Cloudflare's R2 asks for
    /// parts of one size: there, an object may have `part_bytes` times 800 bytes.)
    pub part_bytes: usize,
    /// How many parts may be on their way at once, over all objects of the store: 16 unless told,
    /// at least 1.
    pub max_in_flight: usize,
    /// How often a request is sent in all before its failure is final: 3 unless told, at least 1.
    /// It is sent again after a refused or broken connection, after a timeout, and after an answer
    /// of 408, 429 or 5xx; any other answer is final at once. A `Retry-After` in the answer is not
    /// looked at: `object_store` waits by the rule below.
    pub attempts: usize,
    /// The wait before the second attempt: 100 ms unless told. Each wait after it is drawn between
    /// this and twice the last one.
    pub backoff_base: Duration,
    /// The longest wait: 1 s unless told.
    pub backoff_cap: Duration,
    /// How long one request may take, bytes and answer together: 60 s unless told. Over a line so
    /// slow that `max_in_flight` parts take longer, ask for less at once or wait for longer.
    pub request_timeout: Duration,
    /// How many threads talk to the store: one per processor unless told, but not more than 4; at
    /// least 1. They hash and send, which takes about a second of a processor for each GB with
    /// [`Integrity::Sha256`], and a third of that with [`Integrity::Crc64`].
    pub threads: usize,
    /// How the bytes are protected on their way to S3.
    pub integrity: Integrity,
    /// The variables with keys and addresses: those of the process unless told.
    ///
    /// S3 takes what AWS's tools take: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
    /// `AWS_SESSION_TOKEN`; `AWS_REGION` before `AWS_DEFAULT_REGION`; `AWS_ENDPOINT_URL_S3` before
    /// `AWS_ENDPOINT_URL`, without TLS if it begins with `http://`; and the variables by which
    /// containers and web identities find theirs. Without any it asks the instance metadata
    /// service. Files with profiles are not read: `AWS_PROFILE` without keys is
    /// [refused](OpenError::Profile).
    pub environment: Environment,
}

impl Default for ObjectStoreOptions {
    fn default() -> Self {
        Self {
            part_bytes: 8 << 20,
            max_in_flight: 16,
            attempts: 3,
            backoff_base: Duration::from_millis(100),
            backoff_cap: Duration::from_secs(1),
            request_timeout: Duration::from_secs(60),
            threads: thread::available_parallelism().map_or(1, |n| n.get().min(4)),
            integrity: Integrity::Sha256,
            environment: Environment::of_process(),
        }
    }
}

/// How bytes are protected on their way to S3. Google Cloud Storage and Azure have TLS alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integrity {
    /// The SHA-256 of every part is in what its request signs. Every server checks it, with TLS
    /// and without.
    #[default]
    Sha256,
    /// The CRC-64/NVME of every part goes with it, outside the signature, and costs a fraction of
    /// the time. AWS checks it and keeps it, and so do the servers that know this checksum; others
    /// ignore it, and then TLS alone protects the bytes. Not for an endpoint without TLS on a
    /// network that others can write to.
    Crc64,
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// S3 takes no part of less than 5 MiB but the last one of an object.
    #[error("parts of {part_bytes} bytes are too small; object stores take 5 MiB or more")]
    PartTooSmall {
        /// What was asked for.
        part_bytes: usize,
    },
    /// S3 takes no part of more than 5 GiB.
    #[error("parts of {part_bytes} bytes are too large; object stores take 5 GiB or less")]
    PartTooLarge {
        /// What was asked for.
        part_bytes: usize,
    },
    /// An option that counts something is zero.
    #[error("`{option}` is 0; it has to be at least 1")]
    Zero {
        /// The name of the option.
        option: &'static str,
    },
    /// The URL cannot be read, or names no place in a store.
    #[error("`{url}` is no place for objects: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `AWS_PROFILE` is set, but the files that it speaks of are not read.
    #[error(
        "AWS_PROFILE is `{profile}`, but profiles are not read; put its keys into the environment \
         with `eval \"$(aws configure export-credentials --profile {profile} --format env)\"`"
    )]
    Profile {
        /// The value of the variable.
        profile: String,
    },
    /// The client of the store refuses its settings.
    #[error("open `{url}`: {source}")]
    Client {
        /// The place.
        url: String,
        /// What the client says.
        source: io::Error,
    },
    /// The threads that talk to the store cannot be started.
    #[error("start {threads} threads for `{url}`: {source}")]
    Threads {
        /// The place.
        url: String,
        /// How many were asked for.
        threads: usize,
        /// What the system says.
        source: io::Error,
    },
}
