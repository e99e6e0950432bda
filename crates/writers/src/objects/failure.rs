//! From the errors of the client to ours.

use std::error::Error as _;
use std::io::{self, ErrorKind};

use object_store::Error;

use crate::{Action, WriteError};

/// The failure of `action` on the object at `url`, after every attempt that the options allow.
pub(super) fn failure(action: Action, url: &str, error: Error) -> WriteError {
    WriteError::new(action, url.as_ref(), io::Error::new(kind_of(&error), error))
}

/// Never a kind that [`WriteError::is_transient`] knows: what was worth another attempt had it.
fn kind_of(error: &Error) -> ErrorKind {
    match error {
        Error::NotFound { .. } => ErrorKind::NotFound,
        Error::AlreadyExists { .. } => ErrorKind::AlreadyExists,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            ErrorKind::PermissionDenied
        }
        Error::InvalidPath { .. } => ErrorKind::InvalidInput,
        Error::NotSupported { .. } | Error::NotImplemented { .. } => ErrorKind::Unsupported,
        _ if is_out_of_space(error) => ErrorKind::StorageFull,
        _ => ErrorKind::Other,
    }
}

/// Whether a folder is full, or a server says that it is.
fn is_out_of_space(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
            )
        {
            return true;
        }
        source = cause.source();
    }
    // The type that holds the status is private to the client; its text is not.
    error.to_string().contains("507 Insufficient Storage")
}
