//! From the errors of the client to ours.

use std::error::Error as _;
use std::io::{self, ErrorKind};

use object_store::Error;

use crate::{Action, WriteError};

/// The failure of `action` on the object at `url`, after every attempt that the options allow.
pub(super) fn failure(action: Action, url: &str, error: Error) -> WriteError {
    let kind = kind_of(&error);
    let source = match said_by_server(&error.to_string()) {
        Some(said) => io::Error::new(kind, said),
        None => io::Error::new(kind, error),
    };
    WriteError::new(action, url.as_ref(), source)
}

/// What an answer of XML says, of which the client shows all: `NoSuchBucket: The specified bucket
/// does not exist (404 Not Found)`.
fn said_by_server(text: &str) -> Option<String> {
    let between = |start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        rest.split_once(end).map(|(said, _)| said.trim())
    };
    let code = between("<Code>", "</Code>")?;
    let message = between("<Message>", "</Message>").filter(|message| !message.is_empty());
    let status = between("status code: ", ":");
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    Some(format!("{code}{message}{status}"))
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

#[cfg(test)]
mod tests {
    use super::said_by_server;

    #[test]
    fn the_answer_of_a_server_is_told_without_its_tags() {
        let text = "Generic S3 error: GET http://x - Server returned non-2xx status code: 404 Not \
                    Found: <?xml version=\"1.0\"?>\n<Error><Code>NoSuchBucket</Code><Message>The \
                    specified bucket does not exist</Message></Error>";
        let said = "NoSuchBucket: The specified bucket does not exist (404 Not Found)";
        assert_eq!(said_by_server(text).as_deref(), Some(said));
        assert_eq!(said_by_server("<Error><Code>Slow</Code></Error>").as_deref(), Some("Slow"));
        assert_eq!(said_by_server("error sending request"), None);
    }
}
