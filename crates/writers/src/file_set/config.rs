//! The description of a set as data.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{FileSet, Mode, SetError};
use crate::{Durability, RetryPolicy};

/// A set as a configuration file describes it. Whatever is left out has its default; a name that is
/// not one of these is an error.
///
/// ```
/// use inrush_writers::FileSet;
///
/// let set = FileSet::from_toml(
///     r#"
///     files = ["a.log", "b.log"]
///     mode = "append"
///     timeout = "5s"
///     fsync = "file"
///     retry = { attempts = 5, base = "50ms" }
///     "#,
/// )?;
/// assert_eq!(set.paths().len(), 2);
/// # Ok::<(), inrush_writers::SetError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FileSetConfig {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What becomes of bytes that are there.
    #[serde(default)]
    pub mode: Mode,
    /// How many threads write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,
    /// How many files may be open at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_open: Option<usize>,
    /// When a failure is tried again.
    #[serde(default)]
    pub retry: RetryConfig,
    /// How long a call may take.
    #[serde(default, with = "humantime_serde", skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    /// How far each file is forced to the disk.
    #[serde(default)]
    pub fsync: Durability,
}

/// A [`RetryPolicy`] as data.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryConfig {
    /// Attempts in all.
    pub attempts: u32,
    /// The first pause.
    #[serde(with = "humantime_serde")]
    pub base: Duration,
    /// The longest pause.
    #[serde(with = "humantime_serde")]
    pub cap: Duration,
}

impl Default for RetryConfig {
    fn default() -> Self {
        let RetryPolicy { attempts, base, cap } = RetryPolicy::default();
        Self { attempts, base, cap }
    }
}

impl From<FileSetConfig> for FileSet {
    fn from(config: FileSetConfig) -> Self {
        let FileSetConfig { files, mode, workers, max_open, retry, timeout, fsync } = config;
        let policy = RetryPolicy::attempts(retry.attempts).base(retry.base).cap(retry.cap);
        let mut set = FileSet::new(files).mode(mode).retry(policy).fsync(fsync);
        if let Some(workers) = workers {
            set = set.workers(workers);
        }
        if let Some(max_open) = max_open {
            set = set.max_open(max_open);
        }
        if let Some(timeout) = timeout {
            set = set.timeout(timeout);
        }
        set
    }
}

impl FileSet {
    /// The set that a JSON object describes, by the names of [`FileSetConfig`].
    ///
    /// # Errors
    /// [`SetError::Config`] with the line and column of what is wrong.
    pub fn from_json(text: &str) -> Result<Self, SetError> {
        let config: FileSetConfig =
            serde_json::from_str(text).map_err(|error| SetError::Config(error.to_string()))?;
        Ok(config.into())
    }

    /// The set that a TOML table describes, by the names of [`FileSetConfig`].
    ///
    /// # Errors
    /// [`SetError::Config`] with the line and column of what is wrong.
    pub fn from_toml(text: &str) -> Result<Self, SetError> {
        let config: FileSetConfig = toml::from_str(text)
            .map_err(|error| SetError::Config(error.to_string().trim_end().to_owned()))?;
        Ok(config.into())
    }
}
