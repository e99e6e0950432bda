//! From a URL to a client and a prefix.

use std::io;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStoreScheme, RetryConfig};
use url::Url;

use super::{Environment, Integrity, ObjectStoreOptions, OpenError};

pub(super) type Client = Arc<dyn object_store::ObjectStore>;

/// Without these no key comes from the environment, and the metadata service would be asked.
const SOURCES_OF_AWS_KEYS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
];

/// The client for `url`, and the prefix below which its objects lie.
pub(super) fn open(url: &str, options: &ObjectStoreOptions) -> Result<(Client, Path), OpenError> {
    let parsed = Url::parse(url).map_err(|error| refused(url, error))?;
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(refused(url, "a `?` or `#` in it has no meaning here"));
    }
    let has_bucket = parsed.host_str().is_some_and(|host| !host.is_empty());
    if matches!(parsed.scheme(), "s3" | "gs" | "az") && !has_bucket {
        return Err(refused(url, "it names no bucket; write one like s3://BUCKET/PREFIX"));
    }
    let (scheme, prefix) =
        ObjectStoreScheme::parse(&parsed).map_err(|error| refused(url, error))?;
    let client = match scheme {
        ObjectStoreScheme::AmazonS3 => s3(&parsed, options)?,
        ObjectStoreScheme::GoogleCloudStorage => google(&parsed, options),
        ObjectStoreScheme::MicrosoftAzure => azure(&parsed, options),
        ObjectStoreScheme::Local => Ok(Arc::new(LocalFileSystem::new()) as Client),
        ObjectStoreScheme::Memory => Ok(Arc::new(InMemory::new()) as Client),
        other => return Err(refused(url, format!("there is no back end for {other:?}"))),
    };
    let client = client.map_err(|source| OpenError::Client {
        url: url.to_owned(),
        source: io::Error::other(source),
    })?;
    Ok((client, prefix))
}

fn refused(url: &str, reason: impl ToString) -> OpenError {
    OpenError::Url { url: url.to_owned(), reason: reason.to_string() }
}

fn s3(url: &Url, options: &ObjectStoreOptions) -> Result<object_store::Result<Client>, OpenError> {
    let environment = &options.environment;
    if let Some(profile) = environment.get("AWS_PROFILE")
        && SOURCES_OF_AWS_KEYS.iter().all(|source| environment.get(source).is_none())
    {
        return Err(OpenError::Profile { profile: profile.to_owned() });
    }
    let endpoint =
        environment.get("AWS_ENDPOINT_URL_S3").or_else(|| environment.get("AWS_ENDPOINT_URL"));
    let mut client_options = client_options(options);
    if endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")) {
        client_options = client_options.with_allow_http(true);
    }
    let mut builder = AmazonS3Builder::new()
        .with_client_options(client_options)
        .with_retry(retry(options))
        // One request per object, which every server knows.
        .with_disable_bulk_delete(true);
    builder = match options.integrity {
        Integrity::Sha256 => builder,
        Integrity::Crc64 => {
            builder.with_unsigned_payload(true).with_checksum_algorithm(Checksum::CRC64NVME)
        }
    };
    for (key, value) in settings(environment, "AWS_") {
        builder = builder.with_config(key, value);
    }
    Ok(builder.with_url(url.as_str()).build().map(|client| Arc::new(client) as Client))
}

fn google(url: &Url, options: &ObjectStoreOptions) -> object_store::Result<Client> {
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_client_options(client_options(options))
        .with_retry(retry(options));
    for (key, value) in settings(&options.environment, "GOOGLE_") {
        builder = builder.with_config(key, value);
    }
    Ok(Arc::new(builder.with_url(url.as_str()).build()?))
}

fn azure(url: &Url, options: &ObjectStoreOptions) -> object_store::Result<Client> {
    let mut builder = MicrosoftAzureBuilder::new()
        .with_client_options(client_options(options))
        .with_retry(retry(options));
    for (key, value) in settings(&options.environment, "AZURE_") {
        builder = builder.with_config(key, value);
    }
    Ok(Arc::new(builder.with_url(url.as_str()).build()?))
}

/// The variables that are settings of a client. Others, such as `AWS_PAGER`, are of other tools.
fn settings<K: FromStr>(
    environment: &Environment,
    prefix: &str,
) -> impl Iterator<Item = (K, String)> {
    environment
        .with_prefix(prefix)
        .filter_map(|(name, value)| Some((name.to_lowercase().parse().ok()?, value.to_owned())))
}

fn client_options(options: &ObjectStoreOptions) -> ClientOptions {
    ClientOptions::new().with_timeout(options.request_timeout)
}

fn retry(options: &ObjectStoreOptions) -> RetryConfig {
    let attempts = u32::try_from(options.attempts).unwrap_or(u32::MAX);
    // The client draws each wait from a range that must not be empty.
    let base = options.backoff_base.max(Duration::from_millis(1));
    let cap = options.backoff_cap.max(base);
    RetryConfig {
        backoff: BackoffConfig { init_backoff: base, max_backoff: cap, base: 2.0 },
        max_retries: options.attempts - 1,
        // The number of attempts is the bound that counts.
        retry_timeout: options.request_timeout.saturating_add(cap).saturating_mul(attempts),
    }
}
