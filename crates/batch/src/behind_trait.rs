//! The batcher behind the trait that all designs share.

use std::convert::Infallible;
use std::time::Duration;

use crate::batch::Batch;
use crate::batcher::Batcher;
use crate::batching::{Batching, Setting};
use crate::error::PushError;
use crate::on_error::OnError;

impl<T: Send + 'static> Batching<T> for Batcher<T> {
    /// Every push goes through the shared door, whose lanes have room for `batches` batches each.
    fn start(setting: Setting, deliver: impl FnMut(&mut Vec<T>) + Send + 'static) -> Self {
        let Setting { batch_size, linger, batches } = setting;
        let mut deliver = deliver;
        let deliver = move |batch: &mut Batch<T>| {
            deliver(&mut batch.items);
            Ok::<(), Infallible>(())
        };
        let batch_size = batch_size.max(1);
        let builder = Self::builder()
            .batch_size(batch_size)
            .linger(linger)
            .shared_queue(batch_size.saturating_mul(batches.max(1)));
        let started = builder.try_start(deliver, OnError::hand_to(|_, _| {}));
        started.expect("a setting that fits into memory, and a thread")
    }

    #[inline]
    fn push(&self, item: T) -> Result<(), PushError<T>> {
        Batcher::push(self, item)
    }

    fn flush(&self) {
        Batcher::flush(self);
    }

    fn close(&self) -> u64 {
        // Without a deadline it ends well, or at once from inside the callback.
        let _ = Batcher::close(self, Duration::MAX);
        self.metrics().delivered
    }
}
