//! What can go wrong with a push, a handle, a flush and a close.

use core::fmt;

use crate::metrics::Metrics;

/// Why an item was not taken. It comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError<T> {
    /// There is no room, and the policy is not to wait.
    Full(T),
    /// There was no room for as long as the policy waits.
    TimedOut(T),
    /// The batcher takes no more items.
    Closed(T),
    /// There is no room, and the thread that would make some is this one: the push came from inside
    /// the callback.
    InCallback(T),
}

impl<T> PushError<T> {
    /// The item.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(item)
            | Self::TimedOut(item)
            | Self::Closed(item)
            | Self::InCallback(item) => item,
        }
    }
}

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "lane is full",
            Self::TimedOut(_) => "lane stayed full",
            Self::Closed(_) => "batcher is closed",
            Self::InCallback(_) => "lane is full, and its worker is the one that pushes",
        })
    }
}

impl<T: fmt::Debug> std::error::Error for PushError<T> {}

/// Why there is no new producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProducerError {
    /// As many producers as the batcher was built for are in use.
    TooMany {
        /// That many.
        producers: usize,
    },
    /// The batcher takes no more items.
    Closed,
    /// There is not enough memory for another lane.
    OutOfMemory,
}

impl fmt::Display for ProducerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { producers } => write!(f, "all {producers} producers are in use"),
            Self::Closed => f.write_str("batcher is closed"),
            Self::OutOfMemory => f.write_str("no memory for another lane"),
        }
    }
}

impl std::error::Error for ProducerError {}

/// Why a flush was not seen through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlushError {
    /// The time was over first. What was asked for still happens.
    TimedOut,
    /// The thread that would deliver is the one that asks: the call came from inside the callback.
    InCallback,
    /// The batcher has ended with items that it could not deliver.
    Closed,
}

impl fmt::Display for FlushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "flush took longer than allowed",
            Self::InCallback => "flush waits for the callback that asks for it",
            Self::Closed => "batcher is closed",
        })
    }
}

impl std::error::Error for FlushError {}

/// Why a batch was not delivered.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeliverError {
    /// The callback returned an error.
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// The callback panicked, with this message.
    Panicked(String),
}

impl fmt::Display for DeliverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "deliver a batch: {error}"),
            Self::Panicked(message) => write!(f, "deliver a batch: panicked: {message}"),
        }
    }
}

impl std::error::Error for DeliverError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => Some(&**error),
            Self::Panicked(_) => None,
        }
    }
}

/// What became of the items, once a batcher has ended.
#[derive(Debug)]
pub struct Closing {
    /// The counts at the end.
    pub metrics: Metrics,
    /// The error that ended a worker, under the policy to stop at one.
    pub error: Option<DeliverError>,
}

/// Why a batcher did not end as it should. The batcher is closed all the same.
#[derive(Debug)]
#[non_exhaustive]
pub enum CloseError {
    /// The time was over first. The worker gives up after the batch it is at; the counts are those
    /// of now, with everything that was not delivered as abandoned.
    TimedOut(Closing),
    /// The thread that would deliver the rest is the one that closes: the call came from inside the
    /// callback. The batcher ends when the callback has returned.
    InCallback,
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(closing) => {
                write!(
                    f,
                    "close took longer than allowed; {} items abandoned",
                    closing.metrics.abandoned
                )
            }
            Self::InCallback => f.write_str("close waits for the callback that asks for it"),
        }
    }
}

impl std::error::Error for CloseError {}
