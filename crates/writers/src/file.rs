//! A file that appears whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Action, Sink, WriteError, Written};

/// What the temporary name of an unfinished file ends in. It begins with a dot, so that nothing
/// that lists a data folder takes it for data.
pub const PART_SUFFIX: &str = ".inrush-part";

/// How far a finished file is forced to the disk before it counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// Left to the system: survives the process, not a loss of power.
    #[default]
    None,
    /// The file's bytes are forced before the rename: after a loss of power the file is whole or
    /// absent.
    File,
    /// And the folder after it: the file is there. Where forcing the folder fails, the file has its
    /// name already and is whole, but `finish` reports the error, as it may not last.
    #[serde(rename = "dir")]
    Directory,
}

/// Writes to `.NAME.inrush-part` beside the file and renames it at the end.
///
/// Dropping it removes the temporary file. The name depends on nothing but the file's own, so a
/// run after a crash writes over what the crash left.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    part: PathBuf,
    durability: Durability,
    bytes: u64,
    /// Whether bytes were lost, so that the file may not be finished.
    failed: bool,
    /// Present until the file is finished or removed.
    file: Option<fs::File>,
}

impl File {
    /// Begins the file that will be `path`, in a folder that exists.
    ///
    /// # Errors
    /// [`WriteError`] where the temporary file cannot be created.
    pub fn create(path: &Path, durability: Durability) -> Result<Self, WriteError> {
        let name = path.file_name().ok_or_else(|| {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name");
            WriteError::new(Action::Create, path, source)
        })?;
        let mut part_name = std::ffi::OsString::from(".");
        part_name.push(name);
        part_name.push(PART_SUFFIX);
        let part = path.with_file_name(part_name);
        let file = fs::File::create(&part)
            .map_err(|source| WriteError::new(Action::Create, path, source))?;
        Ok(Self {
            path: path.to_owned(),
            part,
            durability,
            bytes: 0,
            failed: false,
            file: Some(file),
        })
    }

    fn error(&self, action: Action, source: io::Error) -> WriteError {
        WriteError::new(action, &self.path, source)
    }

    fn publish(&mut self, file: fs::File) -> Result<(), WriteError> {
        if self.durability != Durability::None {
            file.sync_all().map_err(|source| self.error(Action::Sync, source))?;
        }
        // A network file system may report a lost write only now.
        nix::unistd::close(file).map_err(|errno| self.error(Action::Close, errno.into()))?;
        fs::rename(&self.part, &self.path).map_err(|source| self.error(Action::Rename, source))?;
        if self.durability == Durability::Directory {
            sync_folder(&self.path).map_err(|source| self.error(Action::Sync, source))?;
        }
        Ok(())
    }

    fn remove(&mut self) -> Result<(), WriteError> {
        match fs::remove_file(&self.part) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(self.error(Action::Remove, source))
            }
            _ => Ok(()),
        }
    }
}

/// Forces the entry of `path` in its folder.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::File::open(folder)?.sync_all()
}

impl Sink for File {
    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let Some(file) = self.file.as_mut().filter(|_| !self.failed) else {
            let source = io::Error::other("written to after an error");
            return Err(self.error(Action::Write, source));
        };
        match write_counted(file, bytes) {
            Ok(()) => {
                self.bytes += bytes.len() as u64;
                Ok(())
            }
            Err((accepted, source)) => {
                self.bytes += accepted as u64;
                let error = WriteError { accepted, ..self.error(Action::Write, source) };
                self.failed = !error.is_transient();
                Err(error)
            }
        }
    }

    fn finish(mut self: Box<Self>) -> Result<Written, WriteError> {
        // Dropping a file that is not published removes it.
        let Some(file) = self.file.take_if(|_| !self.failed) else {
            let source = io::Error::other("finished after an error");
            return Err(self.error(Action::Close, source));
        };
        let published = self.publish(file);
        if published.is_err() {
            // The error worth reporting is the first one.
            let _ = self.remove();
        }
        published.map(|()| Written::new(self.bytes))
    }

    fn abort(mut self: Box<Self>) -> Result<(), WriteError> {
        self.file = None;
        self.remove()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nobody is left to hear of an error here; `abort` is for those who want to.
            let _ = self.remove();
        }
    }
}

/// `write_all` that says how many bytes were taken before an error.
pub(crate) fn write_counted(out: &mut impl Write, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut accepted = 0;
    while accepted < bytes.len() {
        match out.write(&bytes[accepted..]) {
            Ok(0) => return Err((accepted, io::ErrorKind::WriteZero.into())),
            Ok(n) => accepted += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((accepted, error)),
        }
    }
    Ok(())
}
