//! What becomes of a batch that the callback did not take.

use core::fmt;
use std::time::Duration;

use crate::batch::Batch;
use crate::error::DeliverError;

/// What a worker does when the callback returns an error or panics. The items that the callback had
/// not moved out of the batch are still in it.
pub enum OnError<T> {
    /// Calls it again with the same batch, after a pause that doubles each time, until it has been
    /// called `attempts` times in all; then does what `then` says.
    Retry {
        /// How often the callback is called for one batch.
        attempts: u32,
        /// The first pause.
        pause: Duration,
        /// What to do when that did not help.
        then: Box<OnError<T>>,
    },
    /// Hands the batch to a function and goes on; what that leaves in it is dropped.
    HandTo(TakeFailed<T>),
    /// Closes the batcher. The batch and what was taken in and not delivered is dropped and counted,
    /// and [`Batcher::close`](crate::Batcher::close) returns the error.
    Stop,
}

/// Takes a batch that the callback did not take, and why.
pub type TakeFailed<T> = Box<dyn FnMut(&mut Batch<T>, &DeliverError) + Send>;

impl<T> OnError<T> {
    /// [`HandTo`](Self::HandTo) that function.
    pub fn hand_to(take: impl FnMut(&mut Batch<T>, &DeliverError) + Send + 'static) -> Self {
        Self::HandTo(Box::new(take))
    }
}

impl<T> fmt::Debug for OnError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { attempts, pause, then } => f
                .debug_struct("Retry")
                .field("attempts", attempts)
                .field("pause", pause)
                .field("then", then)
                .finish(),
            Self::HandTo(_) => f.write_str("HandTo"),
            Self::Stop => f.write_str("Stop"),
        }
    }
}
