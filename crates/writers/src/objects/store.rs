//! The store: sinks, and what a job needs beside them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, PutPayload};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::buffers::Buffers;
use super::failure::failure;
use super::location::{self, Client};
use super::runtime::{Runtime, wait};
use super::{Object, ObjectReader, ObjectStoreOptions, OpenError, part_sizes};
use crate::{Action, WriteError};

/// A place for objects, by URL, shared by its clones.
///
/// | URL | store |
/// |---|---|
/// | `s3://BUCKET/PREFIX` | S3, and what speaks its language at `AWS_ENDPOINT_URL` |
/// | `gs://BUCKET/PREFIX` | Google Cloud Storage |
/// | `az://CONTAINER/PREFIX` | Azure; the account is in `AZURE_STORAGE_ACCOUNT_NAME` |
/// | `file:///FOLDER` | files; for tests, as [`File`](crate::File) is the better way to a disk |
/// | `memory:///PREFIX` | the memory of this value and its clones |
///
/// Names are relative to the prefix, with `/` between their segments; an empty segment, `.` and
/// `..` are refused. Every error carries the URL of the object, or of the place, as its path, and
/// none is [transient](WriteError::is_transient): the store has tried again by itself, as its
/// [options](ObjectStoreOptions) say.
///
/// ```
/// use std::io::Read;
/// use inrush_writers::{ObjectStore, ObjectStoreOptions, Sink};
///
/// let store = ObjectStore::open("memory:///run-1", ObjectStoreOptions::default())?;
/// let mut sink = Box::new(store.sink("greeting")?);
/// sink.write(b"hello ")?;
/// sink.write(b"world")?;
/// assert_eq!(sink.finish()?.bytes, 11);
/// assert_eq!(store.get("greeting")?, b"hello world");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ObjectStore {
    shared: Arc<Shared>,
}

/// What a store has in common with its sinks.
#[derive(Debug)]
pub(super) struct Shared {
    url: String,
    prefix: Path,
    pub(super) client: Client,
    pub(super) part_bytes: usize,
    pub(super) buffers: Arc<Buffers>,
    /// How long the end of an upload may take once nothing more can come of it.
    pub(super) cleanup_limit: Duration,
    max_in_flight: u32,
    /// One permit for each part of `part_bytes` that may be on its way.
    permits: Arc<Semaphore>,
    /// The last field: nothing above needs it to be dropped.
    pub(super) runtime: Runtime,
}

/// An object that lies in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectEntry {
    /// Its name, relative to the prefix of the store.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
}

impl ObjectStore {
    /// The place at `url`. Nothing is sent yet: keys, bucket and network are first tried by the
    /// first operation.
    ///
    /// # Errors
    /// [`OpenError`] where the URL or an option is of no use.
    pub fn open(url: &str, options: ObjectStoreOptions) -> Result<Self, OpenError> {
        part_sizes::check(options.part_bytes)?;
        for (option, value) in [
            ("max_in_flight", options.max_in_flight),
            ("attempts", options.attempts),
            ("threads", options.threads),
        ] {
            if value == 0 {
                return Err(OpenError::Zero { option });
            }
        }
        let (client, prefix) = location::open(url, &options)?;
        let ObjectStoreOptions { part_bytes, threads, request_timeout, .. } = options;
        let runtime = Runtime::start(threads).map_err(|source| OpenError::Threads {
            url: url.to_owned(),
            threads,
            source,
        })?;
        // More permits than this the semaphore does not have, nor any machine the memory.
        let max_in_flight = options.max_in_flight.min(Semaphore::MAX_PERMITS);
        let max_in_flight = u32::try_from(max_in_flight).unwrap_or(u32::MAX);
        let shared = Shared {
            url: url.trim_end_matches('/').to_owned(),
            prefix,
            client,
            part_bytes,
            buffers: Buffers::new(part_bytes, options.max_in_flight),
            cleanup_limit: request_timeout,
            max_in_flight,
            permits: Arc::new(Semaphore::new(max_in_flight as usize)),
            runtime,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// A sink whose bytes become the object `name` when it finishes.
    ///
    /// # Errors
    /// [`WriteError`] where `name` is no name for an object.
    pub fn sink(&self, name: &str) -> Result<Object, WriteError> {
        let path = self.path(Action::Create, name)?;
        Ok(Object::new(self.shared.clone(), self.url_of(name), path))
    }

    /// Makes `bytes` the object `name` by one request.
    ///
    /// # Errors
    /// [`WriteError`]; the object of that name, if there was one, is then still there.
    pub fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), WriteError> {
        let path = self.path(Action::Create, name)?;
        self.shared.put(&self.url_of(name), path, PutPayload::from(bytes))
    }

    /// The bytes of the object `name`.
    ///
    /// # Errors
    /// [`WriteError`], of kind `NotFound` where there is no such object.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, WriteError> {
        let mut reader = self.reader(name)?;
        let mut bytes = Vec::new();
        loop {
            let piece = reader.next_piece()?;
            if piece.is_empty() {
                return Ok(bytes);
            }
            bytes.extend_from_slice(&piece);
        }
    }

    /// The bytes of the object `name`, a piece at a time.
    ///
    /// # Errors
    /// [`WriteError`], of kind `NotFound` where there is no such object.
    pub fn reader(&self, name: &str) -> Result<ObjectReader, WriteError> {
        let (client, path) = (self.client(), self.path(Action::Read, name)?);
        let url = self.url_of(name);
        match self.shared.runtime.run(async move { client.head(&path).await }) {
            Ok(meta) => Ok(ObjectReader::new(self.shared.clone(), url, meta)),
            Err(error) => Err(failure(Action::Read, &url, error)),
        }
    }

    /// The objects below the prefix, by name.
    ///
    /// # Errors
    /// [`WriteError`]; a missing prefix is an empty one.
    pub fn list(&self) -> Result<Vec<ObjectEntry>, WriteError> {
        let (client, prefix) = (self.client(), self.shared.prefix.clone());
        let listed = self.shared.runtime.run(async move {
            let mut entries = Vec::new();
            let mut listing = client.list(Some(&prefix));
            while let Some(meta) = listing.try_next().await? {
                if let Some(segments) = meta.location.prefix_match(&prefix) {
                    let segments: Vec<_> =
                        segments.map(|segment| segment.as_ref().to_owned()).collect();
                    entries.push(ObjectEntry { name: segments.join("/"), bytes: meta.size });
                }
            }
            entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
            Ok(entries)
        });
        listed.map_err(|error| failure(Action::List, &self.shared.url, error))
    }

    /// Removes the object `name`, if there is one.
    ///
    /// # Errors
    /// [`WriteError`]; the object may then still be there.
    pub fn delete(&self, name: &str) -> Result<(), WriteError> {
        let (client, path) = (self.client(), self.path(Action::Remove, name)?);
        match self.shared.runtime.run(async move { client.delete(&path).await }) {
            // S3 does not say whether there was one.
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(Action::Remove, &self.url_of(name), error)),
        }
    }

    fn client(&self) -> Client {
        self.shared.client.clone()
    }

    fn url_of(&self, name: &str) -> String {
        format!("{}/{name}", self.shared.url)
    }

    fn path(&self, action: Action, name: &str) -> Result<Path, WriteError> {
        let refused = |source| WriteError::new(action, self.url_of(name).as_ref(), source);
        let prefix = self.shared.prefix.as_ref();
        let whole = match prefix {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        };
        // `parse` takes a slash at either end, which the name of an object has not.
        if name.is_empty() || name.starts_with('/') || name.ends_with('/') {
            let message = "an object has a name without `/` at its ends";
            return Err(refused(io::Error::new(io::ErrorKind::InvalidInput, message)));
        }
        Path::parse(whole)
            .map_err(|error| refused(io::Error::new(io::ErrorKind::InvalidInput, error)))
    }
}

impl Shared {
    /// Waits until a part of `bytes` bytes may go on its way. One that has grown waits for as much
    /// as it weighs, up to all there is.
    pub(super) fn permit_for(&self, bytes: usize) -> OwnedSemaphorePermit {
        let weight = u32::try_from(bytes.div_ceil(self.part_bytes)).unwrap_or(u32::MAX);
        let weight = weight.clamp(1, self.max_in_flight);
        wait(self.permits.clone().acquire_many_owned(weight)).expect("nobody closes the semaphore")
    }

    /// Sends an object by one request.
    pub(super) fn put(&self, url: &str, path: Path, bytes: PutPayload) -> Result<(), WriteError> {
        let permit = self.permit_for(bytes.content_length());
        let client = self.client.clone();
        let sent = self.runtime.run(async move {
            let result = client.put(&path, bytes).await;
            drop(permit);
            result
        });
        sent.map(drop).map_err(|error| failure(Action::Write, url, error))
    }
}
