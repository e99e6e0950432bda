//! What comes back from a push, and from an answer to the receiver.

use core::fmt;

/// What a successful push did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The receiver can see the value.
    pub is_published: bool,
    /// The value was the last one to fit into its block.
    pub block_filled: bool,
    /// The receiver wants a call after this publication: see [`Sender::answer`](super::Sender::answer).
    pub is_called: bool,
}

impl Pushed {
    pub(super) const HELD_BACK: Self =
        Self { is_published: false, block_filled: false, is_called: false };
    pub(super) const PUBLISHED: Self = Self { is_published: true, ..Self::HELD_BACK };
}

/// Why a value was not pushed. It comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError<T> {
    /// Every block is full or still being read.
    Full(T),
    /// The receiver takes no more.
    Closed(T),
}

impl<T> PushError<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }
}

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "lane is full",
            Self::Closed(_) => "lane is closed",
        })
    }
}

impl<T: fmt::Debug> std::error::Error for PushError<T> {}

/// A [`PushError`] without its value.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    Full,
    Closed,
}

impl Refusal {
    #[cold]
    pub(super) fn of<T>(self, value: T) -> PushError<T> {
        match self {
            Self::Full => PushError::Full(value),
            Self::Closed => PushError::Closed(value),
        }
    }
}

/// What the receiver wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing, or nothing any more.
    Nothing,
    /// To be called after the publication. It is asked of one answer only.
    Call,
    /// To close the lane; what has been published will still be received.
    Closing,
    /// To close the lane, which it has done: what was published behind its last look can be
    /// [taken back](super::Sender::take_back), if there is anything.
    Closed,
}
