//! The unfinished form of a file: beside it, under a name of its own, gone unless it is published.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use crate::{Action, WriteError};

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

/// `.NAME.inrush-part` beside `NAME`.
///
/// Dropping it removes what lies under the temporary name. Who holds the open file closes it before
/// that: a network file system would keep a file that is removed while it is open. The name depends
/// on nothing but the file's own, so a run after a crash removes what the crash left. Of two writers
/// of one file at a time the second one has the name: the first neither publishes nor removes what is
/// the other's, and so does a forked process with what is its parent's.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    part: PathBuf,
    durability: Durability,
    /// The file that was created, and by which process.
    owned: (Identity, u32),
    /// Whether there may be something to remove.
    is_left: bool,
}

/// What tells a file from others, whatever their names: its device and its number there.
type Identity = (u64, u64);

fn identity(file: &fs::Metadata) -> Identity {
    (file.dev(), file.ino())
}

impl Part {
    /// Begins the file that will be `path`: `open` creates it under the name that it is given, in
    /// place of one that was left there.
    pub(crate) fn create(
        path: &Path,
        durability: Durability,
        open: impl FnOnce(&Path) -> io::Result<fs::File>,
    ) -> Result<(Self, fs::File), WriteError> {
        let error = |source| WriteError::new(Action::Create, path, source);
        let part = part_path(path).map_err(error)?;
        let file = open(&part).map_err(error)?;
        let mut created = file.metadata().map_err(error)?;
        if !created.is_file() {
            // What a test writes to in place of it is a device.
            created = fs::metadata(&part).unwrap_or(created);
        }
        let owned = (identity(&created), process::id());
        Ok((Self { path: path.to_owned(), part, durability, owned, is_left: true }, file))
    }

    /// An error of `action` on the file, which is named as it will be called.
    pub(crate) fn error(&self, action: Action, source: io::Error) -> WriteError {
        WriteError::new(action, &self.path, source)
    }

    /// Gives the file its name, as durable as was asked for. After an error nothing is left under
    /// the temporary name.
    pub(crate) fn publish(mut self, file: fs::File) -> Result<(), WriteError> {
        if self.durability != Durability::None {
            file.sync_all().map_err(|source| self.error(Action::Sync, source))?;
        }
        // A network file system may report a lost write only now.
        nix::unistd::close(file).map_err(|errno| self.error(Action::Close, errno.into()))?;
        if !self.is_ours().unwrap_or(true) {
            self.is_left = false;
            let taken = io::Error::other("another writer of the same file has begun meanwhile");
            return Err(self.error(Action::Rename, taken));
        }
        fs::rename(&self.part, &self.path).map_err(|source| self.error(Action::Rename, source))?;
        self.is_left = false;
        if self.durability == Durability::Directory {
            sync_folder(folder_of(&self.path))
                .map_err(|source| self.error(Action::Sync, source))?;
        }
        Ok(())
    }

    /// Removes what lies under the temporary name; that somebody else did so is no error.
    pub(crate) fn remove(mut self) -> Result<(), WriteError> {
        self.is_left = false;
        if !self.is_ours().unwrap_or(true) {
            return Ok(());
        }
        match fs::remove_file(&self.part) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(self.error(Action::Remove, source))
            }
            _ => Ok(()),
        }
    }

    /// Whether what lies under the temporary name is what this process has created.
    fn is_ours(&self) -> io::Result<bool> {
        let found = fs::metadata(&self.part)?;
        Ok(self.owned == (identity(&found), process::id()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.is_left && self.is_ours().unwrap_or(true) {
            // Nobody is left to hear of an error here, or the one worth reporting came before it.
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Creates what lies under a temporary name, in place of a file that was left there, but follows no link
/// that somebody has put there. `flags` are added to those of the system call.
pub(crate) fn open_part(part: &Path, flags: OFlags) -> io::Result<fs::File> {
    let flags = (flags | OFlags::NOFOLLOW).bits().cast_signed();
    let mut options = fs::OpenOptions::new();
    options.write(true).custom_flags(flags);
    match options.clone().create_new(true).open(part) {
        // Somebody may be writing to it still, to whom it is left, without the name.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(part)?.is_file() {
                fs::remove_file(part)?;
                options.create_new(true);
            }
            options.create(true).truncate(true).open(part)
        }
        result => result,
    }
}

/// The temporary name of the file `path`.
pub(crate) fn part_path(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidFilename, "the path has no file name")
    })?;
    let mut part = OsString::with_capacity(1 + name.len() + PART_SUFFIX.len());
    part.push(".");
    part.push(name);
    part.push(PART_SUFFIX);
    Ok(path.with_file_name(part))
}

/// The folder in which `path` lies.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Forces the entries of a folder to the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}
