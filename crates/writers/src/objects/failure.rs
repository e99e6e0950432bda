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
        _ => kind_of_system(error).unwrap_or_else(|| kind_of_status(&error.to_string())),
    }
}

/// A lack of space in a folder, which is an error of the system inside that of the client.
fn kind_of_system(error: &Error) -> Option<ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(system) = cause.downcast_ref::<io::Error>()
            && let kind @ (ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge) = system.kind()
        {
            return Some(kind);
        }
        source = cause.source();
    }
    None
}

/// Not every operation of the client turns a status into an error of its own, and the type that
/// holds the status is private to it; its text is not.
fn kind_of_status(text: &str) -> ErrorKind {
    const KINDS: &[(&str, ErrorKind)] = &[
        ("status code: 401 ", ErrorKind::PermissionDenied),
        ("status code: 403 ", ErrorKind::PermissionDenied),
        ("status code: 404 ", ErrorKind::NotFound),
        ("status code: 507 ", ErrorKind::StorageFull),
    ];
    KINDS.iter().find(|(part, _)| text.contains(part)).map_or(ErrorKind::Other, |&(_, kind)| kind)
}
