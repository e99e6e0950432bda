//! One file of a set while it is open.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, RawMode};
use twox_hash::XxHash3_64;

use super::calls::Calls;
use super::stop::Stop;
use super::{Mode, Settings};
use crate::part::part_path;
use crate::{Action, Durability, PART_SUFFIX, WriteError};

/// An open file.
///
/// It may be closed in the middle, to be opened again behind what was written: other files may need
/// its handle, or a failure may want a pause.
#[derive(Debug)]
pub(super) struct Target<'a> {
    calls: Calls<'a>,
    place: Place<'a>,
    mode: Mode,
    file: fs::File,
}

/// Where a file is written and where it will be.
#[derive(Debug)]
struct Place<'a> {
    /// The name in the list, for errors.
    listed: &'a Path,
    /// The name that it is to have: the one in the list, or what that links to.
    named: Cow<'a, Path>,
    /// The name until then, where that is another one.
    part: Option<PathBuf>,
    /// The permissions of the file that is there and will be replaced.
    permissions: Option<fs::Permissions>,
}

/// What a new file may be used for, before the process's mask.
const ANYBODY: RawMode = 0o666;
/// What whoever writes a file needs, however little the file may be used for when it is whole.
const WRITER: RawMode = 0o200;

impl<'a> Target<'a> {
    /// Opens the file number `index`, anew or behind what was `written` of it before.
    pub(super) fn open(
        settings: &Settings<'a>,
        index: usize,
        path: &'a Path,
        written: Option<u64>,
        is_absent: bool,
    ) -> Result<Self, WriteError> {
        let calls = Calls { faults: settings.faults, file: index };
        let failed = |source| WriteError::new(Action::Create, path, source);
        let place = Place::find(path, settings.mode, is_absent).map_err(failed)?;
        let flags = match (settings.mode, written) {
            (Mode::Append, _) => OFlags::CREATE | OFlags::APPEND,
            (Mode::Truncate | Mode::Atomic, None) => OFlags::CREATE | OFlags::TRUNC,
            // What was written is there, or somebody has taken it away.
            (Mode::Truncate | Mode::Atomic, Some(_)) => {
                return Self::reopen(calls, place, settings);
            }
        };
        let opened = place.open(&calls, &settings.stop, flags).or_else(|error| match &place.part {
            // A crash may have left it with the permissions of a file that is only to be read.
            Some(part) if error.kind() == io::ErrorKind::PermissionDenied => {
                fs::remove_file(part).map_err(|_| error)?;
                place.open(&calls, &settings.stop, flags)
            }
            _ => Err(error),
        });
        let mut file = opened.map_err(|source| match source.raw_os_error() {
            Some(errno) if errno == nix::errno::Errno::ENXIO as i32 => failed(no_file()),
            _ => failed(source),
        })?;
        // Pipes, sockets and terminals have no position.
        file.stream_position().map_err(|_| failed(no_file()))?;
        Ok(Self { calls, place, mode: settings.mode, file })
    }

    fn reopen(
        calls: Calls<'a>,
        place: Place<'a>,
        settings: &Settings<'_>,
    ) -> Result<Self, WriteError> {
        let file = place
            .open(&calls, &settings.stop, OFlags::empty())
            .map_err(|source| WriteError::new(Action::Create, place.listed, source))?;
        Ok(Self { calls, place, mode: settings.mode, file })
    }

    /// Writes all of `bytes` behind the first `written` of the file, and counts them there.
    pub(super) fn write(
        &mut self,
        bytes: &[u8],
        written: &mut u64,
        stop: &Stop,
    ) -> Result<(), WriteError> {
        let mut accepted = 0;
        while accepted < bytes.len() {
            let rest = &bytes[accepted..];
            let taken = retry_interrupted(stop, || match self.mode {
                Mode::Append => self.calls.append(&self.file, rest),
                Mode::Truncate | Mode::Atomic => self.calls.write_at(&self.file, rest, *written),
            });
            let taken = match taken {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                taken => taken,
            };
            let n = taken.map_err(|source| WriteError {
                accepted,
                ..WriteError::new(Action::Write, self.place.listed, source)
            })?;
            accepted += n;
            *written += n as u64;
        }
        Ok(())
    }

    /// Closes the file after an error, to be opened again if that is of use. Returns what is to be
    /// reported: bytes that were lost at the close will not be written by trying again.
    pub(super) fn interrupt(self, error: WriteError) -> WriteError {
        if error.is_transient() { self.suspend().err().unwrap_or(error) } else { error }
    }

    /// Closes the file, to be opened again.
    pub(super) fn suspend(self) -> Result<(), WriteError> {
        let error = |source| WriteError::new(Action::Close, self.place.listed, source);
        self.calls.close(self.file).map_err(error)
    }

    /// Closes the file for good, as durable as was asked for, and gives it its name.
    ///
    /// Where that fails, the caller [discards](discard) what may be left.
    pub(super) fn finish(self, settings: &Settings<'_>) -> Result<(), WriteError> {
        let Self { calls, place, file, .. } = self;
        let error = |action, source| WriteError::new(action, place.listed, source);
        if let Some(permissions) = place.permissions {
            // Only now, as they may forbid to open the file again.
            file.set_permissions(permissions).map_err(|source| error(Action::Create, source))?;
        }
        if settings.durability != Durability::None {
            retry_interrupted(&settings.stop, || calls.sync(&file))
                .map_err(|source| error(Action::Sync, source))?;
        }
        calls.close(file).map_err(|source| error(Action::Close, source))?;
        if let Some(part) = &place.part {
            calls.rename(part, &place.named).map_err(|source| error(Action::Rename, source))?;
        }
        Ok(())
    }
}

/// Removes what an unfinished file of an atomic set left beside its name.
pub(super) fn discard(path: &Path, mode: Mode, is_absent: bool) {
    // Where there is none, or the folder is gone, nothing has to be removed; the error that led here
    // is the one to report.
    if mode == Mode::Atomic
        && let Ok(Place { part: Some(part), .. }) = Place::find(path, mode, is_absent)
    {
        let _ = fs::remove_file(part);
    }
}

impl<'a> Place<'a> {
    /// Where the file at `path` goes. One that is absent is not looked for.
    fn find(path: &'a Path, mode: Mode, is_absent: bool) -> io::Result<Self> {
        let mut named = Cow::Borrowed(path);
        if mode != Mode::Atomic {
            return Ok(Self { listed: path, named, part: None, permissions: None });
        }
        if is_absent {
            let part = Some(part_path(path)?);
            return Ok(Self { listed: path, named, part, permissions: None });
        }
        // A rename would replace a link, a pipe or a device by the file.
        let permissions = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
            Ok(mut there) => {
                if there.file_type().is_symlink() {
                    named = Cow::Owned(fs::canonicalize(path)?);
                    there = fs::metadata(&*named)?;
                }
                if there.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                if !there.is_file() {
                    let message = "is a pipe, a socket or a device, which no file can replace";
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
                }
                Some(fs::Permissions::from_mode(there.permissions().mode() & 0o7777))
            }
        };
        let mut part = part_path(&named)?.into_os_string();
        if matches!(named, Cow::Owned(_)) {
            // The list may have the file under other names too: each has a temporary file of its
            // own, which the next run finds all the same.
            let link = XxHash3_64::oneshot(path.as_os_str().as_encoded_bytes());
            part.push(format!(".{link:016x}{PART_SUFFIX}"));
        }
        let part = Some(part.into());
        Ok(Self { listed: path, named, part, permissions })
    }

    /// Opens what is written to.
    fn open(&self, calls: &Calls<'_>, stop: &Stop, flags: OFlags) -> io::Result<fs::File> {
        // A pipe without a reader would keep us waiting otherwise.
        let mut flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY;
        if self.part.is_some() {
            // A link of that name, whoever made it, would lead us to another file.
            flags |= OFlags::NOFOLLOW;
        }
        let path = self.part.as_deref().unwrap_or(&self.named);
        // Whoever may not read a file may not read it while it is unfinished either.
        let permissions = self.permissions.as_ref().map_or(ANYBODY, |there| there.mode() | WRITER);
        retry_interrupted(stop, || calls.open(path, flags, permissions & 0o777))
    }
}

fn no_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "is a pipe, a socket or a terminal, not a file")
}

/// `call` until it is not interrupted, or until the set is to stop.
fn retry_interrupted<T>(stop: &Stop, mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted && stop.why().is_none() => {}
            result => return result,
        }
    }
}
